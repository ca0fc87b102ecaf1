/**
 * Everything that must hold before a change goes in, in order: the machine's packages, the checks, the build,
 * unit tests, integration tests, specs in Chromium and (where present) Electron, the package; simulated voyages go on beside
 * these. Stops at the first step that fails, names it, and ends with one line that counts the tests of all runners.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { quickStart } from '../tests/support/quick-start/quick-start.ts';
import { projectRoot, runBeside, runStep, type Step, type StepBeside } from './run-step.ts';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface TestStep extends Step {
  /** File in which the runner leaves its report, and how to count in it. */
  report?: { file: string; count(report: unknown): Count };
  /** Needs nothing but the processor, and runs beside the steps after it. */
  beside?: true;
}

const none: Count = { passed: 0, failed: 0, skipped: 0 };
const reports = mkdtempSync(join(tmpdir(), 'arus-test-reports-'));

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

function countVitest(report: unknown): Count {
  const counts = vitestReport.parse(report);
  // A file that fails before its first test would otherwise count for nothing.
  const brokenFiles = counts.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  return {
    passed: counts.numPassedTests,
    failed: counts.numFailedTests + brokenFiles,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
}

const playwrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

function countPlaywright(report: unknown): Count {
  const { stats } = playwrightReport.parse(report);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

function vitest(name: string, project: string): TestStep {
  const file = join(reports, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    name,
    command: ['vitest', 'run', '--project', project, ...reporters],
    report: { file, count: countVitest },
  };
}

function playwright(name: string, script: string): TestStep {
  const file = join(reports, `${script}.json`);
  return {
    name,
    command: ['npm', 'run', '--silent', script],
    environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, ARUS_SCREENS: 'once' },
    report: { file, count: countPlaywright },
  };
}

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));

const steps: TestStep[] = [
  { name: 'system packages', command: ['node', 'scripts/system-packages.ts'] },
  { name: 'check', command: ['node', 'scripts/check.ts'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  vitest('unit tests', 'unit'),
  {
    name: 'simulated voyages',
    command: ['node', 'tests/simulation/simulate-program.ts', '--seeds', '2000', '--workers', '1'],
    beside: true,
  },
  vitest('integration tests', 'integration'),
  playwright('specs in Chromium', 'test:e2e'),
  playwright('specs in Electron', 'test:electron'),
  ...('package:check' in scripts
    ? [{ name: 'package', command: ['npm', 'run', '--silent', 'package:check'] as const }]
    : []),
];

const total = { ...none };
let failedStep: string | null = null;
const besides: { name: string; step: StepBeside }[] = [];
for (const step of steps) {
  if (step.beside === true) {
    const environment = quickStart(process.env);
    besides.push({ name: step.name, step: runBeside({ ...step, environment }) });
    continue;
  }
  const succeeded = await runStep(step);
  const { report } = step;
  const count =
    report !== undefined && existsSync(report.file)
      ? report.count(JSON.parse(readFileSync(report.file, 'utf8')))
      : none;
  total.passed += count.passed;
  total.skipped += count.skipped;
  total.failed += succeeded ? count.failed : Math.max(1, count.failed);
  if (!succeeded) {
    failedStep = step.name;
    break;
  }
}
for (const { name, step } of besides) {
  if (failedStep !== null) step.stop();
  else if (!(await step.ended())) {
    failedStep = name;
    total.failed += 1;
  }
}
rmSync(reports, { recursive: true, force: true });

console.log('');
if (failedStep !== null) {
  console.log(`Stopped at: ${failedStep}`);
  process.exitCode = 1;
}
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
