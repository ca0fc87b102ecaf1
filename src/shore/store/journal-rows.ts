import type { InferSelectModel } from 'drizzle-orm';
import { type syncJournal, type syncOutbox } from './schema.ts';
import type { JournalEntry, QueueEntry } from './shore-store.ts';

export function journalEntry(row: InferSelectModel<typeof syncJournal>): JournalEntry {
  return {
    change: {
      origin: row.origin,
      number: row.number,
      time: row.time,
      at: row.at,
      seen: row.seen,
      entity: row.entity,
      recordId: row.recordId,
      operation: row.operation,
      fields: row.fields,
      actorId: row.actorId,
      actorName: row.actorName,
      device: row.device,
      lane: row.lane,
      version: row.version,
    },
    feed: row.feed,
    before: row.before,
    hash: row.hash,
    claimed: row.claimed,
    applied: row.applied,
    storedAt: row.storedAt,
  };
}

/** A row of `sync_journal` for `json_populate_recordset`. */
export function journalJson(vesselId: string, entry: JournalEntry): Record<string, unknown> {
  const { change } = entry;
  return {
    vessel_id: vesselId,
    origin: change.origin,
    number: change.number,
    feed: entry.feed,
    time: change.time,
    at: change.at,
    seen: change.seen,
    entity: change.entity,
    record_id: change.recordId,
    operation: change.operation,
    fields: JSON.stringify(change.fields),
    before: entry.before === null ? null : JSON.stringify(entry.before),
    actor_id: change.actorId,
    actor_name: change.actorName,
    device: change.device,
    lane: change.lane,
    version: change.version,
    hash: entry.hash,
    claimed: entry.claimed,
    applied: entry.applied,
    stored_at: entry.storedAt,
  } satisfies Record<(typeof journalColumns)[number], unknown>;
}

/** Columns that `journalJson` gives as the text of their JSON. */
export const journalJsonTexts = ['fields', 'before'];

export const journalColumns = [
  'vessel_id',
  'origin',
  'number',
  'feed',
  'time',
  'at',
  'seen',
  'entity',
  'record_id',
  'operation',
  'fields',
  'before',
  'actor_id',
  'actor_name',
  'device',
  'lane',
  'version',
  'hash',
  'claimed',
  'applied',
  'stored_at',
] as const satisfies readonly (typeof syncJournal)['_']['columns'][keyof (typeof syncJournal)['_']['columns']]['_']['name'][];

export function queueJson(vesselId: string, entry: QueueEntry): Record<string, unknown> {
  return {
    vessel_id: vesselId,
    number: entry.number,
    lane: entry.lane,
    entity: entry.entity,
    record_id: entry.recordId,
    at: entry.at,
  } satisfies Record<(typeof queueColumns)[number], unknown>;
}

export const queueColumns = [
  'vessel_id',
  'number',
  'lane',
  'entity',
  'record_id',
  'at',
] as const satisfies readonly (typeof syncOutbox)['_']['columns'][keyof (typeof syncOutbox)['_']['columns']]['_']['name'][];

/** The last urgent change of each record that has one. */
export function lastUrgent(entries: readonly QueueEntry[]): { record: string; last: number }[] {
  const last = new Map<string, number>();
  for (const { lane, recordId, number } of entries)
    if (lane === 'urgent') last.set(recordId, Math.max(number, last.get(recordId) ?? 0));
  return [...last].map(([record, number]) => ({ record, last: number }));
}
