import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CopiedProject } from './copied-project.ts';
import type { Guard } from './guard.ts';

const report = z.object({
  numFailedTests: z.number(),
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export type Outcome =
  | { seen: true; test: string; message: string }
  /** Why nothing was shown. */
  | { seen: false; why: string };

/**
 * Takes one guard after the other out of a copy of the project and runs its test there.
 * @param onOutcome called for each, with how long it took in seconds
 */
export async function runGuards(
  guards: readonly Guard[],
  onOutcome: (guard: Guard, outcome: Outcome, seconds: number) => void,
): Promise<void> {
  const project = new CopiedProject();
  try {
    for (const guard of guards) {
      const started = performance.now();
      const outcome = await tryWithout(project, guard);
      onOutcome(guard, outcome, (performance.now() - started) / 1_000);
    }
  } finally {
    project.remove();
  }
}

async function tryWithout(project: CopiedProject, guard: Guard): Promise<Outcome> {
  try {
    return await project.without(guard, () => runTest(project.directory, guard.test));
  } catch (error) {
    return { seen: false, why: error instanceof Error ? error.message : String(error) };
  }
}

async function runTest(directory: string, { file, name }: Guard['test']): Promise<Outcome> {
  const into = join(directory, 'guard-report.json');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const wanted = ['run', file, '-t', name, '--reporter=json', `--outputFile=${into}`];
  const child = spawn(process.execPath, [vitest, ...wanted], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  if (!existsSync(into)) return { seen: false, why: `no report: ${said.trim().slice(0, 300)}` };
  const { numFailedTests, numPassedTests, testResults } = report.parse(
    JSON.parse(readFileSync(into, 'utf8')),
  );
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === 'failed');
  if (failed !== undefined)
    return { seen: true, test: failed.fullName, message: failed.failureMessages?.[0] ?? '' };
  // A file that does not load fails as well, and shows nothing.
  if (numFailedTests === 0 && numPassedTests === 0)
    return {
      seen: false,
      why: testResults.map(({ message }) => message).join(' ') || 'no test of that name',
    };
  return { seen: false, why: `its test passes without it (${numPassedTests} tests)` };
}
