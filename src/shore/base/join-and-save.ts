import type { RecordSpec } from '#shared/records/record.ts';
import { conflictMoves } from '#shared/sync/conflicts.ts';
import {
  emptyState,
  isDeleted,
  joinStates,
  latestStamp,
  materialise,
  type RecordState,
} from '#shared/sync/merge.ts';
import type { Checked } from '#shared/sync/snapshot/checked-record.ts';
import { historyOf, isLater, joinRecords, stateOf } from '#shared/sync/snapshot/join.ts';
import { withBaseHistory } from '../journal/base-history.ts';
import { resolveConflicts } from '../journal/conflicts.ts';
import { digestOf, totalAfter } from '../journal/digest-of-records.ts';
import { keyOf, type ConflictStep } from '../journal/fold.ts';
import type { ShoreTransaction, StoredRecord, VesselHead } from '../store/shore-store.ts';

/**
 * Joins records to what is known of them, as if the changes had come that they are made of, and keeps them as what folding
 * begins with; within the vessel's lock. The vessel's row is the caller's to save.
 * @returns the digest of all the vessel's records, and the latest time in those that came (0 for none)
 */
export async function joinAndSave(
  tx: ShoreTransaction,
  vessel: VesselHead,
  came: readonly Checked[],
  now: number,
): Promise<{ digest: VesselHead['digest']; time: number }> {
  const { vesselId } = vessel;
  if (came.length === 0) return { digest: vessel.digest, time: 0 };
  const stored = await storedOf(tx, vesselId, came);
  const written = new Map<string, StoredRecord>();
  const steps: ConflictStep[] = [];
  let time = 0;
  for (const { spec, record } of came) {
    const { entity, id } = record;
    const key = keyOf(entity, id);
    const known = written.get(key) ?? stored.get(key);
    const base = known?.base === undefined ? record : joinRecords(spec, known.base, record);
    const incoming = stateOf(spec, record);
    const prior = known?.state ?? emptyState;
    const state = joinStates(spec, prior, incoming);
    time = Math.max(time, latestStamp(incoming)?.time ?? 0);
    const next: StoredRecord = {
      entity,
      id,
      state,
      row: rowOf(spec, state, { known, prior, record, incoming }),
      digest: null,
      base,
    };
    written.set(key, { ...next, digest: digestOf(next) });
    const [change] = historyOf(spec, base).toSorted((a, b) => b.time - a.time);
    if (change !== undefined)
      for (const move of conflictMoves(spec, prior, state))
        steps.push({ ...move, entity, recordId: id, change });
  }
  const records = [...written.values()];
  await tx.saveRecords(vesselId, records);
  await tx.saveBases(vesselId, records);
  await saveConflicts(tx, vesselId, { steps, records, now });
  const digest = totalAfter(
    vessel.digest,
    records.flatMap(({ entity, id }) => {
      const known = stored.get(keyOf(entity, id));
      return known === undefined ? [] : [known.digest];
    }),
    records.map((record) => record.digest),
  );
  return { digest, time };
}

function rowOf(
  spec: RecordSpec,
  state: RecordState,
  {
    known,
    prior,
    record,
    incoming,
  }: {
    known: StoredRecord | undefined;
    prior: RecordState;
    record: Checked['record'];
    incoming: RecordState;
  },
): StoredRecord['row'] {
  const values = materialise(spec, state);
  if (values === null) return null;
  const isNewer = isLater(incoming, prior) || known === undefined || known.row === null;
  const by = isNewer ? record : known.row;
  return {
    values,
    deleted: isDeleted(state),
    updatedAt: by?.updatedAt ?? 0,
    updatedBy: by?.updatedBy ?? '',
  };
}

async function saveConflicts(
  tx: ShoreTransaction,
  vesselId: string,
  { steps, records, now }: { steps: readonly ConflictStep[]; records: readonly StoredRecord[]; now: number },
): Promise<void> {
  if (steps.length === 0) return;
  const ids = [...new Set(steps.map(({ recordId }) => recordId))];
  const open = await tx.openConflicts(vesselId, ids);
  const history = withBaseHistory(await tx.journalOfRecords(vesselId, ids), records);
  await tx.saveConflicts(vesselId, resolveConflicts(steps, open, history, now));
}

async function storedOf(
  tx: ShoreTransaction,
  vesselId: string,
  came: readonly Checked[],
): Promise<Map<string, StoredRecord>> {
  const stored = new Map<string, StoredRecord>();
  for (const [entity, some] of Map.groupBy(came, ({ record }) => record.entity)) {
    const ids = [...new Set(some.map(({ record }) => record.id))];
    for (const record of await tx.records(vesselId, entity, ids))
      stored.set(keyOf(entity, record.id), record);
  }
  return stored;
}
