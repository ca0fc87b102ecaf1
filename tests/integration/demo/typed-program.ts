import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { whenTestsEnd } from '#support/clean-up.ts';
import { projectRoot } from '#support/project.ts';
import { until } from '#support/until.ts';

/** One of our programs with a keyboard: what is typed goes to its standard input. */
export interface TypedProgram {
  readonly pid: number;
  output(): string;
  type(line: string): void;
  /** Waits for a line that is printed after everything that was seen before. */
  says(pattern: RegExp, within?: number): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const running = new Set<number>();

whenTestsEnd('processes', () => {
  for (const pid of running) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
});

export function startTyped(file: string, parameters: readonly string[]): TypedProgram {
  const child = spawn(process.execPath, [join(projectRoot, file), ...parameters], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`Could not start ${file}.`);
  running.add(pid);
  let output = '';
  let seen = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(pid);
      resolve({ code, signal });
    });
  });
  return {
    pid,
    output: () => output,
    type: (line) => void child.stdin.write(`${line}\n`),
    async says(pattern, within = 20_000) {
      const found = await until(
        `a line like ${pattern}`,
        () => {
          const match = new RegExp(pattern.source, 'm').exec(output.slice(seen));
          return match?.[0] === undefined ? null : match;
        },
        { within },
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${output}`);
      });
      seen += found.index + found[0].length;
      return found;
    },
    signal: (signal) => void process.kill(pid, signal),
    ended,
  };
}
