import { specOf } from '#shared/records/catalogue.ts';
import { belongsTo, isKnownTo, stages, type Cursor, type Stage } from '#shared/sync/snapshot/cursor.ts';
import type { SnapshotPosition } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { keyOf } from '../journal/fold.ts';
import type { JournalEntry, StoredRecord } from '../store/shore-store.ts';
import { isContested, recordAt, recordNow } from './record-at.ts';
import type { Candidate, SnapshotView } from './snapshot-store.ts';

/** How much one page carries: so many records, or about so many characters of their values. */
export interface PageSize {
  records: number;
  characters: number;
}

/** Records read before anything is known of their size: each can have some hundred thousand characters. */
const firstRead = 100;

/** A record, and where a page that ends with it goes on. */
interface Placed {
  record: SnapshotRecord;
  cursor: Cursor;
}

export interface ReadPage {
  records: readonly Placed[];
  /** Null when nothing comes after. */
  next: Cursor | null;
}

/** Reads the records that come after `after`, as they stood at the position. */
export async function readPage(
  view: SnapshotView,
  vesselId: string,
  {
    position,
    after,
    size,
    version,
  }: { position: SnapshotPosition; after: Cursor; size: PageSize; version: number },
): Promise<ReadPage> {
  const records: Placed[] = [];
  let characters = 0;
  let cursor = after;
  for (;;) {
    const stage: Stage | undefined = stages[cursor.stage];
    if (stage === undefined) return { records, next: null };
    if (!isKnownTo(version, stage)) {
      cursor = { stage: cursor.stage + 1, id: null };
      continue;
    }
    const limit = fitting(size, records.length, characters);
    const scope = { position, below: cursor.id, limit };
    const candidates = await view.candidates(vesselId, stage, scope);
    const found = await recordsOf(view, vesselId, candidates, position);
    for (const { entity, id } of candidates) {
      if (records.length >= size.records || characters >= size.characters) return { records, next: cursor };
      cursor = { stage: cursor.stage, id };
      const record = found.get(keyOf(entity, id));
      if (record === undefined || !belongsTo(stage, entity, record.values)) continue;
      records.push({ record: asOf(record, version), cursor });
      characters += JSON.stringify(record.values).length;
    }
    if (candidates.length < limit) cursor = { stage: cursor.stage + 1, id: null };
  }
}

/** How many more are read at once: about as many as the page still takes. */
function fitting(size: PageSize, records: number, characters: number): number {
  const left = size.records - records;
  const bySize =
    records === 0 ? firstRead : Math.ceil((size.characters - characters) / Math.max(1, characters / records));
  return Math.max(1, Math.min(left, bySize));
}

/** Without the fields that came after a version: the position has no change that names one, so all stand at their initial values. */
function asOf(record: SnapshotRecord, version: number): SnapshotRecord {
  const fields = specOf(record.entity)?.fields ?? {};
  if (record.values === null || !Object.values(fields).some(({ since = 1 }) => since > version))
    return record;
  const known = Object.entries(record.values).filter(([name]) => (fields[name]?.since ?? 1) <= version);
  return { ...record, values: Object.fromEntries(known) };
}

async function recordsOf(
  view: SnapshotView,
  vesselId: string,
  candidates: readonly Candidate[],
  position: SnapshotPosition,
): Promise<Map<string, SnapshotRecord>> {
  const stored = new Map<string, StoredRecord>();
  for (const entity of new Set(candidates.map((each) => each.entity))) {
    const ids = candidates.flatMap((each) => (each.entity === entity ? [each.id] : []));
    for (const record of await view.records(vesselId, entity, ids))
      stored.set(keyOf(entity, record.id), record);
  }
  const changed = candidates.filter((each) => each.changed);
  const bases = new Map(
    changed.map(({ entity, id }) => [keyOf(entity, id), stored.get(keyOf(entity, id))?.base]),
  );
  for (const key of bases.keys()) stored.delete(key);
  const unclear = [...stored.values()].filter(({ state, row }) => row === null || isContested(state));
  const entries = await view.history(vesselId, [...new Set([...unclear, ...changed].map(({ id }) => id))]);
  const histories = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry.change.entity, entry.change.recordId);
    histories.set(key, [...(histories.get(key) ?? []), entry]);
  }
  const records = new Map<string, SnapshotRecord>();
  for (const [key, record] of stored) records.set(key, recordNow(record, histories.get(key) ?? []));
  for (const { entity, id } of changed) {
    const spec = specOf(entity);
    const key = keyOf(entity, id);
    const record =
      spec === undefined ? null : recordAt(spec, id, histories.get(key) ?? [], position, bases.get(key));
    if (record !== null) records.set(key, record);
  }
  return records;
}
