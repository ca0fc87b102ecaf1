import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { plant } from './planted/plant.ts';
import { runPlanted } from './planted/run-planted.ts';
import { onFreshTurn } from './fresh-turn.ts';
import { runSeeds, type BrokenSeed, type Report } from './run-seeds.ts';

/** Failing seeds that are shown; more of them say the same. */
const mostShown = 5;

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('Give a whole number.');
  return number;
};

const options = new Command('simulate')
  .description(
    'Sails simulated ships through loss, crashes and conflicts, and looks whether ship and shore end up equal.',
  )
  .option('--seeds <n>', 'how many voyages', whole, 20_000)
  .option('--seed <s>', 'the first of them; alone: this one only, with all that happened in it', whole)
  .option('--workers <n>', 'how many at the same time', whole, Math.min(availableParallelism(), 8))
  .option('--json <file>', 'write the figures there')
  .option('--planted', 'plant each known kind of bug and tell how many voyages it takes to find it')
  .option('--bug <name>', 'with --planted: this one only; with --seed: sail with this bug in')
  .parse()
  .opts<{
    seeds: number;
    seed?: number;
    workers: number;
    json?: string;
    planted?: true;
    bug?: string;
  }>();

const isReplay = options.seed !== undefined && !process.argv.some((given) => given.startsWith('--seeds'));

if (options.planted === true) {
  const failed = await runPlanted({ workers: options.workers, only: options.bug ?? null });
  process.exitCode = failed ? 1 : 0;
} else if (isReplay && options.seed !== undefined) {
  await replay(options.seed, options.bug);
} else {
  let shown = 0;
  const report = await runSeeds({
    first: options.seed ?? 1,
    count: options.seeds,
    workers: options.workers,
    bug: null,
    onProgress: (done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total}`);
    },
    onBroken: (broken) => {
      if ((shown += 1) <= mostShown) show(broken);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r');
  tell(report);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.broken.length > 0 ? 1 : 0;
}

async function replay(seed: number, bug: string | undefined): Promise<void> {
  if (bug !== undefined) plant(bug);
  // Only now: a planted bug is in the product's modules when they are loaded.
  const { runSeed } = await import('./run-seed.ts');
  const outcome = await onFreshTurn(() => runSeed(seed, { keepTrace: true }));
  for (const line of outcome.lines) console.log(line);
  console.log(`Seed ${seed}: ${outcome.steps} steps, ${outcome.changes} changes, trace ${outcome.hash}`);
  if (outcome.broken === null) {
    console.log('Every promise was kept.');
  } else {
    console.log(`Broken at step ${outcome.steps}: ${outcome.broken.promise}\n${outcome.broken.message}`);
    process.exitCode = 1;
  }
}

function show({ seed, steps, promise, message }: BrokenSeed): void {
  console.log(`Seed ${seed} broke at step ${steps}: ${promise}`);
  console.log(`  ${message.split('\n')[0]}`);
  console.log(`  Replay it: npm run simulate -- --seed ${seed}`);
}

function tell(report: Report): void {
  const { seeds, steps, changes, seconds } = report;
  console.log(
    `${seeds} seeds in ${seconds.toFixed(1)} s (${Math.round(seeds / seconds)} a second): ` +
      `${steps} steps, ${changes} changes, ${report.broken.length} broken`,
  );
}
