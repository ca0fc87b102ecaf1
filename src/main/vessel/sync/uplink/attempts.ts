import type { Environment } from '#shared/ports.ts';
import type { Ack, Batch } from '#shared/sync/frame.ts';
import { nothingReceived, withNumber, type ReceivedRanges } from '#shared/sync/received-ranges.ts';

/** Batches whose answer is known by their attempt: those of several rounds. */
const mostNamed = 64;

/** How far one attempt is from the one before it at most: nobody who hears answers knows the next. */
const longestStep = 2 ** 30;

/**
 * Each batch that leaves has an attempt of its own, which its answer names. A round is what was sent since the queue was
 * last begun from its start.
 */
export class Attempts {
  readonly #environment: Pick<Environment, 'randomBytes'>;
  #last = 0;
  /** The last attempt of the rounds before this one. */
  #before = 0;
  /** What the latest batches named. An answer may come after a new round was begun, and is as good. */
  readonly #named = new Map<number, ReceivedRanges>();

  constructor(environment: Pick<Environment, 'randomBytes'>) {
    this.#environment = environment;
  }

  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#environment.randomBytes(4);
    this.#last += 1 + ((((a * 256 + b) * 256 + c) * 256 + d) % longestStep);
    return this.#last;
  }

  beginRound(): void {
    this.#before = this.#last;
  }

  /** The batch has left. */
  sent({ attempt, changes }: Batch): void {
    const named = changes.reduce((ranges, { number }) => withNumber(ranges, number), nothingReceived);
    this.#named.set(attempt, named);
    const [oldest] = this.#named.keys();
    if (this.#named.size > mostNamed && oldest !== undefined) this.#named.delete(oldest);
  }

  /** What the batch named that is answered by this; null where it answers none of the latest. */
  namedIn({ attempt }: Ack): ReceivedRanges | null {
    return attempt === null ? null : (this.#named.get(attempt) ?? null);
  }

  /** Whether this answers a batch of this round. */
  isOfRound({ attempt }: Ack): boolean {
    return attempt !== null && attempt > this.#before && this.#named.has(attempt);
  }
}
