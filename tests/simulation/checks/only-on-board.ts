import type { Origin } from '#shared/sync/seen.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import { baseHeadsOf } from './base-heads.ts';

/**
 * Journals of which the ship took the outcome with a snapshot, and that shore, put back to a copy from before, no
 * longer holds as far: nobody has these changes any more, so nobody can give them back (docs/sync.md). What the ship
 * was given stays as it is, and people are told.
 */
export function onlyOnBoard(ship: Ship, tables: VesselTables): Origin[] {
  return baseHeadsOf(ship)
    .filter(
      ({ origin, number }) =>
        number >
        (tables.origins.get(origin)?.held.upTo ?? (origin === tables.head.origin ? tables.head.last : 0)),
    )
    .map(({ origin }) => origin);
}
