/**
 * Tries the property tests with more cases than `npm test` does, and with other ones each time. A failure names the
 * seed that gives it again.
 */
import { randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { projectRoot, runStep } from './run-step.ts';

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('Give a whole number from 1.');
  return number;
};

const { times, seed } = new Command('properties')
  .description('Tries the property tests with many more cases, from a seed of your choice or by chance.')
  .option('--times <n>', 'how many times the cases that `npm test` tries', whole, 20)
  .option('--seed <s>', 'where chance begins (`npm test`: 1)', whole, randomInt(1, 2 ** 31))
  .parse()
  .opts<{ times: number; seed: number }>();

const files = globSync('tests/**/*.test.ts', { cwd: projectRoot }).filter((file) =>
  readFileSync(join(projectRoot, file), 'utf8').includes("'#support/properties.ts'"),
);
const again = `npm run properties -- --times ${times} --seed ${seed}`;
const succeeded = await runStep({
  name: `${files.length} files of properties: ${again}`,
  command: ['vitest', 'run', ...files, '--testTimeout', '3600000'],
  environment: { ARUS_PROPERTY_SEED: String(seed), ARUS_PROPERTY_TIMES: String(times) },
});
if (!succeeded) {
  console.log(`To see it again: ${again}`);
  process.exitCode = 1;
}
