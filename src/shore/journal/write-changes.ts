import { specOf } from '#shared/records/catalogue.ts';
import type { Change } from '#shared/sync/change.ts';
import { latestStamp } from '#shared/sync/merge.ts';
import type { Committed } from '../service.ts';
import type { JournalEntry, RecordRef, ShoreTransaction, StoredRecord } from '../store/shore-store.ts';
import type { Digest } from '#shared/sync/digest.ts';
import { withBaseHistory } from './base-history.ts';
import { resolveConflicts } from './conflicts.ts';
import { digestOf, totalAfter } from './digest-of-records.ts';
import { fold, keyOf, needsHistory, withRow, type Folded, type Incoming } from './fold.ts';
import { overriddenDeleteProblem } from './problem-texts.ts';
import { readRecords } from './read-records.ts';

export interface Written {
  entries: JournalEntry[];
  /** What to tell listeners once it is committed. */
  events: Committed[];
  /** Of all the vessel's records now: to be saved with the vessel. */
  digest: Digest | null;
}

/** A listener is told to ask again instead of being given more ids than this. */
const longestIdList = 200;

/**
 * Journals changes and applies them to their records: journal, records, versions and conflicts, in a number of
 * statements that does not grow with the number of changes. Within a transaction that holds the vessel's lock.
 * @param options.digest of all the vessel's records before
 * @param options.known records that were read under the lock already; null where nothing is known of one
 * @param options.alreadyJournalled true for entries that stand in the journal and are applied only now
 */
export async function writeChanges(
  tx: ShoreTransaction,
  vesselId: string,
  incoming: readonly Incoming[],
  options: {
    feed: number;
    digest: Digest | null;
    now: number;
    cause: 'vessel' | 'shore';
    known?: ReadonlyMap<string, StoredRecord | null>;
    alreadyJournalled?: boolean;
  },
): Promise<Written> {
  const { feed, now, cause, known = new Map(), alreadyJournalled = false } = options;
  const stored = await loadRecords(tx, vesselId, incoming, known);
  const folded = fold(stored, incoming, { feed, now });
  const contested = [...new Set(folded.steps.map((step) => step.recordId))];
  const unknown = folded.records.filter(needsHistory).map((record) => record.id);
  const history = await tx.journalOfRecords(vesselId, [...new Set([...contested, ...unknown])]);
  if (!alreadyJournalled) {
    await tx.appendJournal(vesselId, folded.entries);
    history.push(...folded.entries);
  }
  const records = folded.records.map((record) => {
    const written = rowOf(record, history);
    return { ...written, digest: digestOf(written) };
  });
  await tx.saveRecords(vesselId, records);
  if (contested.length > 0) {
    const open = await tx.openConflicts(vesselId, contested);
    await tx.saveConflicts(
      vesselId,
      resolveConflicts(folded.steps, open, withBaseHistory(history, [...stored.values()]), now),
    );
  }
  if (folded.overridden.length > 0) {
    const byKey = new Map(records.map((record) => [keyOf(record.entity, record.id), record]));
    await tx.addProblems(
      folded.overridden.map((each) =>
        overriddenDeleteProblem(vesselId, each, byKey.get(keyOf(each.entity, each.recordId)) ?? null, now),
      ),
    );
  }
  const last = alreadyJournalled ? feed : feed + incoming.length;
  const digest = totalAfter(
    options.digest,
    folded.records.flatMap(({ entity, id }) => {
      const before = stored.get(keyOf(entity, id));
      return before === undefined ? [] : [before.digest];
    }),
    records.map((record) => record.digest),
  );
  return { entries: folded.entries, events: eventsOf(vesselId, folded, last, cause), digest };
}

async function loadRecords(
  tx: ShoreTransaction,
  vesselId: string,
  incoming: readonly Incoming[],
  known: ReadonlyMap<string, StoredRecord | null>,
): Promise<Map<string, StoredRecord>> {
  const refs = incoming.flatMap(({ spec, change: { recordId } }): RecordRef[] =>
    spec === null ? [] : [{ entity: spec.entity, recordId }],
  );
  const missing = refs.filter(({ entity, recordId }) => !known.has(keyOf(entity, recordId)));
  const read = await readRecords(tx, vesselId, missing);
  const stored = new Map<string, StoredRecord>();
  for (const { entity, recordId } of refs) {
    const key = keyOf(entity, recordId);
    const record = known.get(key) ?? read.get(key);
    if (record !== undefined && record !== null) stored.set(key, record);
  }
  return stored;
}

function rowOf(record: Folded['records'][number], history: readonly JournalEntry[]): StoredRecord {
  const spec = specOf(record.entity);
  if (spec === undefined) throw new Error(`There is no kind of record called '${record.entity}'`);
  return withRow(spec, record, needsHistory(record) ? latestChange(record, history) : null);
}

function latestChange(record: StoredRecord, history: readonly JournalEntry[]): Change | null {
  const stamp = latestStamp(record.state);
  if (stamp === null) return null;
  const entry = history.find(
    ({ change }) => change.origin === stamp.origin && change.number === stamp.number,
  );
  return entry?.change ?? null;
}

function eventsOf(vesselId: string, folded: Folded, feed: number, cause: Committed['cause']): Committed[] {
  const ids = new Map<string, string[]>();
  for (const { entity, id } of folded.records) ids.set(entity, [...(ids.get(entity) ?? []), id]);
  return [...ids].map(([entity, list]) => ({
    vesselId,
    entity,
    ids: list.length > longestIdList ? [] : list,
    feed,
    cause,
  }));
}
