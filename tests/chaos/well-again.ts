import { until } from '#support/until.ts';
import { officeHealthOf, shipStatusOf } from './drained.ts';
import type { Load } from './load.ts';
import type { Programs } from './programs.ts';

/** The longest that a gateway may take once its database is well, milliseconds. */
export const wellWithin = 15_000;
/** Nobody looks longer than this, milliseconds. */
const patience = 60_000;

/** When each sign of a gateway's being well was first seen, milliseconds after its database was; null for never. */
export interface WellAfter {
  /** `GET /api/sync/health` says so. */
  health: number | null;
  /** A write of the office was answered with what was asked for. */
  write: number | null;
  /** A change that was made on board after the database was well is held by shore. */
  queue: number | null;
}

/** Asks again and again, from the moment at which the database is well, while people go on writing. */
export async function untilWell(programs: Programs, load: Load): Promise<WellAfter> {
  const began = performance.now();
  const after = (what: string, look: () => Promise<boolean>): Promise<number | null> =>
    until(what, look, { within: patience, every: 100 }).then(
      () => Math.round(performance.now() - began),
      () => null,
    );
  const { last } = (await shipStatusOf(programs)).journal;
  const [health, write, queue] = await Promise.all([
    after('health', async () => {
      const { status, health: told } = await officeHealthOf(programs);
      return status === 200 && told.database.state === 'ok';
    }),
    after('a write', () => load.isAnswered('office')),
    after('the queue', async () => (await shipStatusOf(programs)).journal.acknowledged > last),
  ]);
  return { health, write, queue };
}

/** The last of the signs; null where one never came. */
export function slowestOf({ health, write, queue }: WellAfter): number | null {
  return health === null || write === null || queue === null ? null : Math.max(health, write, queue);
}
