import type { Creation } from '#shared/sync/columns/known.ts';
import { heldFromJson, holds } from '#shared/sync/held.ts';
import { WireError, type Message } from '#shared/sync/frame.ts';
import { FrameReader } from '#support/frame-reader.ts';
import { plainCodec } from '../world/plain-codec.ts';

/** Batches that may be on their way at once, the one more that is urgent included. */
const mostFlights = 5;

/** Counts, from what passes on the link, the batches of one sender that are on their way without an answer. */
export class Flights {
  #attempt = -1;
  #origin = '';
  #last: number[] = [];
  readonly #reader: FrameReader;

  /** @param recordOf knows the records that a batch may name by their creation */
  constructor(recordOf: (creation: Creation) => string | null) {
    this.#reader = new FrameReader(plainCodec, recordOf);
  }

  /** @returns false when there are more than a sender may have */
  sent(vesselId: string, payload: Uint8Array): boolean {
    const message = this.#read(payload, vesselId);
    if (message?.kind !== 'batch') return true;
    const { attempt, origin, changes } = message;
    if (attempt !== this.#attempt || origin !== this.#origin) this.#last = [];
    this.#attempt = attempt;
    this.#origin = origin;
    this.#last.push(changes.at(-1)?.number ?? 0);
    return this.#last.length <= mostFlights;
  }

  heard(vesselId: string, payload: Uint8Array): void {
    const message = this.#read(payload, vesselId);
    if (message?.kind !== 'ack' || message.origin !== this.#origin) return;
    const reached = heldFromJson(message.held);
    this.#last = this.#last.filter((number) => !holds(reached, number));
  }

  /** Null for a batch that names records as nobody else knows them: shore will not take it either. */
  #read(payload: Uint8Array, vesselId: string): Message | null {
    try {
      return this.#reader.read(payload, vesselId);
    } catch (error) {
      if (error instanceof WireError && error.code === 'unresolved') return null;
      throw error;
    }
  }

  /** The connection broke, or the program ended. */
  clear(): void {
    this.#last = [];
  }
}
