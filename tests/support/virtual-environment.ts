import type { Environment, Log } from '#shared/ports.ts';

interface Timer {
  at: number;
  order: number;
  action: () => void;
}

/** A clock that stands still until told, and randomness from a seed: the same run every time. */
export interface VirtualEnvironment extends Environment {
  /** Lets `milliseconds` pass; timers that fall due fire in their order. */
  advance(milliseconds: number): void;
  /** Sets the wall clock wrong or right without time passing. */
  setClock(now: number): void;
  /** Timers that have not fired. */
  readonly pending: number;
}

export function virtualEnvironment(
  log: Log,
  { seed = 1, now = Date.UTC(2026, 2, 1) } = {},
): VirtualEnvironment {
  let monotonic = 0;
  let offset = now;
  let order = 0;
  let timers: Timer[] = [];
  let state = seed >>> 0;

  /** mulberry32: small, and the same on every machine. */
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  return {
    log,
    now: () => offset + monotonic,
    monotonic: () => monotonic,
    randomBytes: (length) => Uint8Array.from({ length }, () => random() & 0xff),
    after(milliseconds, action) {
      const timer = { at: monotonic + Math.max(0, milliseconds), order: (order += 1), action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(milliseconds) {
      const end = monotonic + milliseconds;
      for (;;) {
        const next = timers
          .filter((timer) => timer.at <= end)
          .sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        monotonic = Math.max(monotonic, next.at);
        next.action();
      }
      monotonic = end;
    },
    setClock(wall) {
      offset = wall - monotonic;
    },
    get pending() {
      return timers.length;
    },
  };
}
