import { z } from 'zod';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { figure, type Figure } from './figure.ts';
import { startMeasuredVessel } from './measured-vessel.ts';

/** Resident memory of a vessel node that holds 50,000 orders, after pages of them have been read from end to end. */
export async function benchMemory(): Promise<Figure[]> {
  const directory = temporaryDirectory('bench-memory');
  fillWithOrders(directory, 'mv-memory', 50_000);
  const vessel = startMeasuredVessel(directory, 'mv-memory', null);
  for (let offset = 0; offset < 50_000; offset += 500)
    await vessel.ask({ do: 'page', offset }, z.object({ rows: z.number() }));
  const { rss } = await vessel.ask({ do: 'memory' }, z.object({ rss: z.number() }));
  vessel.end();
  return [figure('memory of the vessel node with 50,000 orders', rss / 1e6, 'MB', { most: 200 })];
}
