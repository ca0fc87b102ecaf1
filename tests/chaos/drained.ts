import { z } from 'zod';
import { until } from '#support/until.ts';
import type { Programs } from './programs.ts';

/** The longest that a drain may take once everything is back, milliseconds. */
const drainWithin = 120_000;

const shipStatus = z.object({
  output: z.object({
    queue: z.object({ depth: z.number() }),
    journal: z.object({ last: z.number(), acknowledged: z.number(), fromShore: z.number() }),
  }),
});
const health = z.object({
  database: z.object({ state: z.string() }),
  vessels: z.array(
    z.object({
      vesselId: z.string(),
      origins: z.array(z.object({ upTo: z.number() })),
      shore: z.object({ last: z.number(), waiting: z.number() }),
    }),
  ),
});

/**
 * Waits until nothing waits on either end.
 * @throws Error that says what still waited after two minutes
 */
export async function untilDrained(programs: Programs): Promise<void> {
  await until(
    'both ends drained',
    async () => {
      const ship = await shipStatusOf(programs);
      const [vessel] = (await officeHealthOf(programs)).health.vessels;
      if (vessel === undefined) return ship.journal.last === 0;
      const held = Math.max(0, ...vessel.origins.map(({ upTo }) => upTo));
      if (
        ship.queue.depth === 0 &&
        held === ship.journal.last &&
        vessel.shore.waiting === 0 &&
        vessel.shore.last === ship.journal.fromShore
      )
        return true;
      throw new Error(`on board ${JSON.stringify(ship)}, ashore ${JSON.stringify(vessel)}`);
    },
    { within: drainWithin, every: 100 },
  );
}

export async function shipStatusOf({ ship }: Programs): Promise<z.infer<typeof shipStatus>['output']> {
  const { url, token } = ship;
  const response = await fetch(`${url}/call/sync.status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{}',
    signal: AbortSignal.timeout(10_000),
  });
  return shipStatus.parse(await response.json()).output;
}

export async function officeHealthOf({
  office,
}: Programs): Promise<{ status: number; health: z.infer<typeof health> }> {
  const response = await fetch(`${office.url}/api/sync/health`, { signal: AbortSignal.timeout(10_000) });
  return { status: response.status, health: health.parse(await response.json()) };
}
