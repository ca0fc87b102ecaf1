import { chainStart } from '#shared/sync/chain.ts';
import { WireError, type Ack, type Batch, type SealedBatch } from '#shared/sync/frame.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import { lockOrRegisterVessel } from './lock-or-register-vessel.ts';
import { answer } from './answer.ts';
import type { IngestDependencies } from './ingest.ts';

/**
 * Looks up the records that a batch names by their creation.
 * @returns the batch, or what to answer where shore does not hold them as the vessel does (it was restored from a
 *   backup or emptied, or two computers write under one name): the vessel sends again with the ids written out. Null
 *   where the vessel may not come in.
 */
export async function openBatch(
  dependencies: IngestDependencies,
  sealed: SealedBatch,
): Promise<Batch | Ack | null> {
  const { vessel, origin, creations, attempt } = sealed;
  const { store } = dependencies;
  const ids = await store.createdBy(vessel, creations);
  try {
    return sealed.open(ids);
  } catch (error) {
    if (!(error instanceof WireError && error.code === 'unresolved')) throw error;
  }
  return store.transaction('ingest', async (tx) => {
    // The vessel says no hello while it waits for the word on this batch: an office that was emptied hears of it here.
    if ((await lockOrRegisterVessel(tx, dependencies, vessel)) === null) return null;
    const known = (await tx.originHeads(vessel)).find((head) => head.origin === origin);
    const head = known ?? { origin, received: nothingReceived, hash: chainStart(vessel, origin) };
    return answer(tx, vessel, head, { outcome: 'unresolved', attempt });
  });
}
