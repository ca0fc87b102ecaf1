import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { whenTestsEnd } from './clean-up.ts';
import { projectRoot } from './project.ts';

export interface ProgramOptions {
  /** Added to the environment of the tests. */
  environment?: Readonly<Record<string, string>>;
  /** Working directory; the checkout when not given. */
  directory?: string;
  /** For Node itself, before the program's file. */
  flags?: readonly string[];
  /** User and group to run as; only root may give others than its own. */
  user?: { uid: number; gid: number };
}

export interface Exit {
  /** Exit code, or null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that runs beside the tests. It never outlives them, even when they are killed. */
export interface RunningProgram {
  readonly pid: number;
  /** Standard output and standard error so far, interleaved as they came. */
  output(): string;
  /**
   * Waits for a whole line, past or coming, that matches; returns the match.
   * Rejects after `within` milliseconds (30,000 when not given) or when the program ends, and shows its output.
   */
  line(pattern: RegExp, within?: number): Promise<RegExpExecArray>;
  /** Resolves when the program has ended, however it did. */
  readonly ended: Promise<Exit>;
  readonly isRunning: boolean;
  /** SIGTERM, and SIGKILL when it still runs after `within` milliseconds (5,000 when not given). */
  stop(within?: number): Promise<Exit>;
  /** SIGKILL: nothing is flushed, nobody says goodbye. */
  kill(): Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
}

const running = new Set<number>();

whenTestsEnd('processes', () => {
  for (const pid of running) sendSignal(pid, 'SIGKILL');
});

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It may have ended between our knowing and our asking.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** With this prefix the kernel ends a child whose parent was killed, when no handler of ours can run. */
const tiedToUs = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];

/** Starts a program; throws when there is no such program. */
export function startProgram(
  program: string,
  parameters: readonly string[],
  { environment, directory = projectRoot, user }: ProgramOptions = {},
): RunningProgram {
  const [file = program, ...rest] = [...tiedToUs, program, ...parameters];
  const child = spawn(file, rest, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  if (child.pid === undefined) throw new Error(`Could not start ${program}.`);
  const pid = child.pid;
  running.add(pid);

  let output = '';
  let exit: Exit | null = null;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      notify();
    });
  }
  // 'close' comes after the last output, 'exit' may come before it.
  const ended = new Promise<Exit>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(pid);
      exit = { code, signal };
      resolve(exit);
      notify();
    });
  });

  function line(pattern: RegExp, within = 30_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        listeners.delete(look);
        act();
      };
      const fail = (reason: string): void =>
        finish(() => reject(new Error(`${program} printed no line like ${pattern} ${reason}:\n${output}`)));
      const look = (): void => {
        const lines = output.split('\n').slice(0, exit === null ? -1 : undefined);
        for (const text of lines) {
          const match = new RegExp(pattern.source, pattern.flags.replace('g', '')).exec(text);
          if (match !== null) return finish(() => resolve(match));
        }
        if (exit !== null) fail(`before it ended with ${exit.code ?? exit.signal}`);
      };
      const timer = setTimeout(() => fail(`within ${within} ms`), within);
      listeners.add(look);
      look();
    });
  }

  async function stop(within = 5_000): Promise<Exit> {
    if (exit === null) sendSignal(pid, 'SIGTERM');
    const timer = setTimeout(() => sendSignal(pid, 'SIGKILL'), within);
    return ended.finally(() => clearTimeout(timer));
  }

  return {
    pid,
    output: () => output,
    line,
    ended,
    get isRunning() {
      return exit === null;
    },
    stop,
    async kill() {
      if (exit === null) sendSignal(pid, 'SIGKILL');
      return ended;
    },
    signal(signal) {
      if (exit === null) sendSignal(pid, signal);
    },
  };
}

/** Starts one of our own programs, named from the root of the project, on the Node that runs the tests. */
export function startOurProgram(
  file: string,
  parameters: readonly string[] = [],
  options: ProgramOptions = {},
): RunningProgram {
  const flags = options.flags ?? [];
  return startProgram(process.execPath, [...flags, join(projectRoot, file), ...parameters], options);
}
