import type { Log } from './ports.ts';

/** Whoever wants to be told of something, in the order in which they came. One that fails is logged and harms nobody else. */
export class Listeners<E> {
  readonly #log: Log;
  readonly #failed: string;
  readonly #all = new Set<(event: E) => void>();

  /** @param failed what the log says where one of them fails */
  constructor(log: Log, failed: string) {
    this.#log = log;
    this.#failed = failed;
  }

  /** @returns what ends it */
  add(listener: (event: E) => void): () => void {
    // Each call is one of its own, whoever else gave the same function.
    const own = (event: E): void => listener(event);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  tell(event: E): void {
    for (const listener of this.#all) {
      try {
        listener(event);
      } catch (cause) {
        this.#log.error({ err: cause }, this.#failed);
      }
    }
  }
}
