import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { record } from './circumstances.ts';
import { needReady } from './lifecycle.ts';

/** Processes that the app forked, the latest last. */
export const forked: StandInUtilityProcess[] = [];

/** Electron's `UtilityProcess`: a Node process with a port to its parent, which ends when its parent does. */
class StandInUtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;

  constructor(program: string, args: readonly string[]) {
    super();
    this.#child = fork(join(import.meta.dirname, 'boot-utility.ts'), [program, ...args], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    // A channel that is gone says so by the end of the process.
    this.#child.on('error', () => {});
    // Electron gives a signal as a code too.
    this.#child.once('exit', (code) => this.emit('exit', code ?? 9));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdout(): Readable | null {
    return this.#child.stdout;
  }

  get stderr(): Readable | null {
    return this.#child.stderr;
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object);
  }

  kill(): boolean {
    return this.#child.kill('SIGKILL');
  }
}

export const utilityProcess = {
  fork(program: string, args: readonly string[] = [], options: object = {}): StandInUtilityProcess {
    needReady('utilityProcess.fork');
    record('utilityProcess.fork', { program, args, options });
    const process = new StandInUtilityProcess(program, args);
    forked.push(process);
    return process;
  },
};
