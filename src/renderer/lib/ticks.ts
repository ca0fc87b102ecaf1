import type { Cancel, Clock } from './clock.ts';

/** One reading of a clock for everybody on a page, renewed each second while somebody looks at it. */
export interface Ticks {
  /** The last reading, milliseconds since 1970. */
  now: () => number;
  /** Tells of each new reading; returns what ends that. */
  subscribe: (listener: () => void) => () => void;
}

const everyMs = 1_000;

/** @param read the clock whose times the page shows, milliseconds since 1970 */
export function createTicks(clock: Clock, read: () => number): Ticks {
  const listeners = new Set<() => void>();
  let reading = read();
  let cancel: Cancel = () => {};

  function tick(): void {
    reading = read();
    cancel = clock.after(everyMs, tick);
    for (const listener of listeners) listener();
  }

  return {
    now() {
      // Nobody renews it while nobody looks.
      if (listeners.size === 0 && Math.abs(read() - reading) >= everyMs) reading = read();
      return reading;
    },
    subscribe(listener) {
      if (listeners.size === 0) {
        reading = read();
        cancel = clock.after(everyMs, tick);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) cancel();
      };
    },
  };
}
