import { chainStart, type ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { moveEntries } from './move-entries.ts';
import { newOrigin } from './origin.ts';
import type { RecordKey } from './outbox.ts';
import { rebuildRecord } from '../records/rebuild-record.ts';
import type { OwnHead, VesselStore } from '../vessel-store.ts';

export interface Reincarnated {
  /** The journal that ended, and the one that goes on. */
  before: Origin;
  now: Origin;
  /** Changes that took a number in the new one. All of them wait in the queue. */
  moved: number;
  records: readonly RecordKey[];
}

/**
 * Begins a new incarnation: what this node wrote after number `kept` gets numbers under a new origin, each change
 * once, with its content, time and writer as they are, and waits to be sent; what is up to `kept` stays under the old
 * origin, which from now on is one like any other's. All in one transaction: before or after, nothing between.
 * @param kept up to here shore holds this node's journal as it is
 * @param tell what people are to be told of it
 */
export function reincarnate(
  store: VesselStore,
  kept: number,
  tell: (outcome: Reincarnated) => void = () => undefined,
): Reincarnated {
  const { origin: before, last } = store.own;
  const now = newOrigin('vessel', store.environment);
  const keptHash = hashAt(store, kept);
  const own: OwnHead = {
    origin: now,
    last: last - kept,
    hash: chainStart(store.vesselId, now),
    time: store.own.time,
  };
  const outcome = store.transaction({ kind: 'apply' }, () => {
    store.outbox.renumber(kept);
    store.journal.enterOwn();
    const { hash, records } = moveEntries(store, before, kept, now);
    own.hash = hash;
    store.heads.forget(before);
    if (kept > 0) store.heads.put({ origin: before, received: { upTo: kept, beyond: [] }, hash: keptHash });
    store.settings.set('origin', now);
    store.problems.forgetNumbers();
    for (const { entity, recordId } of records) rebuildRecord(store, entity, recordId);
    const done = { before, now, moved: last - kept, records };
    tell(done);
    return done;
  });
  store.becomes(own, { origin: before, head: { received: { upTo: kept, beyond: [] }, hash: keptHash } });
  return outcome;
}

/** Hash of this node's own journal at a number that it has; of an empty one for 0. */
export function hashAt(store: VesselStore, number: number): ChainHash {
  const { own, vesselId, journal } = store;
  if (number === 0) return chainStart(vesselId, own.origin);
  const hash = journal.get(own.origin, number)?.hash ?? null;
  if (hash === null) throw new Error(`This node's journal has no entry ${number}`);
  return hash;
}
