import type { Log } from '#shared/ports.ts';
import type { Committed } from './service.ts';

/** Tells whoever listens in this process what was committed, in the order in which it became known. */
export class Commits {
  readonly #log: Log;
  readonly #listeners = new Set<(event: Committed) => void>();

  constructor(log: Log) {
    this.#log = log;
  }

  on(listener: (event: Committed) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  announce(events: readonly Committed[]): void {
    for (const event of events) {
      for (const listener of this.#listeners) {
        try {
          listener(event);
        } catch (error) {
          this.#log.error({ err: error }, 'a listener to committed changes failed');
        }
      }
    }
  }
}
