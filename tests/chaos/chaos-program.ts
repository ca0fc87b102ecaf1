import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { runChaos, type Outcome, type Round } from './chaos.ts';
import { victims } from './plan.ts';

/** `npm run chaos`: kills every process of ship and office again and again and counts what that did. */
const count = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 up.');
};

const program = new Command('npm run chaos --')
  .description(
    'Vessel node, gateway, Mosquitto and Postgres, each killed with kill -9 at random moments while people write ' +
      'on board and ashore. Ends with 1 when anything acknowledged is lost, doubled or different at the ends.',
  )
  .option('--rounds <n>', 'how many rounds', count, 10)
  .option('--seed <n>', 'which moments; the same seed kills at the same ones', count, 1)
  .option('--kills <n>', 'processes killed in each round', count, 6)
  .option('--load <ms>', 'how long people write in each round', count, 4_000)
  .option('--json <file>', 'also write the outcome')
  .parse();
const options = z
  .object({
    rounds: z.number(),
    seed: z.number(),
    kills: z.number(),
    load: z.number(),
    json: z.string().optional(),
  })
  .parse(program.opts());

const columns = [
  'round',
  ...victims,
  'done',
  'refused',
  'unanswered',
  'drain s',
  'lost',
  'doubled',
  'differ',
];
const widths = columns.map((column) => Math.max(7, column.length));
const line = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell, index) => String(cell).padStart(widths[index] ?? 0)).join('  ')}\n`;

const cellsOf = (
  name: string | number,
  { killed, writes, drainMs, lost, doubled, differing }: Omit<Round, 'round' | 'drained'>,
): (string | number)[] => [
  name,
  ...victims.map((victim) => killed[victim]),
  writes.answered,
  writes.refused,
  writes.unanswered,
  (drainMs / 1_000).toFixed(1),
  lost,
  doubled,
  differing,
];

function sumOf({ rounds, lost, doubled, differing }: Outcome): Omit<Round, 'round' | 'drained'> {
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
    drainMs: sum(({ drainMs }) => drainMs),
    lost,
    doubled,
    differing,
  };
}

process.stdout.write(
  `Killed by kill -9, writes by their answer, and what is wrong once all is drained. Seed ${options.seed}.\n`,
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
  onRound: (round) => void process.stdout.write(line(cellsOf(round.round, round))),
});
process.stdout.write(line(cellsOf('sum', sumOf(outcome))));
const { changes, records, conflicts } = outcome.end;
process.stdout.write(
  `${outcome.rounds.length} rounds in ${outcome.seconds} s: ${changes} changes and ${records} records on each end, ` +
    `${conflicts} open conflicts. ${outcome.lost} lost, ${outcome.doubled} doubled, ${outcome.differing} differing.\n`,
);
for (const sentence of outcome.wrong) process.stdout.write(`${sentence}\n`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(outcome, null, 2)}\n`);
process.exit(outcome.wrong.length === 0 ? 0 : 1);
