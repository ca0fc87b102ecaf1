import { v7 } from 'uuid';
import type { Environment } from './ports.ts';

/**
 * Ids of new records: UUIDv7 (RFC 9562, 6.2 method 2), made on the spot, so nobody has to be asked. What is random in
 * them is drawn once, when the program starts, and counts up from there: on the satellite link the id of one new
 * record follows from that of the one before it.
 */
export class RecordIds {
  readonly #environment: Pick<Environment, 'now' | 'randomBytes'>;
  #random: Uint8Array | null = null;

  constructor(environment: Pick<Environment, 'now' | 'randomBytes'>) {
    this.#environment = environment;
  }

  next(): string {
    return v7({ msecs: Math.max(0, this.#environment.now()), random: this.#nextRandom() });
  }

  #nextRandom(): Uint8Array {
    const view = this.#random === null ? null : new DataView(this.#random.buffer);
    const last = view?.getUint32(counterAt);
    if (this.#random === null || view === null || last === undefined || last === 2 ** 32 - 1)
      return (this.#random = Uint8Array.from(this.#environment.randomBytes(16)));
    view.setUint32(counterAt, last + 1);
    return this.#random;
  }
}

/** The last four of the sixteen bytes count. */
const counterAt = 12;
