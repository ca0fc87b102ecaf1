import type { Hello } from '#shared/sync/frame.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** By origin, the fingerprint at this node's cursor: the other end sees at once where its own journal is another. */
export function headFingerprintsOf(store: VesselStore): Hello['marks'] {
  return Object.fromEntries(
    store.otherOrigins().map((origin) => [origin, fingerprintOf(store.headOf(origin).hash)]),
  );
}

/** Where shore's journals begin on a node that took a snapshot: up to there it has no changes to compare. */
export function basesOf(store: VesselStore): Pick<Hello, 'bases'> {
  const heads = store.base.heads().filter(({ origin }) => sideOf(origin) === 'shore');
  if (heads.length === 0) return {};
  return {
    bases: Object.fromEntries(
      heads.map(({ origin, number, hash }) => [origin, [number, fingerprintOf(hash)]]),
    ),
  };
}
