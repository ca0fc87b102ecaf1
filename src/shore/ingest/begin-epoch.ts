import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Environment } from '#shared/ports.ts';
import { takeNewEpoch } from '../journal/new-epoch.ts';
import { newEpochProblem } from '../journal/problem-texts.ts';
import type { Committed } from '../service.ts';
import type { ShoreTransaction, VesselHead } from '../store/shore-store.ts';

/**
 * Shore writes on under a new name for a vessel that holds another journal of it, and people are told. Within a
 * transaction that holds the vessel's lock; the events are notified with it and left to the caller to announce.
 * @param kept up to here the vessel holds shore's journal as it stands here
 */
export async function beginEpoch(
  tx: ShoreTransaction,
  { environment, gateway }: { environment: Environment; gateway: string },
  before: VesselHead,
  kept: number,
): Promise<{ vessel: VesselHead; events: Committed[] }> {
  const { vesselId, feed } = before;
  const { vessel, moved } = await takeNewEpoch(tx, environment, before, kept);
  await tx.addProblems([newEpochProblem(vesselId, vessel.origin, moved, environment.now())]);
  const events = recordSpecs.map(({ entity }): Committed => ({
    vesselId,
    entity,
    ids: [],
    feed,
    cause: 'shore',
  }));
  await tx.notify({ gateway, events });
  return { vessel, events };
}
