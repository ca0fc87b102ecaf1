import type { OpenedDatabase } from '../store/open-database.ts';
import { forgetOutcome, readOutcome, type RestoreOutcome } from '../copies/restore-request.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import type { DatabaseMark } from './database-mark.ts';
import { lostSinceMark, restoredText } from './lost-changes.ts';
import type { Storage } from './storage.ts';
import { Upkeep } from './upkeep.ts';

/** A node waits on its own thread for no other program longer than this, ms: all screens would wait with it. */
const busyTimeoutMs = 20;

/** What looks after the store's database from the node's start to its end. */
export function keepStorage(
  storage: Storage,
  store: VesselStore,
  { place, connection }: OpenedDatabase,
): { start(): void; close(): void } {
  const { environment } = store;
  let latest = place?.mark ?? null;
  const mark = (): DatabaseMark => {
    latest = markOf(store);
    return latest;
  };
  storage.knows(() => {
    try {
      return mark();
    } catch {
      // It cannot be read any more; how far it had come a while ago is known.
      return latest;
    }
  });
  if (place === undefined) return { start: () => undefined, close: () => storage.stop() };
  const upkeep = new Upkeep({ connection, ...place, environment, storage, mark });
  return {
    start() {
      connection.pragma(`busy_timeout = ${busyTimeoutMs}`);
      const outcome = readOutcome(place.directory);
      if (outcome !== null) tellOfRestore(storage, store, { ...place, outcome });
      else if (place.mark !== null) tellWhatIsLost(storage, store, place.mark);
      if (place.damage === null) upkeep.start();
      else storage.damage(place.damage);
    },
    close() {
      upkeep.close();
      storage.stop();
    },
  };
}

function tellWhatIsLost(storage: Storage, store: VesselStore, mark: DatabaseMark): void {
  const lost = lostSinceMark(store, mark);
  if (lost === null) return;
  const { environment, own, problems } = store;
  environment.log.error({ mark, last: own.last }, lost);
  storage.tell(lost);
  const about = { entity: null, recordId: null, number: null };
  storage.guard('telling what was lost', () =>
    problems.add({ at: environment.now(), code: 'changes_lost', message: lost, ...about }),
  );
}

/** Told on every page, and kept among the problems; asked for or not, somebody else has to know of it. */
function tellOfRestore(
  storage: Storage,
  store: VesselStore,
  { directory, mark, outcome }: { directory: string; mark: DatabaseMark | null; outcome: RestoreOutcome },
): void {
  const { environment, problems } = store;
  const message = restoredText(store, outcome, mark);
  environment.log.warn({ outcome, mark }, message);
  storage.tell(message);
  const about = { entity: null, recordId: null, number: null };
  storage.guard('telling of the copy that was put back', () => {
    problems.add({ at: environment.now(), code: 'database_restored', message, ...about });
    forgetOutcome(directory);
  });
}

function markOf({ vesselId, own, heads, settings, environment }: VesselStore): DatabaseMark {
  const contact = settings.get('last_contact_at');
  return {
    vessel: vesselId,
    origin: own.origin,
    last: own.last,
    acknowledged: Math.min(own.last, heads.acknowledged(own.origin)?.upTo ?? 0),
    contactAt: contact === null ? null : Number(contact),
    at: environment.now(),
    damage: null,
  };
}
