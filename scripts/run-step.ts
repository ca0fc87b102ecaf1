import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';

/** Folder of the checkout, absolute. */
export const projectRoot = join(import.meta.dirname, '..');

export interface Step {
  /** What a person reads. */
  name: string;
  /** Program and arguments; programs of `node_modules/.bin` are found by name. */
  command: readonly [string, ...string[]];
  /** Added to the environment of the command. */
  environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a command from the project's folder on our own Node, its output going where ours goes, and prints
 * name and duration. Returns whether it exited with 0; a command that cannot be started counts as failed.
 */
export async function runStep({ name, command, environment }: Step): Promise<boolean> {
  const [program, ...parameters] = command;
  console.log(`\n── ${name}`);
  const started = performance.now();
  const child = spawn(program, parameters, {
    cwd: projectRoot,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...environment, PATH: pathWithOurPrograms() },
  });
  let succeeded = false;
  try {
    await once(child, 'close');
    succeeded = child.exitCode === 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`── ${name}: ${succeeded ? 'passed' : 'FAILED'} in ${seconds} s`);
  return succeeded;
}

/** PATH with the programs of node_modules first, so that a step also runs outside of npm. */
export function pathWithOurPrograms(): string {
  return [join(projectRoot, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
}

/** A step that runs beside others. */
export interface StepBeside {
  /** Prints what it wrote, with name and duration, once it has ended; whether it exited with 0. */
  ended(): Promise<boolean>;
  /** Ends it where nobody waits for it any more. */
  stop(): void;
}

/**
 * Starts a command that needs nothing but the processor, at the lowest priority: it takes what those leave that wait
 * for servers and screens. Its output is kept until it is asked for.
 */
export function runBeside({ name, command, environment }: Step): StepBeside {
  const [program, ...parameters] = command;
  console.log(`\n── ${name}: goes on beside what follows`);
  const started = performance.now();
  const child = spawn(program, parameters, {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: { ...process.env, ...environment, PATH: pathWithOurPrograms() },
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const output: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  child.stderr.on('data', (part: Buffer) => output.push(part));
  const closed = once(child, 'close').then(
    () => child.exitCode === 0,
    (error: unknown) => {
      output.push(Buffer.from(String(error)));
      return false;
    },
  );
  const seconds = closed.then(() => ((performance.now() - started) / 1000).toFixed(1));
  return {
    async ended() {
      const succeeded = await closed;
      console.log(`\n── ${name}\n${Buffer.concat(output).toString()}`);
      console.log(`── ${name}: ${succeeded ? 'passed' : 'FAILED'} in ${await seconds} s`);
      return succeeded;
    },
    stop() {
      child.kill();
    },
  };
}
