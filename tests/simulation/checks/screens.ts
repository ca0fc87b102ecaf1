import { receivedToJson, nothingReceived } from '#shared/sync/received-ranges.ts';
import { isSamePosition, type Position } from '#shared/sync/digest.ts';
import { countOnlyOnBoard } from '#vessel/sync/consistency/only-on-board.ts';
import { LastConsistencyResult } from '#vessel/sync/consistency/last-consistency-result.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import { Broken } from '../world/trace.ts';

/** What the screens on board say of ship and shore is so. @throws {Broken} */
export function screensSayWhatIs(ship: Ship, tables: VesselTables): void {
  const { store, name } = ship;
  if (store === null) return;
  const said = new LastConsistencyResult(store).status(null);
  const isSame = isSamePosition(positionOf(tables), store.position);
  if (said.state === 'equal' && !isSame)
    throw new Broken(
      'the screens say what is',
      `${name} says that it agrees with shore, which holds other changes`,
    );
  if (isSame && countOnlyOnBoard(store) > 0 && !said.isApart)
    throw new Broken('the screens say what is', `${name} says that shore lacks records`);
  for (const { entity } of recordSpecs)
    for (const { id } of tables.records.values()) {
      const row = store.table(entity).get(id);
      if (row === null || store.outbox.standingOf(row.versions) !== 'held') continue;
      if (tables.records.get(`${entity} ${id}`) === undefined)
        throw new Broken(
          'the screens say what is',
          `${name} says that shore holds ${entity} ${id}, and it does not`,
        );
    }
}

function positionOf({ head, origins }: VesselTables): Position {
  return {
    ...Object.fromEntries(
      [...origins].map(([origin, each]) => [origin, receivedToJson(each.received ?? nothingReceived)]),
    ),
    ...(head.last > 0 ? { [head.origin]: head.last } : {}),
  };
}
