/** Stops a timer that has not fired yet; harmless afterwards. */
export type Cancel = () => void;

/** The browser's clock and timers, handed to whoever needs them so that tests can run them by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Runs `action` once after `milliseconds`. */
  after(milliseconds: number, action: () => void): Cancel;
}

export const browserClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};
