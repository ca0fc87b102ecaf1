import type { Creation } from '#shared/sync/columns/record-references.ts';
import { receivedFromJson, hasReceived } from '#shared/sync/received-ranges.ts';
import { WireError, type Message } from '#shared/sync/frame.ts';
import { topicOfMessage, WholeMessages } from '#shared/sync/whole-messages.ts';
import { FrameReader } from '#support/frame-reader.ts';
import { plainCodec } from '../world/plain-codec.ts';

/** Batches that may be on their way at once, the one more that is urgent included. */
const mostFlights = 5;

/** A batch that is on its way, by the first and the last number in it. */
interface Flight {
  lane: string;
  first: number;
  last: number;
}

/**
 * Counts, from what passes on the link, the batches of one sender that are on their way without an answer. Whoever sends a number
 * again begins a new round and has given up what was on its way before.
 */
export class Flights {
  #origin = '';
  #flights: Flight[] = [];
  readonly #reader: FrameReader;
  /** What goes in pieces is a message when the last of them has passed; they are let go when the connection breaks. */
  readonly #whole = new WholeMessages({ monotonic: () => 0, after: () => () => undefined });

  readonly #isAttacked: boolean;

  /**
   * @param recordOf knows the records that a batch may name by their creation
   * @param isAttacked what is no message may come from somebody else
   */
  constructor(recordOf: (creation: Creation) => string | null, isAttacked: boolean) {
    this.#isAttacked = isAttacked;
    this.#reader = new FrameReader(plainCodec, recordOf);
  }

  /** @returns false when there are more than a sender may have */
  sent(topic: string, payload: Uint8Array): boolean {
    const message = this.#read(topic, payload);
    if (message?.kind !== 'batch') return true;
    const { origin, changes } = message;
    const lane = topic.slice(topic.lastIndexOf('/') + 1);
    const [first, last] = [changes[0]?.number ?? 0, changes.at(-1)?.number ?? 0];
    const isAgain = this.#flights.some((flight) => flight.lane === lane && first <= flight.last);
    if (isAgain || origin !== this.#origin) this.#flights = [];
    this.#origin = origin;
    this.#flights.push({ lane, first, last });
    return this.#flights.length <= mostFlights;
  }

  heard(topic: string, payload: Uint8Array): void {
    const message = this.#read(topic, payload);
    if (message?.kind !== 'ack' || message.origin !== this.#origin) return;
    const reached = receivedFromJson(message.held);
    this.#flights = this.#flights.filter(
      ({ first, last }) => !hasReceived(reached, first) || !hasReceived(reached, last),
    );
  }

  /** Null for a batch that names records as nobody else knows them, which shore will not take either; and for pieces. */
  #read(topic: string, payload: Uint8Array): Message | null {
    const message = { topic, payload, retained: false };
    const parsed = topicOfMessage(message);
    if (parsed === null) return null;
    try {
      const whole = this.#whole.take(parsed, message);
      return whole === null ? null : this.#reader.read(whole.payload, parsed.vessel);
    } catch (error) {
      if (error instanceof WireError && (this.#isAttacked || error.code === 'unresolved')) return null;
      throw error;
    }
  }

  /** The connection broke, or the program ended. */
  clear(): void {
    this.#flights = [];
    this.#whole.close();
  }
}
