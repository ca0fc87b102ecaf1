import { furthestOf, hasReceived, nothingReceived } from '#shared/sync/received-ranges.ts';
import { LastConsistencyResult } from '#vessel/sync/consistency/last-consistency-result.ts';
import { readSnapshotProgress } from '#vessel/store/records/snapshot-progress.ts';
import type { VesselTables } from '../shore/tables.ts';
import { idOf } from '../world/deeds.ts';
import type { Ship } from '../world/ship.ts';
import { Broken } from '../world/trace.ts';
import type { World } from '../world/world.ts';

/** What was in the air when shore was put back, or what it said before, has come by then, or is lost. */
const inTheAirMs = 300_000;

/**
 * What a screen shows while things go on, right after something was stored on board: what it says of shore has to be so,
 * as far as anybody on board can know. Where shore was put back just now, or somebody speaks in its name, nobody can.
 * @throws {Broken}
 */
export function screensSayNothingUntrue(world: World, ship: Ship): void {
  const { store, name, vesselId } = ship;
  if (store === null || world.isDeceived(ship)) return;
  const tables = world.database.vessels.get(vesselId);
  const isRecent = world.timeline.now - world.restoredAt < inTheAirMs;
  const untrue = (said: string): Broken =>
    new Broken('the screens say nothing untrue', `${name} says ${said}`);

  // One record at a time: there are many moments.
  const index = ship.disk.commits % (world.profile.records + 1);
  const [entity, id] =
    index === world.profile.records
      ? (['equipment', idOf(ship, 99)] as const)
      : (['work_order', idOf(ship, index)] as const);
  const row = world.restored ? null : store.table(entity).get(id);
  if (row !== null && store.outbox.standingOf(row.versions) === 'held' && !isAshore(tables, entity, id))
    throw untrue(`that shore holds ${entity} ${id}, and it does not`);

  if (isRecent || store.settings.get('agreement') === null) return;
  const { state } = new LastConsistencyResult(store).status(null);
  if (state !== 'equal') return;
  if (readSnapshotProgress(store.settings).kind === 'under way')
    throw untrue('that it agrees with shore, while records are still to come');
  // A ship that has not heard since shore was put back says when both were found equal, which was before.
  if (world.restored) return;
  const received = tables?.origins.get(store.own.origin)?.received ?? nothingReceived;
  const { last } = store.own;
  if (!hasReceived(received, last) && last > 0)
    throw untrue(`that it agrees with shore, which holds ${furthestOf(received)} of its ${last} changes`);
}

/** As a record, or as changes that wait for a newer program. */
function isAshore(tables: VesselTables | undefined, entity: string, id: string): boolean {
  return (
    tables !== undefined &&
    (tables.records.has(`${entity} ${id}`) || tables.journal.some(({ change }) => change.recordId === id))
  );
}
