import type { Cancel, Environment } from '#shared/ports.ts';

const firstTimeoutMs = 30_000;
const shortestTimeoutMs = 10_000;
const longestTimeoutMs = 300_000;
/** How many usual round trips may pass in silence. */
const roundTrips = 6;

/**
 * Notices silence: runs its action when batches are on their way and no acknowledgement has come for several of
 * the round trips measured so far. A connection that died without a word (a black hole) shows only like this.
 */
export class AcknowledgementTimer {
  readonly #environment: Environment;
  readonly #onSilence: () => void;
  #cancel: Cancel | null = null;
  #roundTripMs: number | null = null;
  #factor = 1;

  constructor(environment: Environment, onSilence: () => void) {
    this.#environment = environment;
    this.#onSilence = onSilence;
  }

  /** Starts counting unless it counts already. */
  watch(): void {
    this.#cancel ??= this.#environment.after(this.timeoutMs, () => {
      this.#cancel = null;
      this.#onSilence();
    });
  }

  /** Acknowledgements came; each took so many milliseconds. */
  progressed(roundTripsMs: readonly number[]): void {
    for (const sample of roundTripsMs)
      this.#roundTripMs = this.#roundTripMs === null ? sample : this.#roundTripMs * 0.75 + sample * 0.25;
    this.#factor = 1;
    this.stop();
  }

  /** The next silence may last twice as long. */
  backOff(): void {
    this.#factor *= 2;
    this.stop();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Forgets the back-off, for a new connection. */
  reset(): void {
    this.#factor = 1;
    this.stop();
  }

  get timeoutMs(): number {
    const usual =
      this.#roundTripMs === null
        ? firstTimeoutMs
        : Math.max(shortestTimeoutMs, this.#roundTripMs * roundTrips);
    return Math.min(longestTimeoutMs, usual * this.#factor);
  }
}
