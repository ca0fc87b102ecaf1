import { z } from 'zod';
import { lanes } from '../records/record.ts';
import { storableText } from '../domain/storable-text.ts';

/** When a ship's link may stand: always, when somebody or something urgent asks for it, or at hours of the day. */
export const linkModes = ['always', 'on_demand', 'windows'] as const;
export type LinkMode = (typeof linkModes)[number];

/** Megabytes as tariffs count them. */
export const bytesPerMb = 1_000_000;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time such as 02:00');

/** Hours of the day in ship's time; one that ends earlier than it begins goes over midnight. */
export const linkWindow = z
  .strictObject({ from: clock, to: clock })
  .refine(({ from, to }) => from !== to, { message: 'A window ends at another time than it begins' });
export type LinkWindow = z.infer<typeof linkWindow>;

/** What budgets are set for: the lanes, and `overhead`, everything that the connection itself takes. */
export const budgeted = [...lanes, 'overhead'] as const;
export type Budgeted = (typeof budgeted)[number];

const megabytes = z.number().min(0.001, 'More than 0').max(1_000_000).nullable();
const price = z.number().min(0, 'Not less than 0').max(1_000_000).nullable();

/** One way off the ship (VSAT, L-band, 4G …) and how it may be used. */
export const linkProfile = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    name: storableText.trim().min(1, 'Give the link a name').max(40, 'At most 40 characters'),
    /** Addresses of the routers by which the ship's network leads to this link. */
    gateways: z
      .array(z.union([z.ipv4(), z.ipv6()], 'An address such as 192.168.10.1'))
      .max(8, 'At most 8 addresses'),
    mode: z.enum(linkModes),
    windows: z.array(linkWindow).max(6, 'At most 6 windows'),
    /** An urgent change opens the link on demand and outside windows. */
    urgentOpens: z.boolean(),
    /** What was opened on demand closes after so long, drained or not. */
    longestMinutes: z.number().int('Whole minutes').min(1, 'At least 1').max(1_440, 'At most 1440'),
    /** What the provider charges; null for nothing. */
    tariff: z.strictObject({ perMb: price, perMinute: price }),
    /** Megabytes a month, both ways; null for no limit. */
    budgets: z.strictObject({ urgent: megabytes, normal: megabytes, bulk: megabytes, overhead: megabytes }),
  })
  .refine(({ mode, windows }) => mode !== 'windows' || windows.length > 0, {
    path: ['windows'],
    message: 'Give at least one window',
  });
export type LinkProfile = z.infer<typeof linkProfile>;

export const linkPolicy = z
  .strictObject({
    /** What prices are in. */
    currency: z.string().regex(/^[A-Z]{3}$/, 'Three letters, such as USD'),
    /** People are warned when so much of a budget is used, per cent. */
    warnAtPercent: z.number().int('Whole per cent').min(1, 'At least 1').max(99, 'At most 99'),
    /** `gateway`: the profile that has the address of the network's router, and `profileId` where none has. */
    chooseBy: z.enum(['hand', 'gateway']),
    profileId: z.string(),
    profiles: z.array(linkProfile).min(1).max(12, 'At most 12 links'),
  })
  .superRefine(({ profileId, profiles }, context) => {
    const complain = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (!profiles.some(({ id }) => id === profileId)) complain(['profileId'], 'Choose one of the links');
    const [ids, names, addresses] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const [index, { id, name, gateways }] of profiles.entries()) {
      if (ids.has(id)) complain(['profiles', index, 'id'], 'Two links have this id');
      if (names.has(name.toLowerCase())) complain(['profiles', index, 'name'], 'Another link has this name');
      for (const [place, address] of gateways.entries()) {
        if (addresses.has(address))
          complain(['profiles', index, 'gateways', place], 'This address stands for another link already');
        addresses.add(address);
      }
      ids.add(id);
      names.add(name.toLowerCase());
    }
  });
export type LinkPolicy = z.infer<typeof linkPolicy>;

/** A link about which nobody has said anything: used whenever it is there, at no cost that is known. */
export function plainProfile(id: string, name: string): LinkProfile {
  return {
    id,
    name,
    gateways: [],
    mode: 'always',
    windows: [],
    urgentOpens: true,
    longestMinutes: 30,
    tariff: { perMb: null, perMinute: null },
    budgets: { urgent: null, normal: null, bulk: null, overhead: null },
  };
}

/** Until somebody sets one. */
export const firstPolicy: LinkPolicy = {
  currency: 'USD',
  warnAtPercent: 80,
  chooseBy: 'hand',
  profileId: 'link',
  profiles: [plainProfile('link', 'Ship’s link')],
};

export interface ChosenProfile {
  profile: LinkProfile;
  /** `fallback`: it was to be chosen by the gateway, and no profile has that address. */
  by: 'hand' | 'gateway' | 'fallback';
}

/** @param gateway address of the network's router; null when it is not known */
export function chooseProfile(policy: LinkPolicy, gateway: string | null): ChosenProfile {
  const named = policy.profiles.find(({ id }) => id === policy.profileId) ?? policy.profiles[0];
  if (named === undefined) throw new Error('A policy has at least one profile');
  if (policy.chooseBy === 'hand') return { profile: named, by: 'hand' };
  const found = policy.profiles.find(({ gateways }) => gateway !== null && gateways.includes(gateway));
  return found === undefined ? { profile: named, by: 'fallback' } : { profile: found, by: 'gateway' };
}
