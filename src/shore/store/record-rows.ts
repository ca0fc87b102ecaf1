import { snapshotRecord } from '#shared/sync/snapshot/record.ts';
import { z } from 'zod';
import { columnOf, type RecordSpec } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Scalar } from '#shared/json.ts';
import type { RecordRow } from './shore-store.ts';

const ownColumns = ['vessel_id', 'id', 'deleted', 'updated_at', 'updated_by'];
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const storedRow = z
  .object({ deleted: z.boolean(), updated_at: z.number(), updated_by: z.string() })
  .catchall(scalar);

/** How records of one kind stand in their table, and how a row turns into one line of JSON and back. */
export class RecordRows {
  readonly spec: RecordSpec;
  readonly #columns: [field: string, column: string][];

  constructor(spec: RecordSpec) {
    this.spec = spec;
    this.#columns = Object.keys(spec.fields).map((field) => [field, columnOf(field)]);
  }

  /** Every column of the table. */
  get columns(): string[] {
    return [...ownColumns, ...this.#columns.map(([, column]) => column)];
  }

  toJson(vesselId: string, id: string, row: RecordRow): Record<string, Scalar> {
    const json: Record<string, Scalar> = {
      vessel_id: vesselId,
      id,
      deleted: row.deleted,
      updated_at: row.updatedAt,
      updated_by: row.updatedBy,
    };
    for (const [field, column] of this.#columns) json[column] = row.values[field] ?? null;
    return json;
  }

  /** @param json `row_to_json` of a row */
  fromJson(json: unknown): RecordRow {
    const stored = storedRow.parse(json);
    const values: Record<string, Scalar> = {};
    for (const [field, column] of this.#columns) values[field] = stored[column] ?? null;
    return { values, deleted: stored.deleted, updatedAt: stored.updated_at, updatedBy: stored.updated_by };
  }
}

const byEntity = new Map<string, RecordRows>(recordSpecs.map((spec) => [spec.entity, new RecordRows(spec)]));

/** @throws when this program has no such kind of record */
export function rowsFor(entity: string): RecordRows {
  const rows = byEntity.get(entity);
  if (rows === undefined) throw new Error(`There is no kind of record called '${entity}'`);
  return rows;
}

/** A row of `sync_versions`. */
export const storedState = z.object({
  id: z.string(),
  state: z.object({}).loose(),
  digest: z.string().nullable(),
  base: snapshotRecord.nullable(),
});
