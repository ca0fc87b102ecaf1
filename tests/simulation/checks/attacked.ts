import { sideOf } from '#shared/sync/causal-context.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import { Broken } from '../world/trace.ts';
import type { World } from '../world/world.ts';
import { nameOf } from './expected-conflicts.ts';

/** Something that no message may bring about, whoever sends it. */
const neverTold = new Set(['ingest_failed', 'not_applied']);

/** A message that cannot be taken is refused in words; nothing is thrown out of what takes it. @throws {Broken} */
export function nothingFellOver({ database, ships }: World): void {
  for (const { code, message } of database.problems.values())
    if (neverTold.has(code)) throw new Broken('no message makes anything fall over', message);
  for (const ship of ships)
    for (const { code, message } of ship.store?.problems.page(200, 0) ?? [])
      // A disk that is full takes nothing.
      if (neverTold.has(code) && !/disk is full/.test(message))
        throw new Broken('no message makes anything fall over', message);
}

/** People are told of each change that is kept aside, on both ends. @throws {Broken} */
export function whatIsKeptAsideIsTold(world: World, ship: Ship, tables: VesselTables): void {
  const { store, journal, vesselId, name } = ship;
  if (store === null || journal === null) return;
  // A database that is put back has its problems still; what comes back to an emptied one is told anew.
  for (const { change, applied } of tables.journal)
    if (applied === 'parked' && !world.database.problems.has(`parked ${vesselId} ${nameOf(change)}`))
      throw new Broken('what is kept aside is told', `${nameOf(change)} of ${vesselId}, ashore`);
  const told = new Set(store.problems.page(100_000, 0).map(({ code, recordId }) => `${code} ${recordId}`));
  for (const origin of journal.origins()) {
    if (origin === store.own.origin) continue;
    for (const { change, applied } of journal.range(origin, 0, 100_000))
      if (applied === 'parked' && !told.has(`parked ${change.recordId}`))
        throw new Broken('what is kept aside is told', `${nameOf(change)}, on board of ${name}`);
  }
}

/**
 * Whoever writes under names of their own takes nothing away from the ship's computer: it goes on under its own name.
 * Where somebody speaks as that computer, or as the office, they cannot be told apart; then it may have to take another
 * name, and says so.
 * @throws {Broken}
 */
export function namesAreKept(world: World, ship: Ship): void {
  const { store, name, firstOrigin } = ship;
  if (store === null || firstOrigin === null || store.own.origin === firstOrigin) return;
  const isVictim = world.attacker?.victim.vesselId === ship.vesselId;
  if (!world.hasDoubles || (world.isSharedOnly && !isVictim))
    throw new Broken(
      'nobody takes a name away',
      `${name} wrote as ${firstOrigin}, and writes as ${store.own.origin}`,
    );
  if (!store.problems.page(100_000, 0).some(({ code }) => code === 'new_incarnation'))
    throw new Broken('a new name is told', `${name} writes as ${store.own.origin}, and nobody was told`);
}

/** What an attacker wrote as the ship comes from no name of the office that there is. @throws {Broken} */
export function nobodyWritesAsTheOffice({ attacker }: World, tables: VesselTables): void {
  if (attacker === null) return;
  for (const { change } of tables.journal)
    if (change.origin === tables.head.origin && sideOf(change.origin) === 'shore' && attacker.wrote(change))
      throw new Broken(
        'nobody writes as the office',
        `${nameOf(change)} stands in the journal of the office`,
      );
}
