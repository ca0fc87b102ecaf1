import { Listeners } from '#shared/listeners.ts';
import type { Log } from '#shared/ports.ts';
import type { Committed } from './service.ts';

/** Tells whoever listens in this process what was committed, in the order in which it became known. */
export class Commits {
  readonly #listeners: Listeners<Committed>;

  constructor(log: Log) {
    this.#listeners = new Listeners(log, 'a listener to committed changes failed');
  }

  on(listener: (event: Committed) => void): () => void {
    return this.#listeners.add(listener);
  }

  announce(events: readonly Committed[]): void {
    for (const event of events) this.#listeners.tell(event);
  }
}
