import type { Seeded } from '../seeded.ts';
import type { WaySpec } from './profiles.ts';

/** Most bytes that travel as one. */
export const packetBytes = 1_400;
/** How much may wait for the line, milliseconds of its rate: a modem's queue. Who has more to send is kept waiting. */
const queueMs = 250;

export interface Passage {
  arrivesAt: number;
  /** How often it was lost before it arrived. */
  losses: number;
}

/**
 * One direction of a link, all its connections together: when does a packet arrive that is handed over now? A
 * token bucket one packet deep sets the rate, then come delay and jitter. A lost packet takes the line once more
 * and arrives a retransmission time-out later, twice as long each time. Times are milliseconds since the link began.
 */
export class Way {
  readonly #spec: WaySpec;
  readonly #chance: Seeded;
  readonly #retransmissionMs: number;
  readonly #msPerByte: number;
  /** When the bucket is full again for what has been handed over so far. */
  #freeAt = 0;

  constructor(spec: WaySpec, retransmissionMs: number, chance: Seeded) {
    this.#spec = spec;
    this.#chance = chance;
    this.#retransmissionMs = retransmissionMs;
    this.#msPerByte = 8_000 / spec.bitsPerSecond;
  }

  /** When the next packet may join the queue: `now`, or a moment after it. */
  roomAt(now: number): number {
    const queued = Math.max(queueMs, packetBytes * this.#msPerByte);
    return Math.max(now, this.#freeAt - queued);
  }

  send(bytes: number, now: number): Passage {
    let leaves = this.#take(bytes, now);
    let losses = 0;
    let stall = 0;
    const jitter = (2 * this.#chance.next() - 1) * this.#spec.jitterMs;
    while (this.#chance.next() < this.#spec.loss) {
      stall += this.#retransmissionMs * 2 ** losses;
      losses += 1;
      leaves = this.#take(bytes, now);
    }
    return { arrivesAt: leaves + stall + this.#spec.delayMs + jitter, losses };
  }

  /** How long something that takes no room needs: the packets that open and close a connection. */
  empty(): number {
    return this.#spec.delayMs + (2 * this.#chance.next() - 1) * this.#spec.jitterMs;
  }

  /** @returns when the last of these bytes has left */
  #take(bytes: number, now: number): number {
    const bucketMs = packetBytes * this.#msPerByte;
    this.#freeAt = Math.max(this.#freeAt, now - bucketMs) + bytes * this.#msPerByte;
    return Math.max(now, this.#freeAt);
  }
}
