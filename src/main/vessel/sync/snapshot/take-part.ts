import type { RecordSpec } from '#shared/records/record.ts';
import { stampOf } from '#shared/sync/change.ts';
import { observe } from '#shared/sync/clock.ts';
import { WireError } from '#shared/sync/frame.ts';
import { applyChange, emptyState, isDeleted, latestStamp, materialise } from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import { compareStamps } from '#shared/sync/causal-context.ts';
import type { Checked } from '#shared/sync/snapshot/checked-record.ts';
import { joinRecords } from '#shared/sync/snapshot/join.ts';
import { positionOf, type Page, type SnapshotStart } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import { takeBaseHead } from '../../store/records/base-head.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { tellNewNumber } from '../intake/new-number.ts';
import { writeSnapshotProgress, type SnapshotProgress } from '../../store/records/snapshot-progress.ts';

/**
 * Stores a part of a page of a snapshot in one transaction: its records and what folding them begins with; with the
 * first part of the first page the position; with a page's last part how far the snapshot has come. Taking the same
 * part again changes nothing.
 * @param records of this part, as the page has them
 * @returns how far the snapshot has come with it
 */
export function takePart(
  store: VesselStore,
  progress: Exclude<SnapshotProgress, { kind: 'done' }>,
  page: Page,
  { records, isLast }: { records: readonly Checked[]; isLast: boolean },
): Exclude<SnapshotProgress, { kind: 'wanted' }> {
  const next = store.transaction({ kind: 'apply' }, () => {
    const begun = progress.kind === 'wanted' ? begin(store, progress, page) : progress;
    for (const { spec, record } of records) takeRecord(store, spec, record);
    const after = isLast ? following(begun, page) : begun;
    if (after !== progress) writeSnapshotProgress(store.settings, after);
    return after;
  });
  const touched = records.map(({ record }): RecordKey => ({ entity: record.entity, recordId: record.id }));
  if (touched.length > 0) store.announce({ cause: 'shore', records: touched, lanes: new Set() });
  return next;
}

type UnderWay = Extract<SnapshotProgress, { kind: 'under way' }>;

function begin(
  store: VesselStore,
  progress: Extract<SnapshotProgress, { kind: 'wanted' }>,
  { start }: Page,
): UnderWay {
  if (start === null) throw new WireError('malformed', 'The first page of a snapshot names no position');
  takeStart(store, start);
  const { after, again } = progress;
  return { kind: 'under way', position: positionOf(start), after, taken: 0, total: start.total, again };
}

function following(
  progress: UnderWay,
  { next, records }: Page,
): Exclude<SnapshotProgress, { kind: 'wanted' }> {
  if (next === null) return { kind: 'done' };
  const count = records.groups.reduce((sum, { moments }) => sum + moments.length, 0);
  return { ...progress, after: next, taken: progress.taken + count };
}

/** From here on what is written on board has seen the position, and shore sends what came after it. */
function takeStart(store: VesselStore, start: SnapshotStart): void {
  for (const { origin, upTo, hash } of start.heads) {
    takeBaseHead(store, { origin, number: upTo, hash });
  }
  store.own.time = observe(store.own.time, start.time, store.environment.now());
  store.settings.set('snapshot_start', JSON.stringify(start));
}

/**
 * The record as it came, with what this node has of it: an earlier snapshot's, where this one was begun anew, changes
 * from shore that were faster, and its own. Within an `apply` transaction.
 */
export function takeRecord(store: VesselStore, spec: RecordSpec, came: SnapshotRecord): void {
  const { entity, id } = came;
  const earlier = store.base.get(entity, id);
  const record = earlier === null ? came : joinRecords(spec, earlier, came);
  store.base.put(record);
  store.digests.markStale(entity, id);
  const since = store.journal
    .ofRecord(entity, id)
    .flatMap(({ change, applied }) => (applied === 'applied' ? [change] : []));
  const before = store.table(entity).get(id);
  const known = before?.versions ?? store.awaited.get(entity, id);
  const prior = known === null ? emptyState : decodeState(spec, known, before?.values ?? null);
  const base = decodeState(spec, record.state, record.values);
  const state = since.reduce((before, change) => applyChange(spec, before, change), base);
  const values = since.length === 0 ? record.values : materialise(spec, state);
  const versions = JSON.stringify(since.length === 0 ? record.state : encodeState(state));
  const latest = latestStamp(state);
  const last = since.find((change) => latest !== null && compareStamps(stampOf(change), latest) === 0);
  const updated = { at: last?.at ?? record.updatedAt, by: last?.actorName ?? record.updatedBy };
  if (values === null) {
    store.awaited.put(entity, id, versions);
  } else {
    if (before !== null)
      tellNewNumber(store, { entity, recordId: id }, { before: before.values, after: values });
    store.table(entity).put(id, {
      values,
      deleted: isDeleted(state),
      updatedAt: updated.at,
      updatedBy: updated.by,
      versions,
    });
    store.awaited.remove(entity, id);
  }
  if (latest === null) return;
  const { origin, number } = latest;
  store.conflicts.takeOver(spec, id, {
    prior,
    state,
    now: store.environment.now(),
    by: {
      operation: isDeleted(state) ? 'delete' : 'update',
      origin,
      number,
      at: updated.at,
      actorName: updated.by,
      device: last?.device ?? '',
    },
  });
}
