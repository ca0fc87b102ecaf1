import type { ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { VesselStore } from '../vessel-store.ts';

/**
 * Hash of an origin's journal at a number, as far as this node has it: of an entry, of where its journal begins after a
 * snapshot, or of nothing at all. Null within what a snapshot told of, and for what is not held.
 */
export function knownHash(store: VesselStore, origin: Origin, number: number): ChainHash | null {
  if (number === 0) return store.startOf(origin);
  const entry = store.journal.get(origin, number);
  if (entry !== null) return entry.hash;
  const base = store.base.heads().find((head) => head.origin === origin);
  return base?.number === number ? base.hash : null;
}
