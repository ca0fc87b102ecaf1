import { getTableName, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { SyncState } from '#shared/contract/record-state.ts';
import type { Outbox } from './store/journal/outbox.ts';

/**
 * The column with its table's name, for use inside a subquery: in a query of one table drizzle leaves the name out,
 * and SQLite would take the column of the subquery's own table.
 */
export function qualified(column: SQLiteColumn): SQL {
  return sql`${sql.identifier(getTableName(column.table))}.${sql.identifier(column.name)}`;
}

/** SQL for whether a record has an open conflict, given the column of its id. */
export function isContested(id: SQLiteColumn): SQL<number> {
  return sql<number>`EXISTS (SELECT 1 FROM sync_conflicts AS c WHERE c.record_id = ${qualified(id)} AND c.settled_at IS NULL)`;
}

/** Where a record stands between ship and shore. @param record as it is stored, and whether it has an open conflict */
export function standingOf(
  outbox: Outbox,
  { versions, contested }: { versions: string; contested: number },
): SyncState {
  return contested !== 0 ? 'conflict' : outbox.standingOf(versions);
}
