import { z } from 'zod';
import { read, write } from './method.ts';
import { conflictAuthor, fieldVersion, openConflict, recordId } from './record-state.ts';

/** A value that a field can hold, at its longest what a change carries. */
const scalar = z.union([z.string().max(65_536), z.number(), z.boolean(), z.null()]);

/** How a conflict ended. */
export const settlement = conflictAuthor.extend({
  value: z.unknown(),
  /** True when it ended with the record: somebody deleted it. */
  deleted: z.boolean(),
});

/** Values of one field of one record whose writers had not seen each other, and how that ended. */
export const conflict = openConflict.extend({
  entity: z.string(),
  recordId,
  /** What a person calls the record: number and title of an order, code and name of equipment. */
  label: z.string(),
  /** When this side came to know of it, ISO 8601. */
  openedAt: z.string(),
  settledAt: z.string().nullable(),
  settlement: settlement.nullable(),
});
export type Conflict = z.infer<typeof conflict>;

export const conflictStates = ['open', 'settled'] as const;

/** The decision: one of the values that stand there, by its place in `values`, or one that nobody had written. */
export const conflictDecision = z.strictObject({
  take: z.union([
    z.strictObject({ index: z.number().int().min(0).max(100) }),
    z.strictObject({ value: scalar }),
  ]),
  /** `version` of the conflict as the person saw it: another value may have come in since. */
  version: fieldVersion,
});
export type ConflictDecision = z.infer<typeof conflictDecision>;

export const conflictMethods = {
  /** Newest first. `total` counts all that fit the filter. */
  'conflicts.list': read(
    z.strictObject({
      state: z.enum(conflictStates).default('open'),
      recordId: recordId.optional(),
      limit: z.number().int().min(1).max(500).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
    }),
    z.object({ items: z.array(conflict), total: z.number().int(), nextCursor: z.string().nullable() }),
  ),
  'conflicts.get': read(z.strictObject({ id: z.string().regex(/^\d{1,15}$/) }), conflict),
  /**
   * Records the decision as a change that has seen all values, and so settles the conflict everywhere. `stale` when
   * somebody settled it meanwhile, or another value came in: then nothing is written.
   */
  'conflicts.settle': write(
    z.strictObject({ id: z.string().regex(/^\d{1,15}$/), ...conflictDecision.shape }),
    conflict,
  ),
};
