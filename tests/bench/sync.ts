import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { startMosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { figure, quantile, type Figure } from './figure.ts';
import { startMeasuredVessel, type MeasuredVessel } from './measured-vessel.ts';

const drained = 10_000;
const singles = 300;
const changed = z.object({
  event: z.literal('records.changed'),
  payload: z.object({ ids: z.array(z.string()) }),
});

/** Against a real Mosquitto and a real Postgres on loopback, gateway and vessel each in a process of its own. */
export async function benchSync(): Promise<Figure[]> {
  const broker = await startMosquitto({ furtherLines: ['set_tcp_nodelay true'] });
  const postgres = await startPostgres();
  const database = await postgres.createDatabase('bench');
  const shore = await startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
  try {
    const latency = await commitToCommit(broker.url, shore.port);
    const drain = await drainTenThousand(broker.url);
    return [...latency, ...drain];
  } finally {
    await shore.stop();
    await postgres.remove();
    await broker.remove();
  }
}

/** From the vessel's answer (its commit) to shore's word on /ws, which comes after shore's commit. */
async function commitToCommit(broker: string, port: number): Promise<Figure[]> {
  const vessel = startMeasuredVessel(temporaryDirectory('bench-latency'), 'mv-latency', broker);
  const live = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  const arrived = new Map<string, number>();
  live.on('message', (data: Buffer) => {
    const message = changed.safeParse(JSON.parse(data.toString('utf8')));
    if (message.success) for (const id of message.data.payload.ids) arrived.set(id, performance.now());
  });
  await new Promise((resolve) => live.once('open', resolve));
  const samples: number[] = [];
  for (let index = 0; index < singles; index += 1) {
    const { id } = await vessel.ask({ do: 'create', title: `Single ${index}` }, z.object({ id: z.string() }));
    const committed = performance.now();
    while (!arrived.has(id)) {
      if (performance.now() - committed > 20_000) throw new Error('A change did not reach shore within 20 s');
      await wait(1);
    }
    if (index >= 10) samples.push(Math.max(0, (arrived.get(id) ?? Number.NaN) - committed));
  }
  live.close();
  vessel.end();
  return [
    figure("local commit to shore's commit, p50", quantile(samples, 0.5), 'ms'),
    figure("local commit to shore's commit, p95", quantile(samples, 0.95), 'ms', { most: 150 }),
  ];
}

async function drainTenThousand(broker: string): Promise<Figure[]> {
  const directory = temporaryDirectory('bench-drain');
  fillWithOrders(directory, 'mv-drain', drained);
  const start = performance.now();
  const vessel = startMeasuredVessel(directory, 'mv-drain', broker);
  await vessel.ask({ do: 'watch' }, z.object({}));
  await untilEmpty(vessel);
  const seconds = (performance.now() - start) / 1_000;
  const { p99, max } = await vessel.ask({ do: 'watched' }, z.object({ p99: z.number(), max: z.number() }));
  vessel.end();
  return [
    figure('event loop on board while 10,000 changes drain, p99', p99, 'ms', { most: 50 }),
    figure('event loop on board while 10,000 changes drain, longest', max, 'ms'),
    figure('drain of 10,000 changes', drained / seconds, 'changes/s'),
  ];
}

async function untilEmpty(vessel: MeasuredVessel): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const { depth } = await vessel.ask({ do: 'depth' }, z.object({ depth: z.number() }));
    if (depth === 0) return;
    if (performance.now() > deadline) throw new Error(`After two minutes ${depth} changes were still queued`);
    await wait(20);
  }
}
