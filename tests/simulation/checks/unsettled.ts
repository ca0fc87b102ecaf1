import { canonicalJson } from '#shared/sync/canonical-json.ts';
import {
  furthestOf,
  receivedToJson,
  nothingReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { LastConsistencyResult } from '#vessel/sync/consistency/last-consistency-result.ts';
import { readSnapshotProgress } from '#vessel/store/records/snapshot-progress.ts';
import type { VesselStore } from '#vessel/store/vessel-store.ts';
import type { World } from '../world/world.ts';

/** What is not settled yet, for a reader; empty when all is. */
export function unsettled(world: World): string {
  const { ships, offices, database, profile } = world;
  const open: string[] = [];
  // A newer program applies what waited before it does anything else.
  if (profile.skew !== null)
    for (const { name, ready } of offices) if (!ready) open.push(`${name} has not started`);
  for (const ship of ships) {
    const { store } = ship;
    const tables = database.vessels.get(ship.vesselId);
    if (store === null) open.push(`${ship.name} does not run`);
    else if (tables === undefined) {
      if (store.own.last > 0) open.push(`shore has not heard of ${ship.name}`);
    } else {
      const { origin, last } = store.own;
      const received = tables.origins.get(origin)?.received ?? nothingReceived;
      if (readSnapshotProgress(store.settings).kind === 'under way')
        open.push(`${ship.name} takes a snapshot`);
      if (!store.outbox.isEmpty()) open.push(`${ship.name} has changes in its outbox`);
      if (tables.queue.size > 0) open.push(`${tables.queue.size} changes wait for ${ship.name}`);
      if (received.upTo !== last || received.beyond.length > 0)
        open.push(`shore holds ${received.upTo} of ${last} of ${ship.name}`);
      const ofShore = store.headOf(tables.head.origin).received;
      const down = ofShore.upTo;
      // Beyond a gap it is what the office never wrote.
      if (furthestOf(ofShore) > tables.head.last)
        open.push(`${ship.name} holds ${furthestOf(ofShore)} of ${tables.head.last} of shore`);
      else if (down !== tables.head.last)
        open.push(`${ship.name} holds ${down} of ${tables.head.last} of shore`);
      for (const former of tables.origins.values())
        if (
          former.origin !== origin &&
          !isSameReceived(store.headOf(former.origin).received, former.received)
        )
          open.push(`${ship.name} lacks changes of a computer before it (${former.origin})`);
      // What somebody claims to have sent as records comes out when both ends compare theirs.
      if (world.attacker?.victim.vesselId === ship.vesselId && world.hasDoubles && !isCompared(store))
        open.push(`${ship.name} has not compared its records with shore's`);
      for (const other of store.otherOrigins())
        if (
          other !== tables.head.origin &&
          !tables.origins.has(other) &&
          furthestOf(store.headOf(other).received) > 0
        )
          open.push(`shore lacks changes of ${other}`);
    }
  }
  return open.join('; ');
}

/** Both ends' records were found equal, or differing and people were told; or they wait for a newer program. */
function isCompared(store: VesselStore): boolean {
  const { state, differing } = new LastConsistencyResult(store).status(null);
  return (
    store.settings.get('waiting') === 'yes' || state === 'equal' || (state === 'differing' && differing > 0)
  );
}

function isSameReceived(a: ReceivedRanges, b: ReceivedRanges): boolean {
  return canonicalJson(receivedToJson(a)) === canonicalJson(receivedToJson(b));
}
