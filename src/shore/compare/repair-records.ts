import { isDeepStrictEqual } from 'node:util';
import { specOf } from '#shared/records/catalogue.ts';
import { stampOf, type Change } from '#shared/sync/change.ts';
import { conflictMoves } from '#shared/sync/conflicts.ts';
import type { Digest } from '#shared/sync/digest.ts';
import { applyChange, emptyState, latestStamp, type RecordState } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { compareStamps } from '#shared/sync/causal-context.ts';
import { historyOf, stateOf } from '#shared/sync/snapshot/join.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { withBaseHistory } from '../journal/base-history.ts';
import { resolveConflicts } from '../journal/conflicts.ts';
import { digestOf, totalAfter } from '../journal/digest-of-records.ts';
import { keyOf, withRow, type ConflictStep } from '../journal/fold.ts';
import type {
  JournalEntry,
  RecordRef,
  ShoreTransaction,
  StoredRecord,
  VesselHead,
} from '../store/shore-store.ts';

export interface RepairedRecords {
  /** Digests by `keyOf`, of those of which the journal knows anything. */
  digests: Map<string, Digest>;
  /** Records that were not what the journal says, and are now. */
  repaired: RecordRef[];
  /** Of all the vessel's records: to be saved with the vessel. */
  total: Digest | null;
}

/** Repairs records that are not what the journal says, from the journal. Within the vessel's lock. */
export async function repairRecords(
  tx: ShoreTransaction,
  vessel: VesselHead,
  refs: readonly RecordRef[],
  now: number,
): Promise<RepairedRecords> {
  const { vesselId } = vessel;
  const result: RepairedRecords = { digests: new Map(), repaired: [], total: vessel.digest };
  if (refs.length === 0) return result;
  const history = await tx.journalOfRecords(vesselId, [...new Set(refs.map(({ recordId }) => recordId))]);
  const applied = Map.groupBy(
    history.filter((entry) => entry.applied === 'applied'),
    ({ change }) => keyOf(change.entity, change.recordId),
  );
  const stored = await readRecords(tx, vesselId, refs);
  const written: StoredRecord[] = [];
  const steps: ConflictStep[] = [];
  for (const ref of refs) {
    const key = keyOf(ref.entity, ref.recordId);
    const known = stored.get(key);
    const folded = foldOne(ref, applied.get(key) ?? [], known);
    if (folded === null) continue;
    const { record, latest } = folded;
    result.digests.set(key, record.digest ?? digestOf(record));
    if (known !== undefined && isSame(known, record)) continue;
    written.push(record);
    result.repaired.push(ref);
    const spec = specOf(ref.entity);
    if (spec !== undefined)
      steps.push(
        ...conflictMoves(spec, known?.state ?? emptyState, record.state).map((move) => ({
          ...move,
          ...ref,
          change: latest.change,
        })),
      );
  }
  result.total = totalAfter(
    vessel.digest,
    written.flatMap(({ entity, id }) => {
      const known = stored.get(keyOf(entity, id));
      return known === undefined ? [] : [known.digest];
    }),
    written.map(({ digest }) => digest),
  );
  await tx.saveRecords(vesselId, written);
  if (steps.length > 0) {
    const open = await tx.openConflicts(vesselId, [...new Set(steps.map(({ recordId }) => recordId))]);
    await tx.saveConflicts(
      vesselId,
      resolveConflicts(steps, open, withBaseHistory(history, [...stored.values()]), now),
    );
  }
  return result;
}

/** Null where the journal knows nothing of the record. */
function foldOne(
  { entity, recordId }: RecordRef,
  entries: readonly JournalEntry[],
  known: StoredRecord | undefined,
): { record: StoredRecord; latest: JournalEntry } | null {
  const spec = specOf(entity);
  const [first] = entries;
  if (spec === undefined) return null;
  const base = known?.base;
  // Nothing has changed what came without its changes.
  const last = first ?? (base === undefined ? undefined : asEntry(historyOf(spec, base)));
  if (last === undefined) return null;
  const state = entries.reduce<RecordState>(
    (folded, { change }) => applyChange(spec, folded, change),
    base === undefined ? emptyState : stateOf(spec, base),
  );
  const stamp = latestStamp(state);
  const latest = entries.find(({ change }) => stamp !== null && compareStamps(stampOf(change), stamp) === 0);
  // Of what came without its changes it is known who changed it last, and when.
  const by = latest?.change ?? (base === undefined ? last.change : authorOf(base, last.change));
  const record = withRow(
    spec,
    { entity, id: recordId, state, row: known?.row ?? null, digest: null, latest: by },
    null,
  );
  return { record: { ...record, digest: digestOf(record) }, latest: latest ?? last };
}

const authorOf = ({ updatedAt, updatedBy }: SnapshotRecord, change: Change): Change => ({
  ...change,
  at: updatedAt,
  actorName: updatedBy,
});

function asEntry([change]: readonly Change[]): JournalEntry | undefined {
  return change === undefined
    ? undefined
    : { change, feed: 0, before: null, hash: null, claimed: null, applied: 'applied', storedAt: change.at };
}

function isSame(known: StoredRecord, record: StoredRecord): boolean {
  return (
    (known.digest === null || known.digest === record.digest) &&
    isDeepStrictEqual(known.row?.values ?? null, record.row?.values ?? null) &&
    known.row?.deleted === record.row?.deleted &&
    isDeepStrictEqual(plain(encodeState(known.state)), plain(encodeState(record.state)))
  );
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function readRecords(
  tx: ShoreTransaction,
  vesselId: string,
  refs: readonly RecordRef[],
): Promise<Map<string, StoredRecord>> {
  const stored = new Map<string, StoredRecord>();
  for (const [entity, some] of Map.groupBy(refs, (ref) => ref.entity)) {
    if (specOf(entity) === undefined) continue;
    const ids = some.map(({ recordId }) => recordId);
    for (const record of await tx.records(vesselId, entity, ids))
      stored.set(keyOf(entity, record.id), record);
  }
  return stored;
}
