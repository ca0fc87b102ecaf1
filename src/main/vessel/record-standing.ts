import { sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { SyncState } from '#shared/contract/record-state.ts';

/** SQL for where a record stands between ship and shore, given the column of its id. */
export function standingOf(id: SQLiteColumn | SQL): SQL<SyncState> {
  return sql<SyncState>`CASE
    WHEN EXISTS (SELECT 1 FROM sync_conflicts AS c WHERE c.record_id = ${id} AND c.settled_at IS NULL) THEN 'conflict'
    WHEN EXISTS (SELECT 1 FROM sync_outbox AS o WHERE o.record_id = ${id} AND o.sent_at IS NULL) THEN 'local'
    WHEN EXISTS (SELECT 1 FROM sync_outbox AS o WHERE o.record_id = ${id}) THEN 'sent'
    ELSE 'held' END`;
}
