import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { figure, quantile, type Figure } from './figure.ts';

const orders = 50_000;
const pageEveryMs = 50;
/** Of the measuring itself, ms: it is within every reading. */
const resolution = 1;

/** A checked copy of 50,000 orders, made beside a node whose pages somebody looks at; and what else was tried. */
export async function benchCopies(): Promise<Figure[]> {
  const directory = temporaryDirectory('bench-copies');
  fillWithOrders(directory, 'mv-aurora', orders);
  const vessel = openTestVessel({ directory, copies: true });
  // The node's own look at its database is over by then.
  await pause(6_000);
  const idle = await whileLooking(vessel, () => pause(5_000));
  let copied = 0;
  const began = performance.now();
  const making = await whileLooking(vessel, async () => {
    await vessel.call('copies.make', {});
    await until(
      'the copy',
      async () => {
        const { items, doing, trouble } = await vessel.call('copies.list', {});
        if (trouble !== null) throw new Error(trouble);
        if (copied === 0 && doing === 'checking') copied = performance.now() - began;
        return items.some(({ state }) => state === 'checked') ? true : null;
      },
      { within: 300_000 },
    );
  });
  const took = performance.now() - began;
  await vessel.node.close();
  const online = await ofSteps(directory);
  return [
    figure('copy of 50,000 orders: copied after', copied, 'ms'),
    figure('copy of 50,000 orders: checked by folding, and counted, after', took, 'ms'),
    figure('event loop meanwhile, p99', making.p99, 'ms', { most: 20 }),
    figure('event loop meanwhile, longest', making.longest, 'ms'),
    figure('page of 50 meanwhile, p95', making.pageP95, 'ms', { most: 100 }),
    figure('event loop with nothing but the pages, p99', idle.p99, 'ms'),
    figure('event loop with nothing but the pages, longest', idle.longest, 'ms'),
    figure('instead, backup() of 100 pages a step on the same thread: in all', online.took, 'ms'),
    figure('instead, the same: event loop, longest', online.longest, 'ms'),
  ];
}

interface Looked {
  p99: number;
  longest: number;
  pageP95: number;
}

async function whileLooking(vessel: TestVessel, work: () => Promise<unknown>): Promise<Looked> {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const done = new AbortController();
  const samples: number[] = [];
  const looking = (async () => {
    for (let turn = 0; !done.signal.aborted; turn += 1) {
      const start = performance.now();
      await vessel.call('workOrders.list', { limit: 50, offset: (turn * 7_919) % orders });
      samples.push(performance.now() - start);
      await pause(pageEveryMs);
    }
  })();
  await work();
  done.abort();
  await looking;
  delay.disable();
  return {
    p99: delay.percentile(99) / 1e6 - resolution,
    longest: delay.max / 1e6 - resolution,
    pageP95: quantile(samples, 0.95),
  };
}

async function ofSteps(directory: string): Promise<{ took: number; longest: number }> {
  const connection = new Database(join(directory, 'arus.db'));
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const began = performance.now();
  await connection.backup(join(directory, 'by-steps.db'), { progress: () => 100 });
  delay.disable();
  connection.close();
  return { took: performance.now() - began, longest: delay.max / 1e6 - resolution };
}
