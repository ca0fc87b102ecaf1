import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { guards } from './guards.ts';
import { runGuards, type Outcome } from './run-guards.ts';
import type { Guard } from './guard.ts';

const { only, json } = new Command('guards')
  .description(
    'Takes each guard against bad senders, brokers, disks and databases out of a copy of the project, and shows that its test fails without it. Ends with 1 where one does not.',
  )
  .option('--only <name>', 'this one; part of a name takes all that have it')
  .option('--json <file>', 'also write [{name, value, unit, target, ok}]')
  .parse()
  .opts<{ only?: string; json?: string }>();

/** A module that does not load, or a name that is not there: the guard was taken out wrongly, and nothing was shown. */
const notTheGuard = /SyntaxError|ReferenceError|is not defined|Cannot find module|does not provide an export/;

const chosen = guards.filter(({ name }) => only === undefined || name.includes(only));
if (chosen.length === 0) throw new Error(`There is no guard called '${only}'`);
const shown: { guard: Guard; ok: boolean; seconds: number }[] = [];
await runGuards(chosen, (guard, outcome, seconds) => {
  const ok = tell(guard, outcome, seconds);
  shown.push({ guard, ok, seconds });
});
const good = shown.filter(({ ok }) => ok).length;
const all = shown.reduce((sum, { seconds }) => sum + seconds, 0);
console.log(
  `${shown.length} guards taken out, the tests of ${good} fail without them, in ${all.toFixed(0)} s`,
);
if (json !== undefined)
  writeFileSync(
    json,
    `${JSON.stringify(
      shown.map(({ guard, ok, seconds }) => ({
        name: guard.name,
        value: seconds,
        unit: 's',
        target: 'its test fails without it',
        ok,
      })),
      null,
      2,
    )}\n`,
  );
process.exitCode = good === shown.length ? 0 : 1;

function tell({ name, without }: Guard, outcome: Outcome, seconds: number): boolean {
  const took = `${seconds.toFixed(0)} s`.padStart(5);
  const [first = ''] = outcome.seen ? outcome.message.split('\n') : [outcome.why];
  const ok = outcome.seen && !notTheGuard.test(outcome.message);
  console.log(`${ok ? 'FAILS AS IT SHOULD' : 'NOT SHOWN'.padEnd(18)} ${took}  ${name}: ${without}`);
  console.log(
    `                          ${outcome.seen ? `${outcome.test}\n` : ''}${outcome.seen ? '                          ' : ''}${first.slice(0, 160)}`,
  );
  return ok;
}
