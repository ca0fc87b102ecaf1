import type { Ack, Batch } from '#shared/sync/frame.ts';
import { nothingReceived, withNumber, type ReceivedRanges } from '#shared/sync/received-ranges.ts';

/** Batches whose answer is known by their attempt: those of several rounds. */
const mostNamed = 64;

/**
 * Each batch that leaves has an attempt of its own, which its answer names. A round is what was sent since the queue was
 * last begun from its start.
 */
export class Attempts {
  #last = 0;
  /** The last attempt of the rounds before this one. */
  #before = 0;
  /** What the latest batches named. An answer may come after a new round was begun, and is as good. */
  readonly #named = new Map<number, ReceivedRanges>();

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  beginRound(): void {
    this.#before = this.#last;
  }

  /** The batch has left. */
  sent({ attempt, changes }: Batch): void {
    const named = changes.reduce((ranges, { number }) => withNumber(ranges, number), nothingReceived);
    this.#named.set(attempt, named);
    this.#named.delete(attempt - mostNamed);
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
