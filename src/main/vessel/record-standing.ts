import { getTableName, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { SyncState } from '#shared/contract/record-state.ts';
import type { Origin } from '#shared/sync/seen.ts';

/**
 * The column with its table's name, for use inside a subquery: in a query of one table drizzle leaves the name out,
 * and SQLite would take the column of the subquery's own table.
 */
export function qualified(column: SQLiteColumn): SQL {
  return sql`${sql.identifier(getTableName(column.table))}.${sql.identifier(column.name)}`;
}

/**
 * SQL for where a record stands between ship and shore, given the column of its id: what of its own changes is in
 * the outbox, found through the journal, which has them by record.
 */
export function standingOf(id: SQLiteColumn, own: Origin): SQL<SyncState> {
  const record = qualified(id);
  const queued = sql`SELECT 1 FROM sync_journal AS j JOIN sync_outbox AS o ON o.number = j.number
      WHERE j.record_id = ${record} AND j.origin = ${own}`;
  return sql<SyncState>`CASE
    WHEN EXISTS (SELECT 1 FROM sync_conflicts AS c WHERE c.record_id = ${record} AND c.settled_at IS NULL) THEN 'conflict'
    WHEN EXISTS (${queued} AND o.sent_at IS NULL) THEN 'local'
    WHEN EXISTS (${queued}) THEN 'sent'
    ELSE 'held' END`;
}
