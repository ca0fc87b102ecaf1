import { chainNext, type ChainHash } from '#shared/sync/chain.ts';
import { renumbered } from '#shared/sync/renumber.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { VesselStore } from '../vessel-store.ts';
import type { RecordKey } from './outbox.ts';
import { platformHash } from './platform-hash.ts';

/** Entries read at a time. */
const stride = 1_000;

export interface Moved {
  count: number;
  /** Chain hash at the last of them; where the new journal begins for none. */
  hash: ChainHash;
  /** Those that they are about; to be folded anew. */
  records: readonly RecordKey[];
}

/**
 * Gives what is held of an origin's journal after number `kept` its place in a new one, `to`, from 1 on and without a gap,
 * each change with its content, time and writer as they are. Within an `apply` transaction.
 */
export function moveEntries(store: VesselStore, origin: Origin, kept: number, to: Origin): Moved {
  const records = new Map<string, RecordKey>();
  let hash = store.startOf(to);
  let count = 0;
  for (let after = kept, more = true; more;) {
    const entries = store.journal.range(origin, after, stride);
    for (const { change } of entries) {
      count += 1;
      const moved = { ...renumbered(change, kept, to), number: count };
      hash = chainNext(hash, moved, platformHash);
      store.journal.renumber(change, moved, hash);
      const { entity, recordId } = moved;
      records.set(`${entity} ${recordId}`, { entity, recordId });
      after = change.number;
    }
    more = entries.length === stride;
  }
  return { count, hash, records: [...records.values()] };
}
