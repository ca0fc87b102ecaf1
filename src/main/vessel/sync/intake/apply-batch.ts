import { validateChange, type Verdict } from '#shared/sync/validity.ts';
import type { Batch } from '#shared/sync/frame.ts';
import { plainAck, type Ack } from '#shared/sync/frame.ts';
import type { Change } from '#shared/sync/change.ts';
import { stampOf } from '#shared/sync/change.ts';
import { excessClaims } from '#shared/sync/excess-claims.ts';
import { outOfOrderIn } from '#shared/sync/out-of-order.ts';
import { furthestOf, receivedToJson } from '#shared/sync/received-ranges.ts';
import { observe } from '#shared/sync/clock.ts';
import { isWrong } from '#shared/sync/clock-difference.ts';
import { intake, type IntakeHead, type StoredEntry } from '#shared/sync/intake.ts';
import {
  applyChange,
  emptyState,
  isDeleted,
  latestStamp,
  materialise,
  overridesDelete,
  type RecordState,
} from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import { compareStamps, sideOf, type Origin } from '#shared/sync/causal-context.ts';
import { timesAheadProblem, unknownSeenProblem } from '../incarnation-problems.ts';
import { tellNewNumber } from './new-number.ts';
import { labelOf } from '../../record-label.ts';
import { knownHash } from '../../store/journal/known-hash.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { StoredRecord } from '../../store/records/record-table.ts';
import { unappliedText } from '../../store/unapplied-problem.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/**
 * Takes a batch of shore's changes: journal, records, versions and conflicts in one transaction, then the
 * acknowledgement. Taking the same batch again changes nothing and is acknowledged again.
 */
export function applyBatch(store: VesselStore, batch: Batch): Ack {
  const head = store.headOf(batch.origin);
  const taken = intake(batch, head, existingEntries(store, batch, head));
  if (taken.outcome !== 'stored') {
    if (taken.outcome === 'fork')
      store.environment.log.warn(
        { origin: batch.origin, number: taken.number },
        'shore sent another journal than the one held under this name; it was told from where on they differ',
      );
    return acknowledgement(store, batch.origin, {
      outcome: taken.outcome,
      attempt: batch.attempt,
      problems: [],
      fork: taken.outcome === 'fork' ? taken.number : null,
    });
  }
  const problems: Ack['problems'] = [];
  const touched: RecordKey[] = [];
  if (taken.fresh.length > 0) {
    const now = store.environment.now();
    store.transaction({ kind: 'apply' }, () => {
      for (const change of taken.fresh) {
        const verdict = validateChange(change);
        store.own.time = observe(store.own.time, change.time, now);
        store.journal.add(change, {
          hash: taken.hashes.get(change.number) ?? null,
          claimed: taken.claims.get(change.number) ?? null,
          applied:
            verdict.decision === 'apply' ? 'applied' : verdict.decision === 'later' ? 'later' : 'parked',
        });
        if (verdict.decision === 'apply') {
          applyToRecord(store, verdict.spec, change);
          touched.push({ entity: change.entity, recordId: change.recordId });
        } else {
          problems.push(problemOf(change, verdict));
          store.settings.noteUnapplied();
          if (verdict.decision === 'later') store.settings.set('waiting', 'yes');
          reportUnapplied(store, change, verdict);
        }
      }
      for (const [number, hash] of taken.hashes)
        if (!taken.fresh.some((change) => change.number === number))
          store.journal.seal(batch.origin, number, hash);
      store.moveHead(batch.origin, taken.head);
      tellTimesAhead(store, taken.fresh, now);
      // Of the others' journals shore knows better.
      const knownOf = (origin: Origin): number | null =>
        origin === store.own.origin ? store.own.last : null;
      for (const claim of excessClaims(taken.fresh, knownOf))
        store.problems.add(unknownSeenProblem(claim, now));
    });
    if (touched.length > 0) store.announce({ cause: 'shore', records: touched, lanes: new Set() });
  }
  const ack = acknowledgement(store, batch.origin, { outcome: 'stored', attempt: batch.attempt, problems });
  const beyond = outOfOrderIn(batch, store.headOf(batch.origin).received);
  return beyond === undefined ? ack : { ...ack, outOfOrder: beyond };
}

/** What this node holds of an origin, for answering a batch or a hello. */
export function acknowledgement(
  store: VesselStore,
  origin: Origin,
  {
    outcome,
    attempt,
    problems,
    fork = null,
  }: Pick<Ack, 'outcome' | 'attempt' | 'problems'> & { fork?: number | null },
): Ack {
  const head = store.headOf(origin);
  const furthest = furthestOf(head.received);
  return {
    kind: 'ack',
    ...plainAck,
    vessel: store.vesselId,
    origin,
    held: receivedToJson(head.received),
    hash: head.hash,
    outcome,
    attempt,
    problems,
    beyondHash: furthest > head.received.upTo ? (store.journal.get(origin, furthest)?.claimed ?? null) : null,
    fork: fork === null ? null : { number: fork, hash: hashBefore(store, origin, fork) },
  };
}

/** Hash of what is held of an origin, at the entry before `number`. */
function hashBefore(store: VesselStore, origin: Origin, number: number): string {
  return knownHash(store, origin, number - 1) ?? store.headOf(origin).hash;
}

function existingEntries(store: VesselStore, batch: Batch, head: IntakeHead): Map<number, StoredEntry> {
  const existing = new Map<number, StoredEntry>();
  for (const { number } of batch.changes) {
    const entry = store.journal.get(batch.origin, number);
    if (entry !== null) existing.set(number, entry);
  }
  for (const [first, last] of head.received.beyond)
    for (const entry of store.journal.range(batch.origin, first - 1, last - first + 1))
      existing.set(entry.change.number, entry);
  return existing;
}

/** Merges one change into its record; within an `apply` transaction. */
export function applyToRecord(
  store: VesselStore,
  spec: (Verdict & { decision: 'apply' })['spec'],
  change: Change,
): void {
  const table = store.table(spec.entity);
  const row = table.get(change.recordId);
  const known = row?.versions ?? store.awaited.get(spec.entity, change.recordId);
  const before = known === null ? emptyState : decodeState(spec, known, row?.values ?? null);
  const state = applyChange(spec, before, change);
  const versions = JSON.stringify(encodeState(state));
  // A change can be applied long after it was journalled, when the digests have passed its entry.
  store.digests.markStale(spec.entity, change.recordId);
  const values = materialise(spec, state);
  if (values === null) {
    store.awaited.put(spec.entity, change.recordId, versions);
  } else {
    const { updatedAt, updatedBy } = lastTouched(store, change, { before, state, row });
    const deleted = isDeleted(state);
    table.put(change.recordId, { values, deleted, updatedAt, updatedBy, versions });
    if (row === null) store.awaited.remove(spec.entity, change.recordId);
    else tellNewNumber(store, change, { before: row.values, after: values });
  }
  store.conflicts.follow(spec, change, { prior: before, state, now: store.environment.now() });
  if (overridesDelete(before, state, change)) reportOverriddenDelete(store, change);
}

/** When, and by whom, what is in force in a record was changed last. A create can come after updates of its record. */
function lastTouched(
  store: VesselStore,
  change: Change,
  { before, state, row }: { before: RecordState; state: RecordState; row: StoredRecord | null },
): Pick<StoredRecord, 'updatedAt' | 'updatedBy'> {
  const latest = latestStamp(state);
  const isLatest = latest === null || compareStamps(stampOf(change), latest) === 0;
  const known = latestStamp(before);
  // Whoever deletes again with an earlier time takes the later one back: then the row says who was the latest before.
  if (!isLatest && row !== null && known !== null && compareStamps(known, latest) === 0) return row;
  const by = isLatest ? change : store.journal.get(latest.origin, latest.number)?.change;
  if (by !== undefined) return { updatedAt: by.at, updatedBy: by.actorName };
  return (
    store.base.get(change.entity, change.recordId) ?? { updatedAt: change.at, updatedBy: change.actorName }
  );
}

/** An update beats a delete that had not seen it: whoever deleted has to hear that the record is there still. */
function reportOverriddenDelete(store: VesselStore, { entity, recordId, actorName }: Change): void {
  store.problems.add({
    at: store.environment.now(),
    code: 'delete_overridden',
    message:
      `${labelOf(store, entity, recordId)} was deleted by one person and changed by another who had not seen that ` +
      `(last: ${actorName}). The change won and the record stays. Delete it again if that is right.`,
    entity,
    recordId,
    number: null,
  });
}

/** Of another computer on board; how this one's clock stands to shore's is told by shore's answer to a hello. */
function tellTimesAhead(store: VesselStore, changes: readonly Change[], now: number): void {
  const [furthest] = changes.toSorted((a, b) => b.at - a.at);
  if (furthest === undefined || sideOf(furthest.origin) === 'shore') return;
  const by = furthest.at - now;
  if (by > 0 && isWrong(by)) store.problems.add(timesAheadProblem(furthest.device, by, now));
}

function problemOf(
  change: Change,
  verdict: Exclude<Verdict, { decision: 'apply' }>,
): Ack['problems'][number] {
  return verdict.decision === 'later'
    ? { number: change.number, code: 'newer_program', message: 'Stored; applied when this node is updated' }
    : { number: change.number, code: 'parked', message: verdict.reason.slice(0, 500) };
}

function reportUnapplied(
  store: VesselStore,
  change: Change,
  verdict: Exclude<Verdict, { decision: 'apply' }>,
): void {
  store.problems.add({
    at: store.environment.now(),
    ...unappliedText(change, verdict.decision === 'later' ? null : verdict.reason),
    entity: change.entity,
    recordId: change.recordId,
    number: null,
  });
}
