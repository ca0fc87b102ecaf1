import type { Environment } from '#shared/ports.ts';
import type { ClaimState } from '#shared/sync/identity.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { Commits } from '../commits.ts';
import { ShoreFailure } from '../failure.ts';
import { otherShipDecided } from '../journal/problem-texts.ts';
import type { Writer } from '../service.ts';
import { retryConflicts } from '../store/retry.ts';
import type { ShoreStore } from '../store/shore-store.ts';
import { claimMoved } from './claim-events.ts';

export interface DecideDependencies {
  store: ShoreStore;
  environment: Environment;
  /** This gateway's name, for telling the others. */
  gateway: string;
  commits: Commits;
}

/**
 * Somebody in the office has said what a computer is that bears a vessel's id: this ship, or another. One that was
 * refused may be accepted later; one that was accepted has its records among the ship's and stays.
 * @throws ShoreFailure `not_found` for a computer that nobody knows; `not_allowed` for one that is in already
 */
export async function decideClaim(
  { store, environment, gateway, commits }: DecideDependencies,
  { vesselId, origin }: { vesselId: string; origin: Origin },
  decision: Exclude<ClaimState, 'waiting'>,
  { actorName }: Writer,
): Promise<void> {
  const events = await retryConflicts(
    environment,
    () => undefined,
    () =>
      store.transaction('acknowledge', async (tx) => {
        const vessel = await tx.vesselForUpdate(vesselId);
        const { claims } = vessel === null ? { claims: [] } : await tx.identity(vesselId);
        const claim = claims.find((each) => each.origin === origin);
        if (vessel === null || claim === undefined)
          throw new ShoreFailure('not_found', `No such computer says that it is ${vesselId}.`);
        if (claim.state === decision) return [];
        if (claim.state === 'accepted')
          throw new ShoreFailure(
            'not_allowed',
            `This computer was taken for ${vesselId} already, and its records are among the ship's. Nothing was changed.`,
          );
        const now = environment.now();
        await tx.saveClaim(vesselId, { ...claim, state: decision, decidedAt: now, decidedBy: actorName });
        const about = { origin, name: claim.name, by: actorName };
        await tx.concludeProblem(otherShipDecided(vesselId, about, decision === 'accepted', now));
        const moved = [claimMoved(vessel)];
        await tx.notify({ gateway, events: moved });
        return moved;
      }),
  );
  commits.announce(events);
}
