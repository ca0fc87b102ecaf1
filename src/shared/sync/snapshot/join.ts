import type { RecordSpec } from '../../records/record.ts';
import { recordsVersion } from '../../records/catalogue.ts';
import { stampOf, type Change } from '../change.ts';
import { millisecondsOf } from '../clock.ts';
import { applyChange, emptyState, joinStates, latestStamp, materialise, type RecordState } from '../merge.ts';
import { decodeState, encodeState } from '../record-state-json.ts';
import { compareStamps } from '../causal-context.ts';
import type { SnapshotRecord } from './record.ts';

/** What is known of a record, of which two ends or two snapshots each know a part. */
export function joinRecords(spec: RecordSpec, a: SnapshotRecord, b: SnapshotRecord): SnapshotRecord {
  const [one, other] = [stateOf(spec, a), stateOf(spec, b)];
  const state = joinStates(spec, one, other);
  const later = isLater(other, one) ? b : a;
  const history = new Map(
    [...a.history, ...b.history].map((each) => [`${each.origin}#${each.number}`, each]),
  );
  return {
    ...later,
    values: materialise(spec, state),
    state: encodeState(state),
    history: [...history.values()],
  };
}

export function stateOf(spec: RecordSpec, { state, values }: SnapshotRecord): RecordState {
  return decodeState(spec, state, values);
}

/** What one change alone tells of its record: to be joined to what is known of it besides. */
export function recordOf(spec: RecordSpec, change: Change): SnapshotRecord {
  const state = applyChange(spec, emptyState, change);
  return {
    entity: change.entity,
    id: change.recordId,
    values: materialise(spec, state),
    updatedAt: change.at,
    updatedBy: change.actorName,
    state: encodeState(state),
    history: [change],
  };
}

/** Whether the last of what is in force in `state` came after all that is in `than`. */
export function isLater(state: RecordState, than: RecordState): boolean {
  const [last, before] = [latestStamp(state), latestStamp(than)];
  return last !== null && (before === null || compareStamps(last, before) > 0);
}

/**
 * What is known of how a record came to be as it came: its changes, where people may have to be told whose its values
 * are; the values in force alone, by nobody, where not.
 */
export function historyOf(spec: RecordSpec, record: SnapshotRecord): readonly Change[] {
  const inHistory = new Set(record.history.map((each) => keyOf(each)));
  const bare = valuesAsChanges(spec, record).filter((each) => !inHistory.has(keyOf(each)));
  return record.history.length > 0 ? [...record.history, ...bare] : bare;
}

function keyOf(change: Change): string {
  const { origin, number } = stampOf(change);
  return `${origin}#${number}`;
}

function valuesAsChanges(spec: RecordSpec, record: SnapshotRecord): Change[] {
  const { entity, id } = record;
  return Object.entries(stateOf(spec, record).heads).flatMap(([name, list]) =>
    list.map(({ stamp, value }): Change => ({
      ...stamp,
      at: millisecondsOf(stamp.time),
      entity,
      recordId: id,
      operation: 'update',
      fields: { [name]: value },
      actorId: null,
      actorName: '',
      device: '',
      lane: 'normal',
      version: recordsVersion,
    })),
  );
}
