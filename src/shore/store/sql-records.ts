import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Scalar } from '#shared/json.ts';
import { columnOf } from '#shared/records/record.ts';
import { decodeState } from '#shared/sync/record-state-json.ts';
import { anyOf } from './bulk.ts';
import { rowsFor, storedState } from './record-rows.ts';
import type { StoredRecord, Values } from './shore-store.ts';
import type { Statements } from './statements.ts';

/** A record as its table shows it. */
export interface Line {
  id: string;
  values: Values;
}

const line = z.object({ id: z.string(), row: z.unknown() });

/** Those of the records that anything is known of. */
export async function readRecords(
  statements: Statements,
  vesselId: string,
  entity: string,
  ids: readonly string[],
): Promise<StoredRecord[]> {
  if (ids.length === 0) return [];
  const kind = rowsFor(entity);
  const [states, found] = await Promise.all([
    statements.read(
      sql`select record_id as id, state, digest, base from sync_versions
          where vessel_id = ${vesselId} and entity = ${entity} and record_id = ${anyOf(ids)}`,
      storedState,
    ),
    // Apart from the other: joined, and not yet analysed, Postgres compares each row with each state.
    statements.read(
      sql`select id, row_to_json(r.*) as row from ${sql.identifier(entity)} as r
          where vessel_id = ${vesselId} and id = ${anyOf(ids)}`,
      line,
    ),
  ]);
  const rows = new Map(found.map(({ id, row }) => [id, kind.fromJson(row)]));
  return states.map(({ id, state, digest, base }) => {
    const row = rows.get(id) ?? null;
    const known = decodeState(kind.spec, state, row?.values ?? null);
    return { entity, id, state: known, row, digest, ...(base === null ? {} : { base }) };
  });
}

/** Those of a kind that are not deleted and have this value in a field. */
export async function readRecordsHaving(
  statements: Statements,
  vesselId: string,
  entity: string,
  { field, value }: { field: string; value: Scalar },
): Promise<Line[]> {
  const kind = rowsFor(entity);
  const is = value === null ? sql`is null` : sql`= ${value}`;
  const found = await statements.read(
    sql`select id, row_to_json(r.*) as row from ${sql.identifier(entity)} as r
        where vessel_id = ${vesselId} and not deleted and ${sql.identifier(columnOf(field))} ${is}`,
    line,
  );
  return found.map(({ id, row }) => ({ id, values: kind.fromJson(row).values }));
}
