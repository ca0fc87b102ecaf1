import { furthestOf } from '#shared/sync/received-ranges.ts';
import { sideOf, type Origin } from '#shared/sync/causal-context.ts';
import { rebuildRecord } from '../records/rebuild-record.ts';
import type { VesselStore } from '../vessel-store.ts';
import { knownHash } from './known-hash.ts';
import { moveEntries } from './move-entries.ts';
import { newOrigin } from './origin.ts';

/**
 * Gives what is held of another computer's journal after number `kept` a name of its own: under those numbers shore
 * holds other changes, of a copy of that computer, and both are to stand at both ends. Each change keeps its content, time
 * and writer. All in one transaction.
 * @returns the name, and how many changes went there; null where there is nothing to move, or what is before it came
 *   with a snapshot
 */
export function detachForkedTail(
  store: VesselStore,
  origin: Origin,
  kept: number,
): { now: Origin; moved: number } | null {
  const keptHash = knownHash(store, origin, kept);
  const isInSnapshot = store.base.heads().some((head) => head.origin === origin);
  if (keptHash === null || isInSnapshot || furthestOf(store.headOf(origin).received) <= kept) return null;
  const now = newOrigin(sideOf(origin), store.environment);
  const moved = store.transaction({ kind: 'apply' }, () => {
    const done = moveEntries(store, origin, kept, now);
    if (kept > 0) store.moveHead(origin, { received: { upTo: kept, beyond: [] }, hash: keptHash });
    else store.dropHead(origin);
    store.moveHead(now, { received: { upTo: done.count, beyond: [] }, hash: done.hash });
    for (const { entity, recordId } of done.records) rebuildRecord(store, entity, recordId);
    return done;
  });
  store.announce({ cause: 'sync', records: moved.records, lanes: new Set() });
  return { now, moved: moved.count };
}
