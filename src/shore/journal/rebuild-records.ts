import { specOf } from '#shared/records/catalogue.ts';
import { conflictMoves } from '#shared/sync/conflicts.ts';
import { applyChange, emptyState, latestStamp } from '#shared/sync/merge.ts';
import type { Digest } from '#shared/sync/digest.ts';
import type { RecordRef, ShoreTransaction, StoredRecord } from '../store/shore-store.ts';
import { stateOf } from '#shared/sync/snapshot/join.ts';
import { withBaseHistory } from './base-history.ts';
import { resolveConflicts } from './conflicts.ts';
import { digestOf, totalAfter } from './digest-of-records.ts';
import { keyOf, withRow, type ConflictStep } from './fold.ts';

/**
 * Makes records anew from their journal: rows, field versions, conflicts and digests. Within a transaction that holds
 * the vessel's lock and has changed entries which stood already.
 * @returns the digest of all records afterwards
 */
export async function rebuildRecords(
  tx: ShoreTransaction,
  vesselId: string,
  refs: readonly RecordRef[],
  { digest, now }: { digest: Digest | null; now: number },
): Promise<Digest | null> {
  const ids = [...new Set(refs.map(({ recordId }) => recordId))];
  const history = await tx.journalOfRecords(vesselId, ids);
  const stored = new Map<string, StoredRecord>();
  for (const entity of new Set(refs.map((ref) => ref.entity)))
    for (const record of await tx.records(vesselId, entity, ids))
      stored.set(keyOf(entity, record.id), record);
  const steps: ConflictStep[] = [];
  const written: StoredRecord[] = [];
  for (const [key, { entity, recordId }] of new Map(
    refs.map((ref) => [keyOf(ref.entity, ref.recordId), ref]),
  )) {
    const spec = specOf(entity);
    if (spec === undefined) continue;
    const changes = history.flatMap(({ change, applied }) =>
      applied === 'applied' && change.entity === entity && change.recordId === recordId ? [change] : [],
    );
    const last = changes.at(-1);
    if (last === undefined) continue;
    const known = stored.get(key);
    const begin = known?.base === undefined ? emptyState : stateOf(spec, known.base);
    const state = changes.reduce((before, change) => applyChange(spec, before, change), begin);
    for (const move of conflictMoves(spec, known?.state ?? emptyState, state))
      steps.push({ ...move, entity, recordId, change: last });
    const latest = latestStamp(state);
    const by = changes.find(({ origin, number }) => origin === latest?.origin && number === latest.number);
    const touched = {
      entity,
      id: recordId,
      state,
      row: known?.row ?? null,
      digest: null,
      latest: 'unknown' as const,
    };
    const record = withRow(spec, touched, by ?? null);
    written.push({ ...record, digest: digestOf(record) });
  }
  await tx.saveRecords(vesselId, written);
  const contested = [...new Set(steps.map((step) => step.recordId))];
  if (contested.length > 0) {
    const open = await tx.openConflicts(vesselId, contested);
    await tx.saveConflicts(
      vesselId,
      resolveConflicts(steps, open, withBaseHistory(history, [...stored.values()]), now),
    );
  }
  return totalAfter(
    digest,
    written.flatMap(({ entity, id }) => {
      const known = stored.get(keyOf(entity, id));
      return known === undefined ? [] : [known.digest];
    }),
    written.map((record) => record.digest),
  );
}
