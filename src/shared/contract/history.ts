import { z } from 'zod';
import { operations } from '../sync/change.ts';
import { read } from './method.ts';
import { recordId } from './record-state.ts';

/** What a change did to one field. */
export const historyField = z.object({
  field: z.string(),
  /** What its writer had before them; means nothing where `fromKnown` is false. */
  from: z.unknown(),
  fromKnown: z.boolean(),
  to: z.unknown(),
  /** False where another value stayed in force and this one is kept beside it. */
  inForce: z.boolean(),
  /** Whether the change put values against each other, or settled that. */
  conflict: z.enum(['opened', 'settled']).nullable(),
});
export type HistoryField = z.infer<typeof historyField>;

/** One change of a record: who, what from and to, when and where. */
export const historyEvent = z.object({
  origin: z.string(),
  number: z.number().int(),
  operation: z.enum(operations),
  by: z.string(),
  device: z.string(),
  side: z.enum(['vessel', 'shore']),
  /** The writer's clock, ISO 8601. */
  at: z.string(),
  /** `here`: the other side does not have it yet; `sent`: on its way, not confirmed; `held`: both have it. */
  standing: z.enum(['here', 'sent', 'held']),
  /** `later`: waits for a newer program. `parked`: breaks a rule; kept, not applied. */
  applied: z.enum(['applied', 'later', 'parked']),
  /** A delete that lost against a change it had not seen, or the change that brought the record back. */
  overridesDelete: z.boolean(),
  fields: z.array(historyField),
});
export type HistoryEvent = z.infer<typeof historyEvent>;

/** Newest first; `nextCursor` is null on the last page. */
export const historyPage = z.object({
  items: z.array(historyEvent),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type HistoryPage = z.infer<typeof historyPage>;

export const historyCursor = z.string().min(1).max(120);

export const historyMethods = {
  /** Everything that was done to a record, deleted or not. */
  'history.list': read(
    z.strictObject({
      entity: z.string().max(40),
      id: recordId,
      limit: z.number().int().min(1).max(200).default(30),
      cursor: historyCursor.optional(),
    }),
    historyPage,
  ),
};
