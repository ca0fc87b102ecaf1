import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { NumberedDeclaration } from '#shared/records/numbered.ts';
import { columnOf } from '#shared/records/record.ts';
import { anyOf } from '../store/bulk.ts';
import { rowsOf, type Executor } from '../store/database.ts';

/** A number that several records of a kind bear on one vessel, and their ids: first the one that shore knew first. */
export interface DuplicateNumber {
  number: string;
  ids: string[];
}

const row = z.object({ number: z.string(), id: z.string() });

/** The table of a kind, and the column with its number. */
function namesOf({ entity, number }: NumberedDeclaration): { table: SQL; column: SQL } {
  return {
    table: sql`${sql.identifier(entity)}`,
    column: sql`${sql.identifier(columnOf(number.field))}`,
  };
}

/**
 * The numbers that several records of a kind bear. Those that were deleted do not count.
 * @param among only numbers that one of these records bears; null for all of the vessel's
 */
export async function duplicateNumbers(
  executor: Executor,
  spec: NumberedDeclaration,
  vesselId: string,
  among: readonly string[] | null,
): Promise<DuplicateNumber[]> {
  const { table, column } = namesOf(spec);
  // As arrays, each inner question is asked once. For a table that nobody has analysed Postgres expects one row, and
  // would ask it again for every record.
  const chosen =
    among === null
      ? sql``
      : sql`and ${column} = any(array(select ${column} from ${table} where vessel_id = ${vesselId} and id = ${anyOf(among)}))`;
  const rows = await rowsOf(
    executor,
    sql`select ${column} as number, id from ${table} records
        where vessel_id = ${vesselId} and not deleted and ${column} = any(array(
          select ${column} from ${table} where vessel_id = ${vesselId} and not deleted ${chosen}
          group by ${column} having count(*) > 1))
        order by ${column}, (
          select min(feed) from sync_journal
          where vessel_id = ${vesselId} and record_id = records.id and operation = 'create'), id`,
    row,
  );
  return [...Map.groupBy(rows, ({ number }) => number)].map(([number, bearers]) => ({
    number,
    ids: bearers.map(({ id }) => id),
  }));
}

/** Vessels that have such numbers. */
export async function vesselsWithDuplicateNumbers(
  executor: Executor,
  spec: NumberedDeclaration,
): Promise<string[]> {
  const { table, column } = namesOf(spec);
  const rows = await rowsOf(
    executor,
    sql`select distinct vessel_id as "vesselId" from ${table} where not deleted
        group by vessel_id, ${column} having count(*) > 1`,
    z.object({ vesselId: z.string() }),
  );
  return rows.map(({ vesselId }) => vesselId);
}
