import { and, eq, getTableName, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { openConflictOf } from '#shared/contract/open-conflict.ts';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import { subjectColumns } from '#shared/records/attached.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { linesOf, type LineDeclaration } from '#shared/records/lines.ts';
import { columnOf, type RecordSpec } from '#shared/records/record.ts';
import { fieldVersions } from '#shared/sync/record-state-json.ts';
import type { ShoreSyncState } from '../service.ts';
import { anyOf } from '../store/bulk.ts';
import { storedConflict } from '../store/conflict-rows.ts';
import type { Executor } from '../store/database.ts';
import { syncConflicts, syncVersions } from '../store/schema.ts';

/**
 * The column with its table's name, for use inside a subquery: in a query of one table drizzle leaves the name out,
 * and Postgres would take the column of the subquery's own table.
 */
function qualified(column: PgColumn): SQL {
  return sql`${sql.identifier(getTableName(column.table))}.${sql.identifier(column.name)}`;
}

/** SQL for whether shore lacks bytes of the attachment `a`. */
export const lacksContent = sql`(
  not exists (select 1 from content as c where c.vessel_id = a.vessel_id and c.sha256 = a.sha256 and c.complete)
  or (a.thumbnail_sha256 is not null and not exists (
    select 1 from content as c where c.vessel_id = a.vessel_id and c.sha256 = a.thumbnail_sha256 and c.complete)))`;

/** SQL for whether the attachment `a` hangs on this record. */
export function isAttachedTo(entity: string, vessel: SQL, record: SQL): SQL {
  const { id, kind } = subjectColumns(entity);
  const isOfKind = kind === null ? sql`true` : sql`a.subject_kind = ${kind}`;
  return sql`a.vessel_id = ${vessel} and a.${sql.identifier(id)} = ${record} and ${isOfKind}`;
}

/** Where a record of a kind stands with all that is attached to it, as a column of a list. */
export function standingWithAttached(entity: string, vesselId: PgColumn, id: PgColumn): SQL<ShoreSyncState> {
  const [vessel, record] = [qualified(vesselId), qualified(id)];
  return inPart(vessel, record, [isAttachedElsewhere(entity, vessel, record)]);
}

/** Shore lacks bytes of something attached, or the ship has not heard of it. */
function isAttachedElsewhere(entity: string, vessel: SQL, record: SQL): SQL {
  return sql`exists (
      select 1 from attachment as a
        where ${isAttachedTo(entity, vessel, record)} and not a.deleted
          and (${lacksContent} or exists (
            select 1 from sync_outbox as o where o.vessel_id = a.vessel_id and o.record_id = a.id)))`;
}

/** What both have, they have only in part while one of these is so. */
function inPart(vessel: SQL, record: SQL, lacking: readonly SQL[]): SQL<ShoreSyncState> {
  return sql<ShoreSyncState>`case ${standingAt(vessel, record)} when 'conflict' then 'conflict' when 'pending' then 'pending'
    else case when ${sql.join([...lacking], sql` or `)} then 'partly' else 'held' end end`;
}

/** Where a record stands between ship and shore, as a column of a list. */
export function standingOf(vesselId: PgColumn, id: PgColumn): SQL<ShoreSyncState> {
  return standingAt(qualified(vesselId), qualified(id));
}

/** The same for the rows of a kind's table, by the name that it has in a query, with its lines and all that is attached. */
export function standing(
  { entity, attachments }: Pick<RecordDeclaration, 'entity' | 'attachments'>,
  table: SQL,
): SQL<ShoreSyncState> {
  const [vessel, record] = [sql`${table}.vessel_id`, sql`${table}.id`];
  const lacking = [
    ...(attachments === true ? [isAttachedElsewhere(entity, vessel, record)] : []),
    ...linesOf(entity).map((line) => hasLineOnItsWay(line, vessel, record)),
  ];
  return lacking.length === 0 ? standingAt(vessel, record) : inPart(vessel, record, lacking);
}

function hasLineOnItsWay({ entity, parent }: LineDeclaration, vessel: SQL, record: SQL): SQL {
  return sql`exists (
      select 1 from ${sql.identifier(entity)} as l
        join sync_outbox as o on o.vessel_id = l.vessel_id and o.record_id = l.id
        where l.vessel_id = ${vessel} and l.${sql.identifier(columnOf(parent))} = ${record} and not l.deleted)`;
}

function standingAt(vessel: SQL, record: SQL): SQL<ShoreSyncState> {
  return sql<ShoreSyncState>`case
    when exists (select 1 from sync_conflicts as c
                 where c.vessel_id = ${vessel} and c.record_id = ${record} and c.settled_at is null) then 'conflict'
    when exists (select 1 from sync_outbox as o
                 where o.vessel_id = ${vessel} and o.record_id = ${record}) then 'pending'
    else 'held' end`;
}

export interface RecordDetail {
  versions: Record<string, string>;
  conflicts: OpenConflict[];
}

interface DetailKey {
  vesselId: string;
  id: string;
}

/** Field versions and open conflicts of records of one kind, in the order in which they were asked for. */
export async function detailsOf(
  executor: Executor,
  spec: RecordSpec,
  keys: readonly DetailKey[],
): Promise<RecordDetail[]> {
  const ids = anyOf(keys.map((key) => key.id));
  const states = await executor
    .select()
    .from(syncVersions)
    .where(
      and(
        eq(syncVersions.entity, spec.entity),
        sql`${syncVersions.recordId} = ${ids}`,
        vesselIn(syncVersions.vesselId, keys),
      ),
    );
  const conflicts = await executor
    .select()
    .from(syncConflicts)
    .where(
      and(
        eq(syncConflicts.entity, spec.entity),
        sql`${syncConflicts.recordId} = ${ids}`,
        vesselIn(syncConflicts.vesselId, keys),
        sql`${syncConflicts.settledAt} is null`,
      ),
    )
    .orderBy(syncConflicts.id);
  return keys.map(({ vesselId, id }) => {
    const isOf = (row: { vesselId: string; recordId: string }) =>
      row.vesselId === vesselId && row.recordId === id;
    const state = states.find(isOf)?.state;
    return {
      versions: state === undefined ? {} : fieldVersions(spec, state),
      conflicts: conflicts.filter(isOf).map((row) => openConflictOf(storedConflict(row))),
    };
  });
}

function vesselIn(column: PgColumn, keys: readonly DetailKey[]): SQL {
  return sql`${column} = ${anyOf([...new Set(keys.map((key) => key.vesselId))])}`;
}
