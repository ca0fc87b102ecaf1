import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { One, Portion, PortionDone } from './run-seeds.ts';

// Many workers are started one after the other; most of a start is the compiling of the same modules.
enableCompileCache();
const { bug } = workerData as { bug: string | null };
if (bug !== null) {
  const { plant } = await import('./planted/plant.ts');
  plant(bug);
}
// Only now: a planted bug is in the product's modules when they are loaded.
const { runSeed } = await import('./run-seed.ts');

const port = parentPort;
if (port === null) throw new Error('This runs as a worker of run-seeds.ts');
port.on('message', (asked: Portion | One) => {
  if ('keepTrace' in asked) {
    port.postMessage(runSeed(asked.seed, asked));
    return;
  }
  const { first, count } = asked;
  const done: PortionDone = { seeds: 0, steps: 0, changes: 0, broken: [] };
  for (let seed = first; seed < first + count; seed += 1) {
    const outcome = runSeed(seed);
    done.seeds += 1;
    done.steps += outcome.steps;
    done.changes += outcome.changes;
    if (outcome.broken !== null) done.broken.push({ seed, steps: outcome.steps, ...outcome.broken });
  }
  port.postMessage(done);
});
