import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { startShore, type Shore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { figure, quantile, type Figure } from './figure.ts';
import { fillBacklog } from './fill-backlog.ts';
import { startMeasuredVessel, type MeasuredVessel } from './measured-vessel.ts';
import { peakMemory } from './peak-memory.ts';

const few = 10_000;
const many = 100_000;
/** The first is that of `npm run shore`. A gateway that kept more the more comes would not get by with the second. */
const gatewayHeap = '--max-semi-space-size=16 --max-old-space-size=128';
const nothing = z.object({});
const page = z.object({ rows: z.number() });
const depth = z.object({ depth: z.number() });

interface Drained {
  seconds: number;
  /** Milliseconds from the start of the program to its first page on a screen. */
  firstPage: number;
  /** Milliseconds that a page took on a screen, while it drained. */
  pages: number[];
  loop: { p99: number; max: number };
  /** Of the node's heap what is really in use, half way and at the end, MB. */
  heap: { halfWay: number; end: number };
  /** Highest resident memory, MB. */
  onBoard: number;
  ashore: number;
  ashoreHeld: number;
  verified: boolean;
}

/**
 * A month of changes that waits on board: the node is started, has a link, is killed half way and started again, while
 * somebody looks at lists. Ten thousand of them beside it, so that what grows with their number shows.
 */
export async function benchBacklog(): Promise<Figure[]> {
  const broker = await startMosquitto({ furtherLines: ['set_tcp_nodelay true'] });
  const postgres = await startPostgres();
  try {
    const small = await drain(broker, await postgres.createDatabase('few'), few);
    const large = await drain(broker, await postgres.createDatabase('many'), many);
    return figures(small, large);
  } finally {
    await postgres.remove();
    await broker.remove();
  }
}

function figures(small: Drained, large: Drained): Figure[] {
  const of = `100,000 changes in the outbox`;
  return [
    figure(`${of}: until shore has all and the ship knows`, large.seconds, 's'),
    figure(`${of}: changes/s`, many / large.seconds, 'changes/s'),
    figure('10,000 changes in the outbox: changes/s', few / small.seconds, 'changes/s'),
    figure(`${of}: of them ashore`, large.ashoreHeld, 'changes', { least: many }),
    figure(`${of}: both ends verify`, Number(large.verified), '', { least: 1 }),
    figure(`${of}: program's start to the first page on a screen`, large.firstPage, 'ms', { most: 3_000 }),
    figure(`${of}: a page on a screen meanwhile, p50`, quantile(large.pages, 0.5), 'ms'),
    figure(`${of}: a page on a screen meanwhile, p99`, quantile(large.pages, 0.99), 'ms', { most: 100 }),
    figure(`${of}: event loop on board, p99`, large.loop.p99, 'ms', { most: 50 }),
    figure(`${of}: event loop on board, longest`, large.loop.max, 'ms'),
    figure(`${of}: heap in use on board, half way`, large.heap.halfWay, 'MB', {
      most: 1.3 * small.heap.halfWay,
    }),
    figure('10,000 changes in the outbox: heap in use on board, half way', small.heap.halfWay, 'MB'),
    figure(`${of}: heap in use on board, at the end`, large.heap.end, 'MB'),
    figure(`${of}: memory on board at most`, large.onBoard, 'MB', { most: 200 }),
    figure('10,000 changes in the outbox: memory on board at most', small.onBoard, 'MB'),
    figure(`${of}: memory of the gateway at most`, large.ashore, 'MB', { most: 350 }),
    figure('10,000 changes in the outbox: memory of the gateway at most', small.ashore, 'MB'),
  ];
}

async function drain(broker: Mosquitto, database: string, changes: number): Promise<Drained> {
  const vesselId = `mv-backlog-${changes}`;
  const directory = temporaryDirectory('bench-backlog');
  fillBacklog(directory, vesselId, changes);
  const shore = await startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn'], {
    NODE_OPTIONS: gatewayHeap,
  });
  try {
    const started = performance.now();
    let vessel = startMeasuredVessel(directory, vesselId, broker.url);
    await vessel.ask({ do: 'page', offset: 0 }, page);
    const firstPage = performance.now() - started;
    const first = await watch(vessel, changes / 2);
    const halfWay = await heapOf(vessel);
    await vessel.kill();
    vessel = startMeasuredVessel(directory, vesselId, broker.url);
    const second = await watch(vessel, 0);
    const seconds = (performance.now() - started) / 1_000;
    const heap = { halfWay, end: await heapOf(vessel) };
    const ashore = peakMemory(shore.program.pid);
    vessel.end();
    await vessel.ended;
    return {
      seconds,
      firstPage,
      pages: [...first.pages, ...second.pages],
      loop: {
        p99: Math.max(first.loop.p99, second.loop.p99),
        max: Math.max(first.loop.max, second.loop.max),
      },
      heap,
      onBoard: Math.max(first.memory, second.memory),
      ashore,
      ...(await looked(shore, database, directory)),
    };
  } finally {
    await shore.stop();
  }
}

/** Looks at lists, as people do, until no more than `left` changes wait. */
async function watch(
  vessel: MeasuredVessel,
  left: number,
): Promise<{ pages: number[]; loop: Drained['loop']; memory: number }> {
  await vessel.ask({ do: 'watch' }, nothing);
  const pages: number[] = [];
  const deadline = performance.now() + 600_000;
  for (let turn = 0; ; turn += 1) {
    const asked = performance.now();
    await vessel.ask({ do: 'page', offset: (turn % 20) * 50 }, page);
    pages.push(performance.now() - asked);
    const waiting = await vessel.ask({ do: 'depth' }, depth);
    if (waiting.depth <= left) break;
    if (performance.now() > deadline)
      throw new Error(`${waiting.depth} changes still wait after ten minutes`);
    await wait(100);
  }
  const loop = await vessel.ask({ do: 'watched' }, z.object({ p99: z.number(), max: z.number() }));
  return { pages, loop, memory: peakMemory(vessel.pid) };
}

async function looked(
  shore: Shore,
  database: string,
  directory: string,
): Promise<Pick<Drained, 'ashoreHeld' | 'verified'>> {
  const client = new Client({ connectionString: database });
  await client.connect();
  const { rows } = await client.query<{ held: string }>('select count(*) as held from sync_journal');
  await client.end();
  const onBoard = verifyJournal(join(directory, databaseFileName));
  if (!onBoard.ok) process.stderr.write(`On board: ${onBoard.difference}\n${shore.program.output()}\n`);
  return { ashoreHeld: Number(rows[0]?.held), verified: onBoard.ok };
}

async function heapOf(vessel: MeasuredVessel): Promise<number> {
  return (await vessel.ask({ do: 'heap' }, z.object({ heap: z.number() }))).heap / 1e6;
}
