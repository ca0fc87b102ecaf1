import type { Environment } from '#shared/ports.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';

/** Measures a drain of the queue for the screen: from when the link stood or the queue was last empty. */
export class DrainMeter {
  readonly #environment: Environment;
  #total = 0;
  #startedAt = 0;
  #bytesAtStart = 0;
  #running = false;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** A connection stands: what waits now is what there is to do. */
  start(): void {
    this.#running = false;
  }

  /**
   * @param depth changes that shore has not acknowledged
   * @param bytesSent all bytes handed to the broker so far
   * @returns null when nothing waits
   */
  progress(depth: number, bytesSent: number): SyncStatus['progress'] {
    if (depth === 0) {
      this.#running = false;
      return null;
    }
    const now = this.#environment.monotonic();
    if (!this.#running) {
      this.#running = true;
      this.#total = depth;
      this.#startedAt = now;
      this.#bytesAtStart = bytesSent;
    }
    this.#total = Math.max(this.#total, depth);
    const acknowledged = this.#total - depth;
    const seconds = (now - this.#startedAt) / 1_000;
    return {
      sent: acknowledged,
      total: this.#total,
      bytesPerSecond: seconds > 0 ? Math.round((bytesSent - this.#bytesAtStart) / seconds) : 0,
      secondsLeft: acknowledged > 0 && seconds > 0 ? Math.ceil((depth * seconds) / acknowledged) : null,
    };
  }
}
