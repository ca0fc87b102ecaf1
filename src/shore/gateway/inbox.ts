import type { Cancel, Environment, LinkMessage } from '#shared/ports.ts';

/** `done`: taken or refused for good. `later`: the database is away; the same message again, in its place. */
export type Handled = 'done' | 'later';

export interface InboxLimits {
  /** Vessels whose messages are handled at the same time. */
  parallel: number;
  /** For one vessel. */
  messages: number;
  /** Payload of all vessels together. */
  bytes: number;
}

/** A vessel has a handful of batches in flight; whatever does not fit is sent again by its own timer. */
export const usualLimits: InboxLimits = { parallel: 6, messages: 64, bytes: 32 * 1024 * 1024 };

const firstPauseMs = 250;
const longestPauseMs = 10_000;

interface Queue {
  messages: LinkMessage[];
  running: boolean;
  pauseMs: number;
  cancelPause: Cancel | null;
}

/**
 * Messages that wait to be handled: each vessel's in the order in which they came, several vessels at once, never
 * more than the limits hold.
 */
export class Inbox {
  readonly #environment: Environment;
  readonly #limits: InboxLimits;
  readonly #handle: (vesselId: string, message: LinkMessage) => Promise<Handled>;
  readonly #queues = new Map<string, Queue>();
  /** Vessels that wait for their turn. */
  readonly #ready: string[] = [];
  #running = 0;
  #bytes = 0;
  #waiting = 0;
  #closed = false;

  constructor(
    environment: Environment,
    limits: InboxLimits,
    handle: (vesselId: string, message: LinkMessage) => Promise<Handled>,
  ) {
    this.#environment = environment;
    this.#limits = limits;
    this.#handle = handle;
  }

  /** Messages that wait or are being handled. */
  get waiting(): number {
    return this.#waiting;
  }

  /** @returns false when there is no room: the message is let go */
  offer(vesselId: string, message: LinkMessage): boolean {
    if (this.#closed) return false;
    const queue = this.#queues.get(vesselId) ?? {
      messages: [],
      running: false,
      pauseMs: 0,
      cancelPause: null,
    };
    const size = message.payload.length;
    if (queue.messages.length >= this.#limits.messages || this.#bytes + size > this.#limits.bytes)
      return false;
    queue.messages.push(message);
    this.#queues.set(vesselId, queue);
    this.#bytes += size;
    this.#waiting += 1;
    this.#schedule(vesselId, queue);
    return true;
  }

  /** Takes nothing more and forgets what waits: its senders have it. Resolves when what is being handled has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const queue of this.#queues.values()) queue.cancelPause?.();
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#running === 0) resolve();
    });
  }
  #onIdle: () => void = () => undefined;

  #schedule(vesselId: string, queue: Queue): void {
    if (queue.running || queue.cancelPause !== null) return;
    queue.running = true;
    this.#ready.push(vesselId);
    this.#next();
  }

  #next(): void {
    while (!this.#closed && this.#running < this.#limits.parallel) {
      const vesselId = this.#ready.shift();
      if (vesselId === undefined) return;
      const queue = this.#queues.get(vesselId);
      const message = queue?.messages[0];
      if (queue === undefined || message === undefined) continue;
      this.#running += 1;
      this.#handle(vesselId, message)
        .catch((error: unknown) => {
          this.#environment.log.error({ err: error, vessel: vesselId }, 'a message could not be handled');
          return 'done' as const;
        })
        .then((handled) => this.#onHandled(vesselId, queue, message, handled))
        .catch((error: unknown) => this.#environment.log.error({ err: error }, 'the inbox failed'));
    }
  }

  #onHandled(vesselId: string, queue: Queue, message: LinkMessage, handled: Handled): void {
    this.#running -= 1;
    queue.running = false;
    if (handled === 'done') {
      queue.messages.shift();
      this.#bytes -= message.payload.length;
      this.#waiting -= 1;
      queue.pauseMs = 0;
      if (queue.messages.length === 0) this.#queues.delete(vesselId);
      else this.#schedule(vesselId, queue);
    } else if (!this.#closed) {
      queue.pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, queue.pauseMs * 2));
      queue.cancelPause = this.#environment.after(queue.pauseMs, () => {
        queue.cancelPause = null;
        this.#schedule(vesselId, queue);
      });
    }
    if (this.#running === 0) this.#onIdle();
    this.#next();
  }
}
