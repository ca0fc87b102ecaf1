import type { Log } from './ports.ts';

const leastBetweenMs = 60_000;
/** Kinds and senders told apart; those that came last are one. */
const mostKeys = 500;

/**
 * Warnings that others can cause as often as they like: one line a minute of each kind and sender, with how many were
 * left out since the line before.
 */
export class RareLog {
  readonly #log: Pick<Log, 'warn'>;
  readonly #monotonic: () => number;
  readonly #told = new Map<string, { at: number; leftOut: number }>();

  constructor({ log, monotonic }: { log: Pick<Log, 'warn'>; monotonic: () => number }) {
    this.#log = log;
    this.#monotonic = monotonic;
  }

  /** @param key the kind of trouble and who caused it */
  warn(key: string, fields: object, message: string): void {
    const now = this.#monotonic();
    const name = this.#told.has(key) || this.#told.size < mostKeys ? key : '';
    const last = this.#told.get(name);
    if (last !== undefined && now - last.at < leastBetweenMs) {
      last.leftOut += 1;
      return;
    }
    this.#told.delete(name);
    this.#told.set(name, { at: now, leftOut: 0 });
    for (const [other, { at, leftOut }] of this.#told)
      if (leftOut === 0 && now - at >= leastBetweenMs) this.#told.delete(other);
    const leftOut = last?.leftOut ?? 0;
    this.#log.warn(leftOut === 0 ? fields : { ...fields, leftOut }, message);
  }
}
