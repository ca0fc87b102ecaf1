import { z } from 'zod';
import { read, write } from './method.ts';
import { expectedVersions, fieldVersion, openConflict, recordId, syncState } from './record-state.ts';

/** A kind's name in the catalogue. Which there are, and what may be given of each, says its declaration. */
const entity = z.string().min(1).max(40);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const fieldName = z.string().min(1).max(60);
/** By field name. A field that the kind does not have, or a value that it may not hold, is answered `invalid_input`. */
const given = z.record(fieldName, scalar);
const mostFields = 60;
const few = <T extends z.ZodRecord>(fields: T) =>
  fields.refine((values) => Object.keys(values).length <= mostFields, `At most ${mostFields} fields`);

/** A record of any kind as a row of a list. */
export const recordRow = z.object({
  entity,
  id: recordId,
  /** What people call it. */
  title: z.string(),
  values: z.record(z.string(), scalar),
  /** By field that points to a record: what people call that one; null where it is not there. */
  referenced: z.record(z.string(), z.string().nullable()),
  /** ISO 8601. */
  updatedAt: z.string(),
  updatedBy: z.string(),
  sync: syncState,
});
export type RecordRow = z.infer<typeof recordRow>;

const recordAlone = z.object({
  ...recordRow.shape,
  /** Field → version, to be handed back as `basis` by whoever edits. */
  versions: z.record(z.string(), fieldVersion),
  conflicts: z.array(openConflict),
});
export const recordDetail = z.object({
  ...recordAlone.shape,
  /** By kind its lines, as that kind sorts them: the first 500, and how many there are. */
  lines: z.record(z.string(), z.object({ items: z.array(recordAlone), total: z.number().int() })),
});
/** A record without its lines. */
export type RecordAlone = z.infer<typeof recordAlone>;
export type RecordDetail = z.infer<typeof recordDetail>;

export const recordListInput = z.strictObject({
  entity,
  /** By field: any of these values. */
  filter: few(z.record(fieldName, z.array(scalar).max(50))).default({}),
  /** Words that must all stand in the texts that the kind says are searched. */
  search: z.string().max(200).optional(),
  /** A field, or `updatedAt`; left out: as the kind says. */
  sort: fieldName.optional(),
  direction: z.enum(['asc', 'desc']).default('asc'),
  limit: z.number().int().min(1).max(500).default(50),
  /** Rows to pass over first. */
  offset: z.number().int().min(0).default(0),
});

/** What a screen may ask of records of any kind. */
export const recordMethods = {
  'records.list': read(recordListInput, z.object({ items: z.array(recordRow), total: z.number().int() })),
  'records.get': read(z.strictObject({ entity, id: recordId }), recordDetail),
  /** What is seldom meant so is answered `needs_confirmation`, and taken when it comes again with `confirmed`. */
  'records.create': write(
    z.strictObject({ entity, values: few(given), confirmed: z.boolean().default(false) }),
    recordDetail,
  ),
  /** `basis` names the versions the writer saw; a field changed since by someone else is answered `stale`. */
  'records.update': write(
    z.strictObject({ entity, id: recordId, changes: few(given), basis: expectedVersions.optional() }),
    recordDetail,
  ),
  'records.delete': write(z.strictObject({ entity, id: recordId }), z.object({ entity, id: recordId })),
};
