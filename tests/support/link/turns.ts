import type { Way } from './way.ts';

/** Who has something to send takes turns on the line, a packet each, so that no connection keeps another waiting. */
export class Turns {
  readonly #way: Way;
  readonly #now: () => number;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(way: Way, now: () => number) {
    this.#way = way;
    this.#now = now;
  }

  /** Calls `send` once when it is its turn and the line has room; never before this returns. */
  ask(send: () => void): void {
    this.#waiting.push(send);
    this.#next();
  }

  #next(): void {
    if (this.#timer !== null || this.#waiting.length === 0) return;
    const now = this.#now();
    this.#timer = setTimeout(() => this.#serve(), Math.ceil(this.#way.roomAt(now) - now));
  }

  #serve(): void {
    this.#timer = null;
    while (this.#waiting.length > 0 && this.#way.roomAt(this.#now()) <= this.#now())
      this.#waiting.shift()?.();
    this.#next();
  }
}
