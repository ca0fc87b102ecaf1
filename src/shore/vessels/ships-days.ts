import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { z } from 'zod';
import { shipsDay } from '#shared/domain/ships-day.ts';
import { rowsOf, type Executor } from '../store/database.ts';

const zone = z.object({ vessel_id: z.string(), time_zone: z.string() });

/** Which day it is on board of each ship: an order is overdue by the ship's calendar, not by the office's. */
export interface ShipsDays {
  /** Days `YYYY-MM-DD` of the ships that have told their time zone, by vessel. */
  byVessel: Readonly<Record<string, string>>;
  /** The day of all others, UTC. */
  otherwise: string;
}

/** @param now ms since 1970 */
export async function readShipsDays(executor: Executor, now: number): Promise<ShipsDays> {
  const rows = await rowsOf(
    executor,
    sql`select vessel_id, time_zone from vessel_contact where time_zone is not null`,
    zone,
  );
  return {
    byVessel: Object.fromEntries(rows.map((row) => [row.vessel_id, shipsDay(now, row.time_zone)])),
    otherwise: shipsDay(now, 'UTC'),
  };
}

/** The day on board of the vessel in a column. */
export function dayOf(vessel: SQLWrapper, { byVessel, otherwise }: ShipsDays): SQL {
  return sql`coalesce(${JSON.stringify(byVessel)}::jsonb ->> ${vessel}, ${otherwise})`;
}
