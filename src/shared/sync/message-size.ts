import type { Environment } from '../ports.ts';

/** No broker takes less than this, or none that a hello gets through; bytes of payload. */
export const smallestMessage = 256;

/** What was learnt is tried again after this: the broker's keeper may have raised its limit. Milliseconds. */
const refusedForMs = 86_400_000;
/** The same where the broker did not say so. */
const cutForMs = 3_600_000;
/** Connections in a row that end on a message of one size before that is taken for the reason. */
const cutsToBelieve = 3;
/** Messages are of one size where they differ by less than a part in so many: numbers of attempts are in them. */
const sameWithin = 20;

/**
 * How large a message may be, learnt from what became of others, and kept over connections. Only a refusal teaches it:
 *
 * - What the broker refused by its size is not sent again in one message for a day.
 * - Where the broker hangs up as soon as it gets a message, three times running on the same one, that is taken for a
 *   refusal too, for an hour.
 *
 * What is lost, or takes too long, teaches nothing: a bad link does that.
 */
export class MessageSize {
  readonly #environment: Pick<Environment, 'monotonic'>;
  #known: { most: number; until: number } | null = null;
  /** The message on which connections ended lately. */
  #cut: { bytes: number; times: number } | null = null;

  constructor(environment: Pick<Environment, 'monotonic'>) {
    this.#environment = environment;
  }

  /** Bytes of payload; infinity where nothing is known. */
  get most(): number {
    if (this.#known === null || this.#environment.monotonic() >= this.#known.until) return Infinity;
    return this.#known.most;
  }

  /** The broker does not take so many bytes. */
  refused(bytes: number): void {
    this.#learn(bytes, refusedForMs);
  }

  /** The broker hung up as soon as it got so many bytes. */
  cut(bytes: number): void {
    const isSame = this.#cut !== null && Math.abs(this.#cut.bytes - bytes) * sameWithin < bytes;
    const times = isSame ? (this.#cut?.times ?? 0) + 1 : 1;
    this.#cut = { bytes, times };
    if (times >= cutsToBelieve && bytes > smallestMessage) this.#learn(bytes, cutForMs);
  }

  /** The broker has taken so many bytes. */
  taken(bytes: number): void {
    if (this.#cut !== null && bytes * sameWithin > this.#cut.bytes * (sameWithin - 1)) this.#cut = null;
  }

  #learn(bytes: number, forMs: number): void {
    this.#cut = null;
    const most = Math.max(smallestMessage, Math.floor(bytes / 2));
    this.#known = { most, until: this.#environment.monotonic() + forMs };
  }
}
