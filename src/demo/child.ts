import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '#shared/ports.ts';

export interface ChildOptions {
  /** File of one of our programs (`.ts`), which runs on this Node, or any other program; absolute. */
  program: string;
  parameters: readonly string[];
  /** File that its standard error is appended to. */
  log: string;
  environment: Pick<Environment, 'after'>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Another process of the demo. It ends in order when the demo does, however that ends. */
export interface Child {
  readonly pid: number;
  readonly isRunning: boolean;
  readonly ended: Promise<Exit>;
  /** Called for every line on its standard output. */
  onLine(listener: (line: string) => void): void;
  /** Called for what it sends over its channel. */
  onMessage(listener: (message: unknown) => void): void;
  send(message: object): void;
  /** SIGTERM, and SIGKILL when it takes longer than `endTimeout`. */
  end(): Promise<Exit>;
  /** SIGKILL to it and all it started. */
  kill(): Promise<Exit>;
}

/** ms */
const endTimeout = 8_000;

const endWithParent = join(import.meta.dirname, 'end-with-parent-program.ts');

/** Starts a program. Throws when it cannot be started. */
export function startChild({ program, parameters, log, environment }: ChildOptions): Child {
  const isOurs = program.endsWith('.ts');
  const child: ChildProcess = spawn(
    isOurs ? process.execPath : program,
    isOurs ? ['--import', endWithParent, program, ...parameters] : [...parameters],
    {
      // A group of its own: Ctrl-C in the terminal is for the demo, which ends the others in order.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'pipe', openSync(log, 'a'), ...(isOurs ? (['ipc'] as const) : [])],
    },
  );
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) {
    // The reason comes as an event, too late to be thrown.
    child.once('error', () => {});
    throw new Error(`${program} cannot be started`);
  }
  let isRunning = true;
  const ended = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      isRunning = false;
      resolve({ code, signal });
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!isRunning) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, name);
    } catch {
      // It ended between our looking and our asking.
    }
  };
  const lines = createInterface({ input: stdout });
  return {
    pid,
    get isRunning() {
      return isRunning;
    },
    ended,
    onLine: (listener) => void lines.on('line', listener),
    onMessage: (listener) => void child.on('message', listener),
    send(message) {
      if (child.connected) child.send(message);
    },
    async end() {
      signal('SIGTERM');
      const cancel = environment.after(endTimeout, () => signal('SIGKILL'));
      return ended.finally(cancel);
    },
    async kill() {
      signal('SIGKILL');
      return ended;
    },
  };
}
