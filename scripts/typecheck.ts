/**
 * Checks the types of each layer against its own tsconfig. Prints a complaint once, however many layers see
 * the same file; exits 1 when there is any. With names of folders it checks only those.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectRoot } from './run-step.ts';

const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');

/** What the compiler knows of the last run: a layer that nothing has changed for is not looked at again. */
const known = join(projectRoot, 'node_modules', '.cache', 'typecheck');

async function complaints(folder: string): Promise<string[]> {
  const buildInfo = join(known, `${folder.replaceAll(/[^a-z]+/gi, '-')}.tsbuildinfo`);
  const child = spawn(
    process.execPath,
    [compiler, '--project', folder, '--pretty', 'false', '--incremental', '--tsBuildInfoFile', buildInfo],
    { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.exitCode !== 0 && output === '') return [`${folder}: the compiler ended with ${child.exitCode}`];
  // A complaint may go on over indented lines.
  return output.split(/\n(?! )/).filter((line) => line.trim() !== '');
}

// The benchmark's peers have packages of their own, once it has run.
const found = globSync(['tsconfig.json', '{src,tests}/**/tsconfig.json'], {
  cwd: projectRoot,
  exclude: ['**/node_modules'],
})
  .map((file) => dirname(file))
  .sort();
const asked = process.argv.slice(2);
const queue = asked.length > 0 ? asked : found;
const seen = new Set<string>();

async function work(): Promise<void> {
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
    for (const complaint of await complaints(folder)) {
      if (!seen.has(complaint)) console.log(complaint);
      seen.add(complaint);
    }
  }
}

await Promise.all([work(), work()]);
if (seen.size > 0) {
  console.log(`${seen.size} type errors`);
  process.exitCode = 1;
}
