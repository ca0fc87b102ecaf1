import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { runChaos, type Outcome, type Round } from './chaos.ts';
import { databaseFaults, victims, type DatabaseFault } from './plan.ts';
import { slowestOf, wellWithin } from './well-again.ts';

/** `npm run chaos`: kills every process of ship and office, breaks its database, again and again; counts what that did. */
const count = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 up.');
};

const faultKinds = (text: string): DatabaseFault[] =>
  text.split(',').map((name) => {
    const known = databaseFaults.find((fault) => fault === name);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`Give some of ${databaseFaults.join(',')}.`);
  });

const program = new Command('npm run chaos --')
  .description(
    'Vessel node, gateway, Mosquitto and Postgres, each killed with kill -9 at random moments while people write ' +
      'on board and ashore; in each round the database is also cut off, read-only, refused, crowded or silent. Ends ' +
      'with 1 when anything acknowledged is lost, doubled or different at the ends, or the gateway is not well ' +
      `within ${wellWithin / 1_000} s of its database.`,
  )
  .option('--rounds <n>', 'how many rounds', count, 10)
  .option('--seed <n>', 'which moments; the same seed kills at the same ones', count, 1)
  .option('--kills <n>', 'processes killed in each round', count, 4)
  .option('--faults <kinds>', 'what happens to the database, in turn', faultKinds, [...databaseFaults])
  .option('--load <ms>', 'how long people write in each round', count, 2_000)
  .option('--json <file>', 'also write the outcome')
  .parse();
const options = z
  .object({
    rounds: z.number(),
    seed: z.number(),
    kills: z.number(),
    load: z.number(),
    faults: z.array(z.enum(databaseFaults)),
    json: z.string().optional(),
  })
  .parse(program.opts());

const columns = [
  'round',
  ...victims,
  'done',
  'refused',
  'unanswered',
  'fault',
  'well s',
  'drain s',
  'lost',
  'doubled',
  'differ',
];
const widths = columns.map((column) => Math.max(7, column.length, column === 'fault' ? 9 : 0));
const line = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell, index) => String(cell).padStart(widths[index] ?? 0)).join('  ')}\n`;

type Line = Omit<Round, 'round' | 'drained' | 'fault' | 'wellAfter'> & {
  fault: string;
  wellMs: number | null;
};

const seconds = (milliseconds: number | null): string =>
  milliseconds === null ? 'never' : (milliseconds / 1_000).toFixed(1);

const cellsOf = (
  name: string | number,
  { killed, writes, fault, wellMs, drainMs, lost, doubled, differing }: Line,
): (string | number)[] => [
  name,
  ...victims.map((victim) => killed[victim]),
  writes.answered,
  writes.refused,
  writes.unanswered,
  fault,
  seconds(wellMs),
  seconds(drainMs),
  lost,
  doubled,
  differing,
];

function sumOf({ rounds, worstWell, lost, doubled, differing }: Outcome): Line {
  const sum = (value: (round: Round) => number): number =>
    rounds.reduce((total, round) => total + value(round), 0);
  return {
    killed: {
      vessel: sum(({ killed }) => killed.vessel),
      gateway: sum(({ killed }) => killed.gateway),
      broker: sum(({ killed }) => killed.broker),
      database: sum(({ killed }) => killed.database),
    },
    writes: {
      answered: sum(({ writes }) => writes.answered),
      refused: sum(({ writes }) => writes.refused),
      unanswered: sum(({ writes }) => writes.unanswered),
    },
    fault: 'worst',
    wellMs: worstWell,
    drainMs: sum(({ drainMs }) => drainMs),
    lost,
    doubled,
    differing,
  };
}

process.stdout.write(
  `Killed by kill -9, writes by their answer, what else the database did and how long after it the gateway was well, and what is wrong once all is drained. Seed ${options.seed}.\n`,
);
process.stdout.write(line(columns));
const enough = new AbortController();
// The first Ctrl+C ends after this round, with the sum; the second ends at once.
process.once('SIGINT', () => enough.abort());
const outcome = await runChaos({
  enough: enough.signal,
  rounds: options.rounds,
  seed: options.seed,
  kills: options.kills,
  loadMs: options.load,
  faults: options.faults,
  onRound: (round) =>
    void process.stdout.write(line(cellsOf(round.round, { ...round, wellMs: slowestOf(round.wellAfter) }))),
});
process.stdout.write(line(cellsOf('sum', sumOf(outcome))));
const { changes, records, conflicts } = outcome.end;
process.stdout.write(
  `${outcome.rounds.length} rounds in ${outcome.seconds} s: ${changes} changes and ${records} records on each end, ` +
    `${conflicts} open conflicts. ${outcome.lost} lost, ${outcome.doubled} doubled, ${outcome.differing} differing.\n` +
    `After a fault of the database the gateway was well again within ${seconds(outcome.worstWell)} s each time.\n`,
);
for (const sentence of outcome.wrong) process.stdout.write(`${sentence}\n`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(outcome, null, 2)}\n`);
process.exit(outcome.wrong.length === 0 ? 0 : 1);
