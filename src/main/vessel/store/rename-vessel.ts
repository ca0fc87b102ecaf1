import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Environment } from '#shared/ports.ts';
import { StartFailure } from '../start-failure.ts';
import type { WritableDatabase } from './database.ts';
import { platformHash } from './journal/platform-hash.ts';
import { Settings } from './settings.ts';
import { whyIdIsSettled } from './settled-id.ts';
import { VesselStore } from './vessel-store.ts';

/** Entries that are read at a time. */
const stride = 500;

export interface VesselIdentity {
  vesselId: string;
  /** The id that the ship had so far, where a person has changed it; left out where nobody has. */
  vesselIdBefore?: string | undefined;
}

/**
 * The store of a vessel, which is given another id first where a person has asked for that.
 * @throws StartFailure where the database belongs to another vessel, or its id is known to others already
 */
export function openVesselStore(
  connection: WritableDatabase,
  { vesselId, vesselIdBefore }: VesselIdentity,
  environment: Environment,
): VesselStore {
  const isAsked =
    vesselIdBefore !== undefined &&
    vesselIdBefore !== vesselId &&
    new Settings(connection).get('vessel_id') === vesselIdBefore;
  if (isAsked) renameVessel(new VesselStore(connection, vesselIdBefore, environment), vesselId);
  return new VesselStore(connection, vesselId, environment);
}

/**
 * Gives a ship that nobody else has heard of another id: the hash chain of its journal begins with the id, so every entry
 * is hashed anew. All in one transaction. The store is of no use afterwards.
 */
function renameVessel(store: VesselStore, vesselId: string): void {
  const settled = whyIdIsSettled(store);
  if (settled !== null)
    throw new StartFailure(
      'wrong_vessel',
      `The id of this ship cannot be changed from ${store.vesselId} to ${vesselId} any more. ${settled} Nothing was changed. Give ${store.vesselId} as the ship's id again.`,
    );
  const { own, journal, settings, environment } = store;
  store.transaction({ kind: 'apply' }, () => {
    let hash = chainStart(vesselId, own.origin);
    for (let last = 0; ;) {
      const entries = journal.range(own.origin, last, stride);
      for (const { change } of entries) {
        hash = chainNext(hash, change, platformHash);
        journal.seal(own.origin, change.number, hash);
        last = change.number;
      }
      if (entries.length < stride) break;
    }
    settings.set('vessel_id', vesselId);
  });
  environment.log.info({ from: store.vesselId, to: vesselId, changes: own.last }, 'the ship has another id');
}
