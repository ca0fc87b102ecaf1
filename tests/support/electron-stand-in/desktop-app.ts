import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { NodeState } from '#shared/contract/node-state.ts';
import type { Asked, Circumstances } from './circumstances.ts';
import type { Answer, Command, Sender, WindowAct } from './commands.ts';
import { type FileFailure, FileFailures, failuresVariable } from './file-failures.ts';

export interface Exit {
  code: number | null;
  /** Everything that the app wrote to standard error. */
  stderr: string;
}

type Message =
  | { id: number; value: unknown }
  | { id: number; error: string }
  | { sent: { channel: string; args: unknown[] } }
  | { loaded: string }
  | { window: WindowAct }
  | { asked: Asked[] };

/** How the app is looked into while it runs. */
export interface Watching {
  /** With Node's inspector, at a port of its choice that it names on standard error. */
  inspect?: boolean;
  /** Hears what the app writes to standard error. */
  hearError?: (text: string) => void;
}

/** The built desktop app, running against the stand-in in a process of its own. */
export class DesktopApp {
  /** Resolves when a page has loaded in its window. */
  readonly loaded: Promise<void>;
  /** Resolves when the process has ended. */
  readonly exited: Promise<Exit>;
  private readonly failures = new FileFailures();
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private readonly pageListeners = new Set<(channel: string, args: unknown[]) => void>();
  private readonly windowListeners = new Set<(act: WindowAct) => void>();
  private lastAsked: Asked[] = [];
  private lastMet: string[] | null = null;
  private lastId = 0;
  private output = '';

  /** @param folder the computer's own, in which the app is started */
  constructor(circumstances: Circumstances, folder: string, { inspect = false, hearError }: Watching = {}) {
    for (const failure of circumstances.fileFailures ?? []) this.failures.order(failure);
    const { user } = circumstances;
    if (user !== undefined) this.failures.giveTo(user);
    this.child = fork(join(import.meta.dirname, 'boot.ts'), [JSON.stringify(circumstances)], {
      cwd: folder,
      serialization: 'advanced',
      ...user,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Nothing of the test runner's environment may be what makes the app work.
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        TZ: process.env['TZ'] ?? 'UTC',
        ...compiledModules(process.env['NODE_COMPILE_CACHE']),
        // By the environment, so that it also holds in a process that the app starts.
        NODE_OPTIONS: `--import=${new URL('fail-files.ts', import.meta.url).href}`,
        [failuresVariable]: this.failures.folder,
        // What the computer under the tests shares among its accounts is none of theirs.
        ARUS_SHARED_FOLDER: join(folder, 'none shared'),
        ...circumstances.environment,
      },
      execArgv: ['--disable-warning=ExperimentalWarning', ...(inspect ? ['--inspect=0'] : [])],
    });
    let stderr = '';
    this.child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      hearError?.(chunk.toString());
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    const loaded = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<Exit>();
    this.loaded = loaded.promise;
    this.loaded.catch(() => {});
    this.exited = exited.promise;
    this.child.on('message', (message: Message) => {
      if ('loaded' in message) loaded.resolve();
      else if ('sent' in message)
        for (const hear of this.pageListeners) hear(message.sent.channel, message.sent.args);
      else if ('window' in message) for (const hear of this.windowListeners) hear(message.window);
      else if ('asked' in message) this.lastAsked = message.asked;
      else this.settle(message);
    });
    this.child.on('close', (code) => {
      const ended = new Error(`The app ended with code ${code}:\n${stderr}`);
      loaded.reject(ended);
      for (const { reject } of this.waiting.values()) reject(ended);
      this.lastMet = this.failures.met();
      this.failures.remove();
      exited.resolve({ code, stderr });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async asked(): Promise<Asked[]> {
    if (this.child.connected) this.lastAsked = (await this.do({ do: 'asked' })) as Asked[];
    return this.lastAsked;
  }

  /** Everything that the app wrote to standard output until it ended. */
  async printed(): Promise<string> {
    await this.exited;
    return this.output;
  }

  /** Details of everything that was asked under this name, in order. */
  async askedFor(what: string): Promise<unknown[]> {
    return (await this.asked()).filter((one) => one.what === what).map(({ detail }) => detail);
  }

  /** Carries out a command in the app's process; rejects with what was thrown there. */
  do(command: Command): Promise<unknown> {
    this.lastId += 1;
    const answer = Promise.withResolvers<unknown>();
    this.waiting.set(this.lastId, answer);
    const { lastId } = this;
    this.child.send({ id: lastId, command }, (error) => {
      if (error !== null) this.settle({ id: lastId, error: `The app has ended: ${error.message}` });
    });
    return answer.promise;
  }

  call(channel: string, args: unknown[], sender: Sender = ownPage): Promise<unknown> {
    return this.do({ do: 'call', sender, channel, args });
  }

  async request(url: string, method = 'GET'): Promise<Answer> {
    return (await this.do({ do: 'request', url, method })) as Answer;
  }

  /** Makes file operations fail from here on; returns what puts it right. */
  failFiles(failure: FileFailure): () => void {
    return this.failures.order(failure);
  }

  /** File operations that have failed as ordered, as `CODE call path`, in order. */
  filesFailed(): string[] {
    return this.lastMet ?? this.failures.met();
  }

  /** Resolves when the app's vessel node answers, or cannot start, or waits to be told which ship this is. */
  async nodeSettled(): Promise<NodeState> {
    for (;;) {
      const state = JSON.parse(String(await this.call('arus:node-state', ['']))) as NodeState;
      if (state.phase !== 'starting' && state.phase !== 'down') return state;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Hears what the app sends to its page. */
  onSent(listener: (channel: string, args: unknown[]) => void): () => void {
    this.pageListeners.add(listener);
    return () => this.pageListeners.delete(listener);
  }

  /** Hears what becomes of a window whose page is shown elsewhere; nothing is lost to who listens at once. */
  onWindow(listener: (act: WindowAct) => void): () => void {
    this.windowListeners.add(listener);
    return () => this.windowListeners.delete(listener);
  }

  /** Closes the window as a person would and waits for the process to end. */
  async close(): Promise<Exit> {
    if (this.child.connected) this.do({ do: 'close window' }).catch(() => this.kill());
    return this.exited;
  }

  /** Ends the process as a power cut would. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private settle(message: { id: number; value: unknown } | { id: number; error: string }): void {
    const answer = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('error' in message) answer?.reject(new Error(message.error));
    else answer?.resolve(message.value);
  }
}

/** Only makes a start quicker. */
function compiledModules(folder: string | undefined): Record<string, string> {
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

export const ownPage: Sender = { page: 'window', frame: { url: 'app://arus/', inside: false } };
