import { z } from 'zod';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { figure, type Figure } from './figure.ts';
import { startMeasuredVessel } from './measured-vessel.ts';

interface Memory {
  /** Resident memory, bytes: pages of the database that SQLite keeps (16 MB at most) are in it. */
  rss: number;
  /** What is in use on the JavaScript heap after a collection, bytes: what the program holds for its records. */
  heap: number;
}

const few = 1_000;
const usual = 50_000;
const many = 200_000;
const written = 10_000;

/**
 * What a vessel node takes in memory with few and with many orders, after pages of them have been read from end to end,
 * and after more have been written: what a record costs.
 */
export async function benchMemory(): Promise<Figure[]> {
  const withFew = await holding(few);
  const withUsual = await holding(usual);
  const withMany = await holding(many);
  return [
    figure(`memory of the vessel node with ${thousands(few)} orders`, withFew.read.rss / 1e6, 'MB'),
    figure(`memory of the vessel node with ${thousands(usual)} orders`, withUsual.read.rss / 1e6, 'MB', {
      most: 200,
    }),
    figure(`memory of the vessel node with ${thousands(many)} orders`, withMany.read.rss / 1e6, 'MB', {
      most: 200,
    }),
    figure(
      `memory: heap in use for one more order, of ${thousands(few)} to ${thousands(many)}`,
      (withMany.read.heap - withFew.read.heap) / (many - few),
      'B',
      { most: 50 },
    ),
    figure(
      `memory: heap in use for one more write, of ${thousands(written)}`,
      (withUsual.written.heap - withUsual.halfWritten.heap) / (written / 2),
      'B',
      { most: 100 },
    ),
    figure(
      `memory of the vessel node with ${thousands(usual)} orders after ${thousands(written)} writes`,
      withUsual.written.rss / 1e6,
      'MB',
      { most: 200 },
    ),
  ];
}

async function holding(orders: number): Promise<{ read: Memory; halfWritten: Memory; written: Memory }> {
  const directory = temporaryDirectory('bench-memory');
  fillWithOrders(directory, 'mv-memory', orders);
  const vessel = startMeasuredVessel(directory, 'mv-memory', null);
  const memory = async (): Promise<Memory> => ({
    ...(await vessel.ask({ do: 'memory' }, z.object({ rss: z.number() }))),
    ...(await vessel.ask({ do: 'heap' }, z.object({ heap: z.number() }))),
  });
  const write = async (count: number): Promise<Memory> => {
    for (let index = 0; index < count; index += 1)
      await vessel.ask({ do: 'create', title: `Grease winch, round ${index}` }, z.object({ id: z.string() }));
    return memory();
  };
  for (let offset = 0; offset < orders; offset += Math.max(50, orders / 100))
    await vessel.ask({ do: 'page', offset }, z.object({ rows: z.number() }));
  const read = await memory();
  const halfWritten = await write(written / 2);
  const outcome = { read, halfWritten, written: await write(written / 2) };
  vessel.end();
  return outcome;
}

const thousands = (count: number) => count.toLocaleString('en');
