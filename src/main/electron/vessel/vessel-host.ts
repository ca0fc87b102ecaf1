import { z } from 'zod';
import { refusal } from '#shared/contract/answer-text.ts';
import { callTextLimit } from '#shared/contract/bridge.ts';
import type { NodeState } from '#shared/contract/node-state.ts';
import type { Cancel, Environment } from '#shared/ports.ts';
import { type FromVessel, type ToVessel, type VesselStart, fromVessel } from './messages.ts';
import { nextStart } from './restarts.ts';

type Refusal = Omit<Extract<FromVessel, { told: 'cannot start' }>, 'told'>;

/** A process that a vessel node runs in, whatever it was made with. */
export interface VesselProcess {
  post(message: ToVessel): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when it has ended. */
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

export interface VesselHostDependencies {
  fork: () => VesselProcess;
  environment: Pick<Environment, 'now' | 'monotonic' | 'after' | 'log'>;
  /** Hears the JSON text of each event of the node. */
  onEvent: (text: string) => void;
  onState: (state: NodeState) => void;
}

/** A cause that may pass by itself, such as a full disk, is looked at again so often. */
const tryAgainMs = 15_000;
/** The node before this one may be closing still: before people are told of such a cause, it is looked at so often. */
const quietTries = 3;
const quietlyAgainMs = 1_000;
const closingTakesMs = 5_000;
/** A node that is starting may be changing its database: it is given this long before it is ended for a new start. */
const startingTakesMs = 60_000;
/** A node that says nothing for so long when it is asked is stuck. */
const pongTakesMs = 3_000;
/** A page has some ten calls under way; more than this are a fault, and are not kept. */
const mostCalls = 1_000;

const wentAway = refused(
  'The vessel node ended before it answered, and is being started again. Look whether the change was made before you try again.',
  true,
);
const notUp = refused(
  'The vessel node is not up, so nothing was changed. What you have typed stays here.',
  true,
);
const notUpForId =
  'The vessel node is not up just now, so that nobody can say whether the id may change. Try again in a moment.';
const inUseForId =
  'Another ARUS on this computer has this ship open, so that nobody can say here whether the id may change. Close it there first.';
const reasonOrNull = z.string().nullable();
const tooMany = refused('Too many calls are waiting for the vessel node. Nothing was changed.', true);
const tooLarge = JSON.stringify({
  id: null,
  ...refusal('too_large', `A call may have ${callTextLimit} characters.`),
});

/**
 * Keeps a vessel node running in a process of its own, so that neither its work nor its end holds up a window.
 *
 * - There is at most one process; a new one is begun only when the one before it has ended.
 * - Every call is answered: by the node, or in words when the node is not up, ends, or was never told of it.
 * - A process that ends unasked is begun again, ever more slowly; a node that says why it cannot start is not, unless the
 *   cause may pass by itself.
 */
export class VesselHost {
  /** Null until a person has said which ship this is. */
  #start: VesselStart | null;
  readonly #dependencies: VesselHostDependencies;
  readonly #waiting = new Map<number, (answer: string) => void>();
  #state: NodeState;
  #process: VesselProcess | null = null;
  #deaths: number[] = [];
  #tries = 0;
  #lastId = 0;
  #next: Cancel = () => {};
  /** Why the process that ends now cannot start, by its own word. */
  #refusal: Refusal | null = null;
  #isInUse = false;
  #stuck: Cancel | null = null;
  #closing: PromiseWithResolvers<void> | null = null;
  /** What ends the process by force that is closing for a new start; null while none is. */
  #replacing: Cancel | null = null;

  constructor(start: VesselStart | null, dependencies: VesselHostDependencies) {
    this.#start = start;
    this.#dependencies = dependencies;
    const since = dependencies.environment.now();
    this.#state = start === null ? { phase: 'first-start', since } : { phase: 'starting', since, step: null };
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Another program has the ship open, as far as the last attempt tells. */
  get isInUseElsewhere(): boolean {
    return this.#isInUse;
  }

  begin(): void {
    const start = this.#start;
    if (start === null || this.#process !== null || this.#closing !== null) return;
    this.#next();
    this.#tries += 1;
    const { phase } = this.#state;
    if (phase === 'up' || phase === 'down' || phase === 'first-start')
      this.#become({ phase: 'starting', since: this.#dependencies.environment.now(), step: null });
    const process = this.#dependencies.fork();
    this.#process = process;
    process.onMessage((message) => this.#onMessage(process, message));
    process.onExit((code) => this.#onExit(process, code));
    process.post({ do: 'start', start });
    // Once: a start after this one goes on with what is there then.
    this.#start = { ...start, restoreCopy: null };
  }

  /** Ends the node that runs, in order, and begins one with `start`. */
  restartWith(start: VesselStart): void {
    this.#start = start;
    if (this.#closing !== null) return;
    this.#next();
    this.#tries = 0;
    const { environment } = this.#dependencies;
    const wasStarting = this.#state.phase === 'starting';
    this.#become({ phase: 'starting', since: environment.now(), step: null });
    const process = this.#process;
    if (process === null) this.begin();
    // One that is ending already makes room for the newest.
    else if (this.#replacing === null) {
      process.post({ do: 'close' });
      this.#replacing = environment.after(wasStarting ? startingTakesMs : closingTakesMs, () => {
        environment.log.error({}, 'the vessel node did not close for a new start, and is ended');
        process.kill();
      });
    }
  }

  /** Why the ship's id can no longer be changed, in words; null while it can, or where no node could start. */
  async whyIdIsSettled(): Promise<string | null> {
    if (this.#isInUse) return inUseForId;
    if (this.#process === null && (this.#state.phase === 'stopped' || this.#state.phase === 'first-start'))
      return null;
    if (this.#process === null || this.#state.phase !== 'up') return notUpForId;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#lastId += 1;
    const id = this.#lastId;
    this.#waiting.set(id, resolve);
    const cancel = this.#dependencies.environment.after(pongTakesMs, () => {
      this.#waiting.delete(id);
      resolve(JSON.stringify(notUpForId));
    });
    this.#process.post({ do: 'say why id is settled', id });
    const answer = reasonOrNull.safeParse(JSON.parse(await promise));
    cancel();
    return answer.success ? answer.data : notUpForId;
  }

  /** @returns the JSON text of the answer, always */
  call(text: string): Promise<string> {
    if (text.length > callTextLimit) return Promise.resolve(tooLarge);
    if (this.#process === null || this.#state.phase !== 'up') return Promise.resolve(notUp);
    if (this.#waiting.size >= mostCalls) return Promise.resolve(tooMany);
    this.#lastId += 1;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#waiting.set(this.#lastId, resolve);
    this.#process.post({ do: 'call', id: this.#lastId, text });
    return promise;
  }

  /** A person goes back to the copy that was offered with the reason why the node cannot start; any other is ignored. */
  goBackTo(copy: string): void {
    if (this.#start === null || this.#process !== null) return;
    if (this.#state.phase !== 'stopped' || this.#state.copy?.name !== copy) return;
    this.#start = { ...this.#start, restoreCopy: copy };
    // It takes a while, and is seen to be under way.
    this.#become({ phase: 'starting', since: this.#dependencies.environment.now(), step: null });
    this.begin();
  }

  /** A person asks for the node: one that is down is started now, one that is stuck is ended and started again. */
  startNow(): void {
    const { environment } = this.#dependencies;
    if (this.#process === null) {
      this.begin();
      return;
    }
    // A start that takes long is at work; ended, it would begin again with the same.
    if (this.#state.phase !== 'up' || this.#stuck !== null) return;
    const process = this.#process;
    process.post({ do: 'ping' });
    this.#stuck = environment.after(pongTakesMs, () => {
      this.#stuck = null;
      environment.log.error({}, 'the vessel node does not answer, and is ended');
      process.kill();
    });
  }

  /** The computer slept and is awake again. */
  resumed(): void {
    if (this.#state.phase === 'up') this.#process?.post({ do: 'resumed' });
  }

  /** Ends the node in order, or by force when that takes too long. */
  close(): Promise<void> {
    if (this.#closing !== null) return this.#closing.promise;
    this.#closing = Promise.withResolvers();
    const { promise } = this.#closing;
    this.#next();
    this.#stuck?.();
    const process = this.#process;
    if (process === null) this.#closing.resolve();
    else {
      process.post({ do: 'close' });
      const cancel = this.#dependencies.environment.after(closingTakesMs, () => {
        this.#dependencies.environment.log.error({}, 'the vessel node did not close in time, and is ended');
        process.kill();
      });
      void promise.then(cancel);
    }
    return promise;
  }

  #onMessage(process: VesselProcess, text: unknown): void {
    if (process !== this.#process) return;
    const parsed = fromVessel.safeParse(text);
    if (!parsed.success) {
      this.#dependencies.environment.log.error(
        { err: parsed.error },
        'a word of the vessel node was not understood',
      );
      return;
    }
    this.#take(parsed.data);
  }

  #take(message: FromVessel): void {
    const { environment, onEvent } = this.#dependencies;
    switch (message.told) {
      case 'step':
        if (this.#replacing === null && this.#state.phase === 'starting')
          this.#become({ ...this.#state, step: message.step });
        break;
      case 'up':
        if (this.#replacing !== null) break;
        this.#tries = 0;
        this.#isInUse = false;
        this.#become({ phase: 'up', since: environment.now() });
        break;
      case 'cannot start':
        this.#refusal = message;
        this.#process?.post({ do: 'close' });
        break;
      case 'answer': {
        const answer = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        answer?.(message.text);
        break;
      }
      case 'event':
        onEvent(message.text);
        break;
      case 'pong':
        this.#stuck?.();
        this.#stuck = null;
        break;
    }
  }

  #onExit(process: VesselProcess, code: number): void {
    if (process !== this.#process) return;
    this.#process = null;
    this.#stuck?.();
    this.#stuck = null;
    for (const answer of this.#waiting.values()) answer(wentAway);
    this.#waiting.clear();
    if (this.#closing !== null) {
      this.#closing.resolve();
      return;
    }
    const { environment } = this.#dependencies;
    if (this.#replacing !== null) {
      this.#replacing();
      this.#replacing = null;
      this.#refusal = null;
      this.begin();
      return;
    }
    if (this.#refusal !== null) {
      this.#onRefused(this.#refusal);
      return;
    }
    const { deaths, delayMs } = nextStart([...this.#deaths, environment.monotonic()]);
    this.#deaths = deaths;
    environment.log.error({ code, deaths: deaths.length, delayMs }, 'the vessel node ended by itself');
    const now = environment.now();
    this.#become({ phase: 'down', since: now, nextAttemptAt: now + delayMs });
    this.#beginIn(delayMs);
  }

  #onRefused({ reason, mayPass, isInUse, copy }: Refusal): void {
    const { environment } = this.#dependencies;
    this.#isInUse = isInUse;
    this.#refusal = null;
    if (mayPass && this.#state.phase === 'starting' && this.#tries < quietTries) {
      this.#beginIn(quietlyAgainMs);
      return;
    }
    const since = this.#state.phase === 'stopped' ? this.#state.since : environment.now();
    const nextAttemptAt = mayPass ? environment.now() + tryAgainMs : null;
    this.#become({ phase: 'stopped', since, reason, nextAttemptAt, copy });
    if (mayPass) this.#beginIn(tryAgainMs);
  }

  #beginIn(milliseconds: number): void {
    this.#next = this.#dependencies.environment.after(milliseconds, () => this.begin());
  }

  #become(state: NodeState): void {
    this.#state = state;
    this.#dependencies.onState(state);
  }
}

function refused(message: string, retryable: boolean): string {
  return JSON.stringify({ id: null, ok: false, error: { code: 'unavailable', message, retryable } });
}
