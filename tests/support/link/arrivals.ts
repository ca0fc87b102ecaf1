import type { Gaps } from './gaps.ts';

export interface ArrivalsDependencies {
  gaps: Gaps;
  retransmissionMs: number;
  /** Milliseconds since the link began. */
  now(): number;
  /** What was to arrive ran into a black hole. */
  onVanished(): void;
}

/** What is under way on one connection in one direction: it arrives one after the other, as it was sent. */
export class Arrivals {
  readonly #dependencies: ArrivalsDependencies;
  #queue: { at: number; action: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** What an outage held up arrives together, once TCP has sent it again. */
  #heldUntil = 0;

  constructor(dependencies: ArrivalsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Does it at `at`, milliseconds since the link began, or as soon as all before it is done. */
  push(at: number, action: () => void): void {
    this.#queue.push({ at, action });
    if (this.#queue.length === 1) this.#wait();
  }

  clear(): void {
    this.#queue = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    const head = this.#queue[0];
    if (head === undefined) return;
    const due = Math.max(head.at, this.#heldUntil);
    this.#timer = setTimeout(() => this.#arrive(), Math.max(0, Math.ceil(due - this.#dependencies.now())));
  }

  #arrive(): void {
    const { gaps, now, retransmissionMs, onVanished } = this.#dependencies;
    this.#timer = null;
    const gap = gaps.at(now());
    if (gap?.kind === 'black hole') {
      onVanished();
      return;
    }
    if (gap !== null) this.#heldUntil = gap.to + retransmissionMs;
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      if (Math.max(head.at, this.#heldUntil) > now()) break;
      this.#queue.shift();
      head.action();
    }
    if (this.#timer === null) this.#wait();
  }
}
