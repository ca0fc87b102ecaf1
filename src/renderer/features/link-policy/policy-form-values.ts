import type { z } from 'zod';
import {
  linkPolicy,
  linkWindow,
  plainProfile,
  type LinkMode,
  type LinkPolicy,
  type LinkProfile,
} from '#shared/link-policy/policy.ts';

/** A link as its form holds it: what people type, as they typed it. */
export interface ProfileForm {
  id: string;
  name: string;
  /** Addresses, with commas or spaces between them. */
  gateways: string;
  mode: LinkMode;
  /** `02:00-04:00, 14:00-14:30`. */
  windows: string;
  urgentOpens: boolean;
  longestMinutes: string;
  perMb: string;
  perMinute: string;
  urgent: string;
  normal: string;
  bulk: string;
  overhead: string;
}

export interface PolicyForm {
  currency: string;
  warnAtPercent: string;
  chooseBy: LinkPolicy['chooseBy'];
  profileId: string;
  profiles: ProfileForm[];
}

const text = (value: number | null): string => (value === null ? '' : String(value));

function toProfileForm(profile: LinkProfile): ProfileForm {
  const { id, name, gateways, mode, windows, urgentOpens, longestMinutes, tariff, budgets } = profile;
  return {
    id,
    name,
    gateways: gateways.join(', '),
    mode,
    windows: windows.map(({ from, to }) => `${from}–${to}`).join(', '),
    urgentOpens,
    longestMinutes: text(longestMinutes),
    perMb: text(tariff.perMb),
    perMinute: text(tariff.perMinute),
    urgent: text(budgets.urgent),
    normal: text(budgets.normal),
    bulk: text(budgets.bulk),
    overhead: text(budgets.overhead),
  };
}

export function toForm({ warnAtPercent, profiles, ...rest }: LinkPolicy): PolicyForm {
  return { ...rest, warnAtPercent: text(warnAtPercent), profiles: profiles.map(toProfileForm) };
}

/** A further link, with an id that none of the others has. */
export function newProfile(profiles: readonly ProfileForm[]): ProfileForm {
  let number = profiles.length + 1;
  while (profiles.some(({ id }) => id === `link-${number}`)) number += 1;
  return toProfileForm(plainProfile(`link-${number}`, ''));
}

/** What the form says, as the schema takes it; what cannot be read is handed on as it is, to be complained of. */
export function toPolicy({ warnAtPercent, profiles, ...rest }: PolicyForm): z.input<typeof linkPolicy> {
  return {
    ...rest,
    currency: rest.currency.trim().toUpperCase(),
    warnAtPercent: toNumber(warnAtPercent) ?? Number.NaN,
    profiles: profiles.map((form) => ({
      id: form.id,
      name: form.name,
      gateways: form.gateways.split(/[\s,;]+/).filter((address) => address !== ''),
      mode: form.mode,
      // Of hours that are out of use nobody would see a complaint.
      windows: toWindows(form.windows).filter(
        (window) => form.mode === 'windows' || linkWindow.safeParse(window).success,
      ),
      urgentOpens: form.urgentOpens,
      longestMinutes: toNumber(form.longestMinutes) ?? Number.NaN,
      tariff: { perMb: toNumber(form.perMb), perMinute: toNumber(form.perMinute) },
      budgets: {
        urgent: toNumber(form.urgent),
        normal: toNumber(form.normal),
        bulk: toNumber(form.bulk),
        overhead: toNumber(form.overhead),
      },
    })),
  };
}

/** Reads `2.5` and `2,5`; what is no number becomes NaN, which no schema lets pass. */
function toNumber(typed: string): number | null {
  const trimmed = typed.trim();
  return trimmed === '' ? null : Number(trimmed.replace(',', '.'));
}

/** `02:00-04:00, 1430–15` → 02:00 to 04:00 and 14:30 to 15:00. */
export function toWindows(typed: string): { from: string; to: string }[] {
  return typed
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [from = '', ...rest] = part.split(/\s*(?:-|–|—|\bto\b)\s*/);
      return { from: toClock(from), to: toClock(rest.join('-')) };
    });
}

function toClock(typed: string): string {
  const [, hours, minutes = '00'] = /^(\d{1,2})[:.]?(\d{2})?$/.exec(typed.trim()) ?? [];
  return hours === undefined ? typed : `${hours.padStart(2, '0')}:${minutes}`;
}

/** The field of the form that holds what the schema has at a path. */
export function fieldOf(path: string): string {
  return path
    .replace(/^(profiles\.\d+)\.(?:tariff|budgets)\./, '$1.')
    .replace(/^(profiles\.\d+\.(?:windows|gateways))\..*$/, '$1');
}

/** What is wrong, for the person at the form. */
export function formText(field: string, message: string): string {
  if (field.endsWith('.windows') && !message.startsWith('Give at least'))
    return 'Hours in ship’s time, such as 02:00–04:00, 14:00–14:30';
  if (message.startsWith('Invalid input')) return 'A number, such as 2.5';
  return message;
}

/** Place of the first link that a complaint is about; null where none is about a link. */
export function profileOf(fields: readonly string[]): number | null {
  const places = fields.flatMap((field) => {
    const [, place] = /^profiles\.(\d+)/.exec(field) ?? [];
    return place === undefined ? [] : [Number(place)];
  });
  return places.length === 0 ? null : Math.min(...places);
}
