import { Worker } from 'node:worker_threads';
import type { Outcome } from './run-seed.ts';

/** What a worker is asked for, and what it answers. */
export interface Portion {
  first: number;
  count: number;
}

/** One voyage, of which everything is told. */
export interface One {
  seed: number;
  keepTrace: boolean;
}

export interface BrokenSeed {
  seed: number;
  steps: number;
  promise: string;
  message: string;
}

export interface PortionDone {
  seeds: number;
  steps: number;
  changes: number;
  broken: BrokenSeed[];
}

export interface Report extends PortionDone {
  seconds: number;
}

/** Seeds that a worker sails before it asks for more. */
const portionSize = 250;
/** No more than this many failing seeds are gathered: then something is wrong with everything. */
const mostBroken = 1_000;

/**
 * Sails many seeds on several threads.
 * @param bug name of a planted bug that all of them have; null for the product as it is
 * @param stopAtFirst ends as soon as a seed is found broken
 */
export async function runSeeds({
  first,
  count,
  workers,
  bug,
  stopAtFirst = false,
  onProgress = () => undefined,
  onBroken = () => undefined,
}: {
  first: number;
  count: number;
  workers: number;
  bug: string | null;
  stopAtFirst?: boolean;
  onProgress?: (done: number, total: number) => void;
  /** Hears of each at once: a long run is worth looking at before its end. */
  onBroken?: (seed: BrokenSeed) => void;
}): Promise<Report> {
  const started = performance.now();
  const report: Report = { seeds: 0, steps: 0, changes: 0, broken: [], seconds: 0 };
  const size = Math.min(stopAtFirst ? 25 : portionSize, Math.ceil(count / workers));
  let next = first;
  const isOver = (): boolean =>
    next >= first + count || report.broken.length >= mostBroken || (stopAtFirst && report.broken.length > 0);

  await Promise.all(
    Array.from({ length: Math.max(1, workers) }, async () => {
      if (isOver()) return;
      const worker = startWorker(bug);
      try {
        while (!isOver()) {
          const portion: Portion = { first: next, count: Math.min(size, first + count - next) };
          next += portion.count;
          const done = await ask<PortionDone>(worker, portion);
          report.seeds += done.seeds;
          report.steps += done.steps;
          report.changes += done.changes;
          report.broken.push(...done.broken);
          for (const seed of done.broken) onBroken(seed);
          onProgress(report.seeds, count);
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  report.broken.sort((a, b) => a.seed - b.seed);
  report.seconds = (performance.now() - started) / 1_000;
  return report;
}

/** Sails these voyages, one after the other, in a thread where nothing but them is loaded. */
export async function tellSeeds(voyages: readonly One[]): Promise<Outcome[]> {
  const worker = startWorker(null);
  try {
    const outcomes: Outcome[] = [];
    for (const one of voyages) outcomes.push(await ask<Outcome>(worker, one));
    return outcomes;
  } finally {
    await worker.terminate();
  }
}

function startWorker(bug: string | null): Worker {
  return new Worker(new URL('simulation-worker.ts', import.meta.url), { workerData: { bug } });
}

function ask<T>(worker: Worker, question: Portion | One): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void =>
      reject(error instanceof Error ? error : new Error(String(error)));
    worker.once('error', failed);
    worker.once('message', (done: T) => {
      worker.off('error', failed);
      resolve(done);
    });
    worker.postMessage(question);
  });
}
