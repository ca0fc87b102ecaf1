import type { RecordSpec } from '#shared/records/record.ts';
import type { Scalar } from '#shared/json.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { conflictMoves, type ConflictMove } from '#shared/sync/conflicts.ts';
import {
  applyChange,
  emptyState,
  isDeleted,
  latestStamp,
  materialise,
  overridesDelete,
  valueIn,
  type RecordState,
} from '#shared/sync/merge.ts';
import type { Applied } from '../store/schema.ts';
import type { JournalEntry, StoredRecord, Values } from '../store/shore-store.ts';

/** A change that is about to be journalled, and what was decided on it. */
export interface Incoming {
  change: Change;
  hash: ChainHash | null;
  claimed: ChainHash | null;
  /** The record's rules where it is applied; null where it is kept aside. */
  spec: RecordSpec | null;
  applied: Applied;
}

/** What one change did to one field that several people had written. */
export interface ConflictStep extends ConflictMove {
  entity: string;
  recordId: string;
  /** The change that made it so. */
  change: Change;
}

/** A delete that lost against a change which its writer had not seen. */
export interface OverriddenDelete {
  entity: string;
  recordId: string;
  change: Change;
}

export interface Folded {
  entries: JournalEntry[];
  /** Every record that was touched, as it is now. */
  records: TouchedRecord[];
  steps: ConflictStep[];
  overridden: OverriddenDelete[];
}

export interface TouchedRecord extends StoredRecord {
  /** The change now in force that came last: one of these, the one that the row already shows, or one to be looked up. */
  latest: Change | 'as the row says' | 'unknown';
}

/**
 * Applies changes to records, one after the other, and gives each its place in the vessel's feed. Pure: the same
 * records and changes give the same result, on whichever gateway.
 * @param stored the records that the changes are about, as far as anything is known of them
 */
export function fold(
  stored: ReadonlyMap<string, StoredRecord>,
  incoming: readonly Incoming[],
  { feed, now }: { feed: number; now: number },
): Folded {
  const touched = new Map<string, StoredRecord>();
  const folded: Folded = { entries: [], records: [], steps: [], overridden: [] };
  for (const [index, { change, hash, claimed, spec, applied }] of incoming.entries()) {
    let before: Values | null = null;
    if (spec !== null) {
      const { entity, recordId } = change;
      const key = keyOf(entity, recordId);
      const known = touched.get(key) ?? stored.get(key);
      const prior = known?.state ?? emptyState;
      const state = applyChange(spec, prior, change);
      before = valuesIn(spec, prior, Object.keys(change.fields));
      touched.set(key, { entity, id: recordId, state, row: known?.row ?? null, digest: null });
      const moves = conflictMoves(spec, prior, state);
      folded.steps.push(...moves.map((move) => ({ ...move, entity, recordId, change })));
      if (overridesDelete(prior, state, change)) folded.overridden.push({ entity, recordId, change });
    }
    folded.entries.push({ change, feed: feed + index + 1, before, hash, claimed, applied, storedAt: now });
  }
  const changes = new Map(incoming.map(({ change }) => [stampKey(change), change]));
  folded.records = [...touched].map(([key, record]) => ({
    ...record,
    latest: latestOf(record, stored.get(key), changes),
  }));
  return folded;
}

function latestOf(
  record: StoredRecord,
  before: StoredRecord | undefined,
  changes: ReadonlyMap<string, Change>,
): TouchedRecord['latest'] {
  const latest = latestStamp(record.state);
  if (latest === null) return 'unknown';
  const change = changes.get(stampKey(latest));
  if (change !== undefined) return change;
  const earlier = before === undefined || before.row === null ? null : latestStamp(before.state);
  return earlier !== null && stampKey(earlier) === stampKey(latest) ? 'as the row says' : 'unknown';
}

function stampKey({ origin, number }: Pick<Change, 'origin' | 'number'>): string {
  return `${origin}#${number}`;
}

/** Whether the record's row cannot be written without asking the journal who wrote the latest of it. */
export function needsHistory(record: TouchedRecord): boolean {
  return record.latest === 'unknown' && record.state.created !== null;
}

/**
 * The record with its row as the table shows it.
 * @param found the change now in force that came last, where `needsHistory` asked for it
 */
export function withRow(spec: RecordSpec, record: TouchedRecord, found: Change | null): StoredRecord {
  const { entity, id, state, row, digest, latest } = record;
  const values = materialise(spec, state);
  if (values === null) return { entity, id, state, row: null, digest };
  const by = typeof latest === 'string' ? found : latest;
  return {
    entity,
    id,
    state,
    digest,
    row: {
      values,
      deleted: isDeleted(state),
      updatedAt: by?.at ?? row?.updatedAt ?? 0,
      updatedBy: by?.actorName ?? row?.updatedBy ?? '',
    },
  };
}

/** Key of a record in maps. */
export function keyOf(entity: string, recordId: string): string {
  return `${entity} ${recordId}`;
}

/** What stands in these fields. */
export function valuesIn(spec: RecordSpec, state: RecordState, names: readonly string[]): Values {
  const values: Record<string, Scalar> = {};
  for (const name of names) {
    const value = valueIn(spec, state, name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
