import { z } from 'zod';
import { lanes } from '../records/record.ts';
import { storableText } from '../domain/storable-text.ts';
import { budgeted, linkModes, linkPolicy } from '../link-policy/policy.ts';
import { counted } from '../link-policy/traffic.ts';
import { read, write } from './method.ts';

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'A month such as 2026-03');

/** What the link policy says just now, in words that the crew reads; times in ship's time. */
export const policyStanding = z.object({
  /** Name of the profile in use. */
  profile: z.string(),
  mode: z.enum(linkModes),
  isOpen: z.boolean(),
  /** Why the link may stand, or does not: 'Waiting for the window at 02:00'. */
  why: z.string(),
  /** Why changes of a lane wait. Lanes that may go are left out. */
  holds: z.array(z.object({ lane: z.enum(lanes), why: z.string() })),
  /** Budgets that are nearly used up or were let go on. */
  warnings: z.array(z.string()),
  /** How the last sending that somebody asked for ended, where it did not send everything. */
  note: z.string().nullable(),
});

export const budgetState = z.object({
  of: z.enum(budgeted),
  /** Bytes, both ways. */
  used: z.number(),
  limit: z.number(),
  isReached: z.boolean(),
  isNear: z.boolean(),
  isLifted: z.boolean(),
});

export const linkPolicyView = z.object({
  policy: linkPolicy,
  /** The profile in use, and what chose it. */
  profileId: z.string(),
  chosenBy: z.enum(['hand', 'gateway', 'fallback']),
  /** The ship's network, as this computer last saw it; `error` says why it could not. */
  gateway: z.object({
    address: z.string().nullable(),
    at: z.string().nullable(),
    error: z.string().nullable(),
  }),
  month,
  /** Stops that were lifted for this month. */
  lifts: z.array(
    z.object({
      profileId: z.string(),
      budget: z.enum(budgeted),
      by: z.string(),
      reason: z.string(),
      at: z.string(),
    }),
  ),
  standing: policyStanding,
});
export type LinkPolicyView = z.infer<typeof linkPolicyView>;

const bytes = z.object({ sent: z.number(), received: z.number() });

export const linkUsage = z.object({
  month,
  /** Months of which anything is counted, the last first. */
  months: z.array(month),
  /** How many days the month has. */
  days: z.number().int(),
  /** Which of them it is on board; null in another month. */
  today: z.number().int().nullable(),
  currency: z.string(),
  profiles: z.array(
    z.object({
      id: z.string(),
      /** Null for a profile that was removed. */
      name: z.string().nullable(),
      days: z.array(z.object({ day: z.string(), counted: z.enum(counted), ...bytes.shape })),
      total: z.record(z.enum(counted), bytes),
      connectedSeconds: z.number(),
      connections: z.number().int(),
      /** At the prices that stand in the policy now; null where it has none. */
      cost: z.number().nullable(),
      /** What the month comes to as it goes; null where there is no price, on its first day, and for other months. */
      forecast: z.number().nullable(),
      /** For the running month. */
      budgets: z.array(budgetState),
    }),
  ),
});
export type LinkUsage = z.infer<typeof linkUsage>;

export const linkMethods = {
  'link.policy': read(z.strictObject({}), linkPolicyView),
  /** Sets the whole policy; holds at once. */
  'link.setPolicy': write(z.strictObject({ policy: linkPolicy }), linkPolicyView),
  /** What went over the link in a month (the running one when left out), by day on board, profile and lane. */
  'link.usage': read(z.strictObject({ month: month.optional() }), linkUsage),
  /** Lets a budget that is used up go on to the end of the month. Who did it, and why, is kept. */
  'link.liftStop': write(
    z.strictObject({
      profileId: z.string().max(40),
      budget: z.enum(budgeted),
      reason: storableText.trim().min(3, 'Say why').max(300, 'At most 300 characters'),
    }),
    linkPolicyView,
  ),
};
