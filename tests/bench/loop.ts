import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { callResponse } from '#shared/contract/envelope.ts';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { Bridge } from '#support/electron-stand-in/start.ts';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { projectRoot } from '#support/project.ts';
import { startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { ensureBuilt } from '../../scripts/built.ts';
import { figure, quantile, type Figure } from './figure.ts';
import { fillBacklog } from './fill-backlog.ts';
import { peakMemory } from './peak-memory.ts';

const changes = 10_000;
/** What each wait for the disk takes longer: nothing, a fast hard disk, the usual one of a panel PC; ms. */
const delays = [0, 8, 15] as const;

interface Drained {
  seconds: number;
  /** The thread that moves the windows, ms. */
  window: { p99: number; max: number };
  /** What a page of the list took, from the page's call to its answer, ms. */
  pages: number[];
  /** Resident memory at most, MB. */
  memory: { app: number; node: number };
}

/**
 * The desktop app while ten thousand changes drain, on disks of three kinds: how long the thread of its window is held up,
 * and how long its page waits for a list. The built main process with a stand-in for Electron, whose own threads are not
 * in it; Mosquitto and Postgres are real.
 */
export async function benchLoop(): Promise<Figure[]> {
  if (!(await ensureBuilt())) throw new Error('The app does not build');
  const library = slowDisk();
  const broker = await startMosquitto({ furtherLines: ['set_tcp_nodelay true'] });
  const postgres = await startPostgres();
  try {
    const figures: Figure[] = [];
    for (const delayMs of delays) {
      const database = await postgres.createDatabase(`loop_${delayMs}`);
      figures.push(...figuresOf(delayMs, await drain(broker, database, { library, delayMs })));
    }
    return figures;
  } finally {
    await postgres.remove();
    await broker.remove();
  }
}

function figuresOf(delayMs: number, { seconds, window, pages, memory }: Drained): Figure[] {
  const of = `10,000 changes drain, fsync +${delayMs} ms`;
  return [
    figure(`${of}: changes/s`, changes / seconds, 'changes/s'),
    figure(`${of}: thread of the window, p99`, window.p99, 'ms', { most: 20 }),
    figure(`${of}: thread of the window, longest`, window.max, 'ms'),
    figure(`${of}: a page of the list, p50`, quantile(pages, 0.5), 'ms'),
    figure(`${of}: a page of the list, p95`, quantile(pages, 0.95), 'ms', { most: 100 }),
    figure(`${of}: memory of the app's own process at most`, memory.app, 'MB'),
    figure(`${of}: memory of the node's process at most`, memory.node, 'MB'),
    figure(`${of}: memory of both at most`, memory.app + memory.node, 'MB'),
  ];
}

/** Compiled where it is used: a figure of a disk that nobody has needs a disk that nobody has. */
function slowDisk(): string {
  const library = join(temporaryDirectory('slow-disk'), 'slow-fsync.so');
  const source = join(projectRoot, 'tests/bench/slow-fsync.c');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], { stdio: 'inherit' });
  } catch (cause) {
    throw new Error('This part needs a C compiler (cc) to slow the disk down', { cause });
  }
  return library;
}

async function drain(
  broker: Mosquitto,
  database: string,
  { library, delayMs }: { library: string; delayMs: number },
): Promise<Drained> {
  const vessel = `mv-loop-${delayMs}`;
  const bridge = new Bridge();
  fillBacklog(bridge.file('vessel'), vessel, changes);
  const shore = await startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
  try {
    const settings = { vessel, name: 'Loop', device: 'Bridge PC', timeZone: 'UTC', mqtt: broker.url };
    const started = performance.now();
    const app = await bridge.start({
      settings,
      environment: { LD_PRELOAD: library, ARUS_FSYNC_DELAY_MS: String(delayMs) },
    });
    await app.do({ do: 'watch loop' });
    const pages = await lookUntilDrained(app);
    const seconds = (performance.now() - started) / 1_000;
    const watched = await app.do({ do: 'loop watched' });
    const { p99, max, nodePid } = z
      .object({ p99: z.number(), max: z.number(), nodePid: z.number() })
      .parse(watched);
    const memory = { app: peakMemory(app.pid), node: peakMemory(nodePid) };
    await app.close();
    return { seconds, window: { p99, max }, pages, memory };
  } finally {
    await shore.stop();
    await bridge.leave();
  }
}

async function lookUntilDrained(app: DesktopApp): Promise<number[]> {
  const pages: number[] = [];
  const deadline = performance.now() + 600_000;
  for (let turn = 0; ; turn += 1) {
    const asked = performance.now();
    await ask(app, 'workOrders.list', { limit: 50, offset: (turn % 20) * 50 });
    pages.push(performance.now() - asked);
    const status = z
      .object({ queue: z.object({ depth: z.number() }) })
      .parse(await ask(app, 'sync.status', {}));
    if (status.queue.depth === 0) return pages;
    if (performance.now() > deadline)
      throw new Error(`${status.queue.depth} changes still wait after ten minutes`);
    await wait(100);
  }
}

async function ask(app: DesktopApp, method: string, input: object): Promise<unknown> {
  const answer = callResponse.parse(
    JSON.parse(String(await app.call('arus:call', [JSON.stringify({ id: 1, method, input })]))),
  );
  if (!answer.ok) throw new Error(`${method}: ${answer.error.message}`);
  return answer.output;
}
