import { z } from 'zod';

/**
 * Where a record stands between ship and shore, for the mark at the edge of its row.
 * - `local`: at least one change of it is on this ship only
 * - `sent`: every change of it has left the ship; shore has not confirmed yet
 * - `partly`: shore has committed everything of it, and not yet all that is attached to it
 * - `held`: shore has committed everything
 * - `conflict`: two people changed the same field without seeing each other; both values are kept
 */
export const syncState = z.enum(['local', 'sent', 'partly', 'held', 'conflict']);
export type SyncState = z.infer<typeof syncState>;

/** Which change last set a field, as an opaque text: equal means nobody changed it in between. */
export const fieldVersion = z.string().min(1).max(2_000);

/** Field name → version that the writer saw when starting to edit. */
export const expectedVersions = z.record(z.string(), fieldVersion);
export type ExpectedVersions = z.infer<typeof expectedVersions>;

export const recordId = z.uuid();

/** Who wrote a value, on which device, when (ISO 8601) and on which side. */
export const conflictAuthor = z.object({
  by: z.string(),
  device: z.string(),
  at: z.string(),
  side: z.enum(['vessel', 'shore']),
});

/** Values of one field whose writers had not seen each other. The first is the one in force. */
export const openConflict = z.object({
  id: z.string(),
  field: z.string(),
  /** Which values these are, to be handed back by whoever decides. */
  version: fieldVersion,
  /** What all of them had before them; means nothing where `baseKnown` is false. */
  base: z.unknown(),
  baseKnown: z.boolean(),
  values: z.array(
    conflictAuthor.extend({
      value: z.unknown(),
      /** What its writer left in the fields that go with it. */
      also: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});
export type OpenConflict = z.infer<typeof openConflict>;
