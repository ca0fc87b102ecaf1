import type { Change } from './change.ts';
import { furthestOf, receivedFromJson } from './received-ranges.ts';
import type { Origin, CausalContext } from './causal-context.ts';

/** A change says that whoever wrote it had seen numbers that there are not, as far as is known here. */
export interface ExcessClaim {
  change: Change;
  /** Whose numbers, up to where it says, and the highest that is known. */
  origin: Origin;
  claimed: number;
  known: number;
}

/**
 * What changes claim to have seen beyond what exists or was told here. It does no harm in a record (`happenedBefore`), and people
 * have to know of it.
 * @param knownOf the highest number known of an origin; null where nothing can be said of it
 * @returns of each writer the first such claim
 */
export function excessClaims(
  changes: readonly Change[],
  knownOf: (origin: Origin) => number | null,
): ExcessClaim[] {
  const found = new Map<Origin, ExcessClaim>();
  // Nearly always all changes of a batch have seen the same, and it is the same object.
  const looked = new Set<CausalContext>();
  for (const change of changes) {
    if (looked.has(change.seen) || found.has(change.origin)) continue;
    looked.add(change.seen);
    for (const [origin, received] of Object.entries(change.seen)) {
      // Of one's own journal one's number says it.
      if (origin === change.origin) continue;
      const known = knownOf(origin);
      const claimed = furthestOf(receivedFromJson(received));
      if (known === null || claimed <= known) continue;
      found.set(change.origin, { change, origin, claimed, known });
      break;
    }
  }
  return [...found.values()];
}
