import { getTableName, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
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

/**
 * SQL for how what is attached to an order stands, given the column of its id: the field versions of its attachments,
 * as a JSON list, and whether a content of them that is on board is not ashore.
 */
export function attachedTo(id: SQLiteColumn): { attached: SQL<string>; lacking: SQL<number> } {
  const ofOrder = sql`a.work_order_id = ${qualified(id)} AND a.deleted = 0`;
  return {
    attached: sql<string>`(SELECT json_group_array(a.versions) FROM attachment AS a WHERE ${ofOrder})`,
    lacking: sql<number>`EXISTS (SELECT 1 FROM attachment AS a
      JOIN content AS c ON c.sha256 IN (a.sha256, a.thumbnail_sha256)
      WHERE ${ofOrder} AND c.complete = 1 AND c.is_ashore = 0)`,
  };
}

const listOfVersions = z.array(z.string());

/** Where an order stands with all that is attached to it. */
export function standingWithAttached(
  outbox: Outbox,
  own: { versions: string; contested: number },
  { attached, lacking }: { attached: string; lacking: number },
): SyncState {
  const alone = standingOf(outbox, own);
  if (alone !== 'held' || attached === '[]') return alone;
  const isWhole =
    lacking === 0 &&
    listOfVersions.parse(JSON.parse(attached)).every((versions) => outbox.standingOf(versions) === 'held');
  return isWhole ? 'held' : 'partly';
}

/** Where a record stands between ship and shore. @param record as it is stored, and whether it has an open conflict */
export function standingOf(
  outbox: Outbox,
  { versions, contested }: { versions: string; contested: number },
): SyncState {
  return contested !== 0 ? 'conflict' : outbox.standingOf(versions);
}
