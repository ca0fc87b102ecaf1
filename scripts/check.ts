/**
 * Everything that can be said about the code without running it: types layer by layer, lint with the import
 * rules, format, unused files, exports and dependencies, and a lock file that `npm ci` accepts. Runs all of
 * them, so that one run shows every complaint; exits 1 when one failed.
 */
import { runStep, type Step } from './run-step.ts';

const steps: Step[] = [
  { name: 'types', command: ['npm', 'run', '--silent', 'typecheck'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'format', command: ['npm', 'run', '--silent', 'format:check'] },
  { name: 'unused code and dependencies', command: ['npm', 'run', '--silent', 'unused'] },
  { name: 'lock file', command: ['node', 'scripts/complete-lockfile.ts', '--check'] },
];

const failed: string[] = [];
for (const step of steps) {
  if (!(await runStep(step))) failed.push(step.name);
}
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
