import type { Environment } from '#shared/ports.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import { renumbered } from '#shared/sync/renumber.ts';
import type { RenumberedEntry, ShoreTransaction, VesselHead } from '../store/shore-store.ts';
import { newShoreOrigin } from './new-vessel.ts';
import { platformHash } from './platform-hash.ts';
import { rebuildRecords } from './rebuild-records.ts';

export interface NewEpoch {
  vessel: VesselHead;
  /** Shore's changes that got numbers in the new journal. */
  moved: number;
}

/**
 * Begins a new epoch for a vessel: shore goes on under a new origin. What the old one holds after number `kept` gets
 * numbers there, each change once, and waits to be sent; what is up to `kept` stays, and the old journal becomes one
 * like any other's, to be completed by whoever holds more of it. Within a transaction that holds the vessel's lock.
 * @param kept up to here the vessel holds shore's journal as it stands here
 */
export async function takeNewEpoch(
  tx: ShoreTransaction,
  environment: Pick<Environment, 'randomBytes' | 'now'>,
  vessel: VesselHead,
  kept: number,
): Promise<NewEpoch> {
  const { vesselId, origin: before, last } = vessel;
  const origin = newShoreOrigin(environment);
  const now = environment.now();
  const entries = await tx.journalByNumber(vesselId, before, [[kept, last]]);
  const keptHash = entries.find(({ change }) => change.number === kept)?.hash ?? null;
  let hash = chainStart(vesselId, origin);
  const moved: RenumberedEntry[] = [];
  for (const { change } of entries) {
    if (change.number <= kept) continue;
    const next = renumbered(change, kept, origin);
    hash = chainNext(hash, next, platformHash);
    moved.push({ number: change.number, change: next, hash });
  }
  await tx.renumberJournal(vesselId, before, moved);
  if (kept > 0 && keptHash !== null)
    await tx.saveOriginHead(vesselId, {
      origin: before,
      received: { upTo: kept, beyond: [] },
      hash: keptHash,
      unapplied: [],
    });
  await tx.dequeue(vesselId, { upTo: last, beyond: [] });
  await tx.enqueue(
    vesselId,
    moved.map(({ change: { number, lane, entity, recordId, at } }) => ({
      number,
      lane,
      entity,
      recordId,
      at,
    })),
  );
  const digest = await rebuildRecords(
    tx,
    vesselId,
    moved.map(({ change }) => change),
    { digest: vessel.digest, now },
  );
  const head: VesselHead = {
    ...vessel,
    origin,
    last: moved.length,
    hash,
    digest,
    acknowledged: nothingReceived,
  };
  await tx.saveVessel(head);
  return { vessel: head, moved: moved.length };
}
