import type { VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import { Broken } from '../world/trace.ts';
import type { World } from '../world/world.ts';
import { nameOf } from './expected-conflicts.ts';

/** Once every program is the newest, nothing that one of ours wrote waits for a newer one on either end. @throws {Broken} */
export function nothingWaitsForAProgram(
  { attacker }: World,
  { name, store }: Ship,
  tables: VesselTables,
): void {
  const onBoard = store?.journal.waiting(Number.MAX_SAFE_INTEGER) ?? [];
  const ashore = tables.journal.filter(({ applied }) => applied === 'later');
  for (const [where, entries] of [
    [`on board of ${name}`, onBoard],
    ['ashore', ashore],
  ] as const)
    for (const { change } of entries.filter((each) => attacker?.wrote(each.change) !== true))
      throw new Broken(
        'what waited is applied by the update',
        `${nameOf(change)} still waits ${where} for a newer program`,
      );
}
