import type { RecordSpec } from '#shared/records/record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import type { Change } from '#shared/sync/change.ts';
import { applyChange, emptyState, latestStamp, materialise, type RecordState } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import type { SnapshotPosition } from '#shared/sync/snapshot/messages.ts';
import { historyOf, stateOf } from '#shared/sync/snapshot/join.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import type { JournalEntry, StoredRecord } from '../store/shore-store.ts';

/**
 * A record as it stood at a position, whatever came since. What is edited on board while a snapshot arrives must have
 * been seen by whoever edits it, and a node says that it has seen the position and no more.
 * @param history every entry of the record
 * @param base what came of it without its changes
 * @returns null where nothing of the record was known at the position
 */
export function recordAt(
  spec: RecordSpec,
  id: string,
  history: readonly JournalEntry[],
  position: SnapshotPosition,
  base?: SnapshotRecord,
): SnapshotRecord | null {
  const changes = history
    .filter(({ change, applied }) => applied === 'applied' && change.number <= (position[change.origin] ?? 0))
    .map(({ change }) => change);
  if (changes.length === 0) return base ?? null;
  const begin = base === undefined ? emptyState : stateOf(spec, base);
  const state = changes.reduce((before, change) => applyChange(spec, before, change), begin);
  const by = latestIn(state, changes) ?? (base && { at: base.updatedAt, actorName: base.updatedBy });
  const allChanges = base === undefined ? changes : [...historyOf(spec, base), ...changes];
  return {
    entity: spec.entity,
    id,
    values: materialise(spec, state),
    updatedAt: by?.at ?? 0,
    updatedBy: by?.actorName ?? '',
    state: encodeState(state),
    history: historyFor(state, allChanges),
  };
}

function latestIn(state: RecordState, changes: readonly Change[]): Change | undefined {
  const latest = latestStamp(state);
  return changes.find(({ origin, number }) => origin === latest?.origin && number === latest.number);
}

/**
 * A record that has not changed since the position, as it stands.
 * @param history every entry of the record, where it is contested or has no row; nobody needs it otherwise
 */
export function recordNow(
  { entity, id, state, row, base }: StoredRecord,
  history: readonly JournalEntry[],
): SnapshotRecord {
  const spec = specOf(entity);
  const changes = [
    ...(base === undefined || spec === undefined ? [] : historyOf(spec, base)),
    ...history.flatMap(({ change, applied }) => (applied === 'applied' ? [change] : [])),
  ];
  const by = row === null ? latestIn(state, changes) : null;
  return {
    entity,
    id,
    values: row?.values ?? null,
    updatedAt: row?.updatedAt ?? by?.at ?? 0,
    updatedBy: row?.updatedBy ?? by?.actorName ?? '',
    state: encodeState(state),
    history: historyFor(state, changes),
  };
}

/** Whether people may have to be told whose the values of a record are. */
export function isContested(state: RecordState): boolean {
  return Object.values(state.heads).some((heads) => heads.length > 1);
}

function historyFor(state: RecordState, changes: readonly Change[]): readonly Change[] {
  return isContested(state) ? changes : [];
}
