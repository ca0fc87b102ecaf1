import type { Hello } from '#shared/sync/frame.ts';
import { markOf } from '#shared/sync/proof.ts';
import type { VesselStore } from '../store/vessel-store.ts';

/** By origin, what this node has at its cursor: the other end sees at once where its own journal is another. */
export function marksOf(store: VesselStore): Hello['marks'] {
  return Object.fromEntries(
    store.otherOrigins().map((origin) => [origin, markOf(store.headOf(origin).hash)]),
  );
}
