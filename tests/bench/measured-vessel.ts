import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { nodeFlagsOf, projectRoot } from '#support/project.ts';

/** A vessel node in a process of its own that measures itself (`measured-vessel-program.ts`). */
export interface MeasuredVessel {
  ask<T>(command: object, shape: z.ZodType<T>): Promise<T>;
  readonly pid: number;
  end(): void;
  /** SIGKILL: nothing is flushed, nobody says goodbye. */
  kill(): Promise<void>;
  readonly ended: Promise<void>;
}

export function startMeasuredVessel(
  directory: string,
  vesselId: string,
  broker: string | null,
): MeasuredVessel {
  const program = join(projectRoot, 'tests/bench/measured-vessel-program.ts');
  const child = spawn(
    process.execPath,
    [...nodeFlagsOf('vessel'), program, directory, vesselId, broker ?? '-'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    async ask(command, shape) {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error('The measured vessel ended before it answered');
      return shape.parse(JSON.parse(line.value));
    },
    pid: child.pid ?? 0,
    ended,
    end: () => void child.stdin.end(),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
