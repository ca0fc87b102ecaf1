import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { anyOf } from '../store/bulk.ts';
import { rowsOf, type Executor } from '../store/database.ts';

/** A work order number that several orders of a vessel bear, and their ids: first the one that shore knew first. */
export interface DuplicateNumber {
  number: string;
  ids: string[];
}

const row = z.object({ number: z.string(), id: z.string() });

/**
 * The numbers that several orders bear. Those that were deleted do not count.
 * @param among only numbers that one of these orders bears; null for all of the vessel's
 */
export async function duplicateNumbers(
  executor: Executor,
  vesselId: string,
  among: readonly string[] | null,
): Promise<DuplicateNumber[]> {
  // As arrays, each inner question is asked once. For a table that nobody has analysed Postgres expects one row, and
  // would ask it again for every order.
  const chosen =
    among === null
      ? sql``
      : sql`and number = any(array(select number from work_order where vessel_id = ${vesselId} and id = ${anyOf(among)}))`;
  const rows = await rowsOf(
    executor,
    sql`select number, id from work_order orders
        where vessel_id = ${vesselId} and not deleted and number = any(array(
          select number from work_order where vessel_id = ${vesselId} and not deleted ${chosen}
          group by number having count(*) > 1))
        order by number, (
          select min(feed) from sync_journal
          where vessel_id = ${vesselId} and record_id = orders.id and operation = 'create'), id`,
    row,
  );
  return [...Map.groupBy(rows, ({ number }) => number)].map(([number, orders]) => ({
    number,
    ids: orders.map(({ id }) => id),
  }));
}

/** Vessels that have such numbers. */
export async function vesselsWithDuplicateNumbers(executor: Executor): Promise<string[]> {
  const rows = await rowsOf(
    executor,
    sql`select distinct vessel_id as "vesselId" from work_order where not deleted
        group by vessel_id, number having count(*) > 1`,
    z.object({ vesselId: z.string() }),
  );
  return rows.map(({ vesselId }) => vesselId);
}
