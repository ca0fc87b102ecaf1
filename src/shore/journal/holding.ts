import { isSamePosition, type Digest, type Position } from '#shared/sync/digest.ts';
import type { Hello } from '#shared/sync/frame.ts';
import { receivedToJson } from '#shared/sync/received-ranges.ts';
import type { ConsistencyResult } from '../store/schema.ts';
import type { OriginHead, VesselHead } from '../store/shore-store.ts';

/** Everything that shore holds for a vessel, its own journal included, and the digest of its records at that. */
export interface Holding {
  held: Position;
  digest: Digest | null;
}

export function holdingOf(vessel: VesselHead, heads: readonly OriginHead[]): Holding {
  const held = Object.fromEntries(heads.map((head) => [head.origin, receivedToJson(head.received)]));
  if (vessel.last > 0) held[vessel.origin] = vessel.last;
  return { held, digest: vessel.digest };
}

/** What the vessel says it holds: others', and all that it wrote itself. */
export function positionOf({ origin, last, held }: Hello): Position {
  return last === 0 ? held : { ...held, [origin]: last };
}

/**
 * What a hello tells of whether ship and shore agree; null where it tells nothing: one of them is on its way to
 * where the other stands, or has no digest at hand.
 */
export function consistencyResultOf(holding: Holding, hello: Hello, now: number): ConsistencyResult | null {
  if (hello.digest === null || holding.digest === null) return null;
  if (!isSamePosition(holding.held, positionOf(hello))) return null;
  if (hello.digest === holding.digest) return { equal: true, at: now, equalAt: now, differing: 0 };
  return { equal: false, at: now, equalAt: null, differing: null };
}
