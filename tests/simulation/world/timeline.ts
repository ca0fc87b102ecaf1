import { Trace } from './trace.ts';
import type { Life } from './life.ts';

interface Event {
  at: number;
  order: number;
  life: Life | null;
  action: (() => void) | null;
}

/** Ends the microtasks that wait, here and now: what `await` put off is done before the next step. */
const settlePromises = (process as unknown as { _tickCallback(): void })._tickCallback.bind(process);

/**
 * The virtual clock and what is to happen on it: events in the order of their moments, and within one moment in the
 * order in which they were set. Runs within one turn of the real event loop.
 */
export class Timeline {
  readonly trace: Trace;
  #now = 0;
  #order = 0;
  #pending = 0;
  readonly #heap: Event[] = [];
  #failure: { error: unknown } | null = null;

  constructor(trace: Trace) {
    this.trace = trace;
  }

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Events that are to come and have not been called off. */
  get pending(): number {
    return this.#pending;
  }

  /** The moment of the next event; infinity when there is none. */
  get nextAt(): number {
    this.#forgetCancelled();
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Sets `action` for `delay` milliseconds from now.
   * @param life whose event it is: it does not happen once that life has ended
   * @returns what calls it off
   */
  after(delay: number, life: Life | null, action: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, delay), order: (this.#order += 1), life, action };
    this.#push(event);
    this.#pending += 1;
    return () => this.#drop(event);
  }

  /** The first failure ends the run. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /**
   * Lets the next event happen and everything that follows from it at once.
   * @returns false when there is none
   * @throws whatever was reported by `fail`
   */
  step(): boolean {
    this.#forgetCancelled();
    const event = this.#pop();
    if (event === undefined) return false;
    const { action, life } = event;
    this.#now = Math.max(this.#now, event.at);
    this.#drop(event);
    if (action !== null && (life === null || life.alive)) {
      if (life === null) action();
      else life.run(action);
    }
    settlePromises();
    if (this.#failure !== null) throw this.#failure.error;
    return true;
  }

  /** Ends what `await` put off, outside of any event. */
  settle(): void {
    settlePromises();
    if (this.#failure !== null) throw this.#failure.error;
  }

  #drop(event: Event): void {
    if (event.action === null) return;
    event.action = null;
    this.#pending -= 1;
  }

  #forgetCancelled(): void {
    while (this.#heap[0]?.action === null) this.#pop();
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (isBefore(last, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
