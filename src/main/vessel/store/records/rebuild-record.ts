import { applyChange, emptyState, isDeleted, latestStamp, materialise } from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import type { VesselStore } from '../vessel-store.ts';

/**
 * Rebuilds a record from its journal and from what came with a snapshot: its row, its field versions and its conflicts.
 * Within an `apply` transaction that has changed entries which stood already.
 */
export function rebuildRecord(store: VesselStore, entity: string, recordId: string): void {
  const table = store.tables.get(entity);
  // A change of a kind that is not known here is kept aside: there is no record of it.
  if (table === undefined) return;
  const { spec } = table;
  const row = table.get(recordId);
  const known = row?.versions ?? store.awaited.get(entity, recordId);
  const prior = known === null ? emptyState : decodeState(spec, known, row?.values ?? null);
  const history = store.journal
    .ofRecord(entity, recordId)
    .flatMap(({ change, applied }) => (applied === 'applied' ? [change] : []));
  const base = store.base.get(entity, recordId);
  const begin = base === null ? emptyState : decodeState(spec, base.state, base.values);
  const state = history.reduce((before, change) => applyChange(spec, before, change), begin);
  const versions = JSON.stringify(encodeState(state));
  const values = materialise(spec, state);
  store.digests.markStale(entity, recordId);
  if (values === null && history.length === 0 && base === null) {
    // All that is held of it is kept aside: shore knows no such record either.
    store.awaited.remove(entity, recordId);
  } else if (values === null) {
    store.awaited.put(entity, recordId, versions);
  } else {
    const latest = latestStamp(state);
    const by = history.find(({ origin, number }) => origin === latest?.origin && number === latest.number);
    table.put(recordId, {
      values,
      deleted: isDeleted(state),
      updatedAt: by?.at ?? base?.updatedAt ?? row?.updatedAt ?? 0,
      updatedBy: by?.actorName ?? base?.updatedBy ?? row?.updatedBy ?? '',
      versions,
    });
    if (row === null) store.awaited.remove(entity, recordId);
  }
  const last = history.at(-1);
  if (last !== undefined) store.conflicts.follow(spec, last, { prior, state, now: store.environment.now() });
}
