import type { Hello } from '#shared/sync/frame.ts';
import { markOf } from '#shared/sync/proof.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** By origin, what this node has at its cursor: the other end sees at once where its own journal is another. */
export function marksOf(store: VesselStore): Hello['marks'] {
  return Object.fromEntries(
    store.otherOrigins().map((origin) => [origin, markOf(store.headOf(origin).hash)]),
  );
}

/** Where shore's journals begin on a node that took a snapshot: up to there it has no changes to compare. */
export function basesOf(store: VesselStore): Pick<Hello, 'bases'> {
  const heads = store.base.heads().filter(({ origin }) => sideOf(origin) === 'shore');
  if (heads.length === 0) return {};
  return {
    bases: Object.fromEntries(heads.map(({ origin, number, hash }) => [origin, [number, markOf(hash)]])),
  };
}
