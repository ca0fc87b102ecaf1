/** Three of the smallest go before anything is known: fewer, and a quick link waits for the first answer. */
const messagesAtFirst = 2.5;
/** What was measured before these is forgotten: a link gets slower as well. */
const samplesKept = 8;

/** Of what is sent in one message. */
export interface PaceLimits {
  /** Bytes. */
  readonly smallest: number;
  readonly largest: number;
  /** How long it takes on its way at the rate measured, at most. */
  readonly ms: number;
  /**
   * So much longer than the shortest round trip is the link kept filled: it never waits, and shows when it can more. But
   * a connection that breaks loses that.
   */
  readonly aheadMs: number;
}

/**
 * What overtakes the others waits for up to two of them, and a connection that breaks costs a second of a slow link.
 */
const batches: PaceLimits = { smallest: 8 * 1024, largest: 20 * 1024, ms: 1_600, aheadMs: 500 };

/** What is noted of a batch when it is handed over, to learn from its arrival. */
export interface Departure {
  /** Monotonic ms. */
  readonly at: number;
  readonly bytes: number;
  /** Bytes that had arrived by then, and when the last of them had. */
  readonly delivered: number;
  readonly deliveredAt: number;
}

/**
 * How much to send at once, from what the link has shown that it carries. Large batches are said in fewer bytes, but
 * what is handed over cannot be overtaken any more.
 */
export class Pace {
  #delivered = 0;
  #deliveredAt = 0;
  readonly #limits: PaceLimits;
  readonly #rates: number[] = [];
  /** The shortest round trip, of a batch of so many bytes: a larger one takes longer to be on its way. */
  #shortest = { ms: Infinity, bytes: 0 };

  constructor(limits: PaceLimits = batches) {
    this.#limits = limits;
  }

  /**
   * A batch of `bytes` is handed over.
   * @param now monotonic ms
   * @param inFlight bytes before it without an answer
   */
  departs(now: number, bytes: number, inFlight: number): Departure {
    if (inFlight === 0) this.#deliveredAt = now;
    return { at: now, bytes, delivered: this.#delivered, deliveredAt: this.#deliveredAt };
  }

  /** The other end said that it has the batch. */
  arrived(now: number, { at, bytes, delivered, deliveredAt }: Departure): void {
    this.#delivered += bytes;
    this.#deliveredAt = now;
    const passed = now - deliveredAt;
    if (now - at < this.#shortest.ms) this.#shortest = { ms: now - at, bytes };
    if (passed <= 0) return;
    this.#rates.push((this.#delivered - delivered) / passed);
    if (this.#rates.length > samplesKept) this.#rates.shift();
  }

  /** Bytes that a batch should have, about. */
  get batchBytes(): number {
    const { smallest, largest, ms } = this.#limits;
    return Math.min(largest, Math.max(smallest, this.#rate * ms));
  }

  /** Another batch is handed over while fewer bytes than these are on their way. */
  get mostInFlight(): number {
    if (this.#rates.length === 0) return this.#limits.smallest * messagesAtFirst;
    const { ms, bytes } = this.#shortest;
    const larger = Math.max(0, this.batchBytes - bytes);
    return Math.max(this.batchBytes * 1.5, this.#rate * (ms + this.#limits.aheadMs) + larger);
  }

  /** Bytes a millisecond, the best of the last; 0 while nothing is known. */
  get #rate(): number {
    return Math.max(0, ...this.#rates);
  }
}
