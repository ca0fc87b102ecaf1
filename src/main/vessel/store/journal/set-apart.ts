import { chainNext } from '#shared/sync/chain.ts';
import { furthestOf } from '#shared/sync/held.ts';
import { renumbered } from '#shared/sync/renumber.ts';
import type { Origin } from '#shared/sync/seen.ts';
import { refold } from '../records/refold.ts';
import type { VesselStore } from '../vessel-store.ts';
import { knownHash } from './known-hash.ts';
import { newOrigin } from './origin.ts';
import type { RecordKey } from './outbox.ts';
import { platformHash } from './platform-hash.ts';

/** Entries moved at a time. */
const stride = 1_000;

/**
 * Gives what is held of another computer's journal after number `kept` a name of its own: under those numbers shore
 * holds other changes, of a copy of that computer, and both are to stand at both ends. Each change keeps its content, time
 * and writer. All in one transaction.
 * @returns the name, and how many changes went there; null where there is nothing to move, or what is before it came
 *   with a snapshot
 */
export function setApart(
  store: VesselStore,
  origin: Origin,
  kept: number,
): { now: Origin; moved: number } | null {
  const keptHash = knownHash(store, origin, kept);
  const isInSnapshot = store.base.heads().some((head) => head.origin === origin);
  if (keptHash === null || isInSnapshot || furthestOf(store.headOf(origin).held) <= kept) return null;
  const now = newOrigin('vessel', store.environment);
  const records = new Map<string, RecordKey>();
  let hash = store.startOf(now);
  let moved = 0;
  store.transaction({ kind: 'apply' }, () => {
    for (let after = kept, more = true; more;) {
      const entries = store.journal.range(origin, after, stride);
      for (const { change } of entries) {
        moved += 1;
        // Numbers follow each other there also where something was missing between them.
        const next = { ...renumbered(change, kept, now), number: moved };
        hash = chainNext(hash, next, platformHash);
        store.journal.renumber(change, next, hash);
        records.set(`${next.entity} ${next.recordId}`, { entity: next.entity, recordId: next.recordId });
        after = change.number;
      }
      more = entries.length === stride;
    }
    if (kept > 0) store.moveHead(origin, { held: { upTo: kept, beyond: [] }, hash: keptHash });
    else store.dropHead(origin);
    store.moveHead(now, { held: { upTo: moved, beyond: [] }, hash });
    for (const { entity, recordId } of records.values()) refold(store, entity, recordId);
  });
  store.announce({ cause: 'sync', records: [...records.values()], lanes: new Set() });
  return { now, moved };
}
