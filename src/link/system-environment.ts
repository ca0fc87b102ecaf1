import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Environment, Log } from '#shared/ports.ts';

/** Beyond this Node fires a timer at once instead of late. */
const longestTimer = 2 ** 31 - 1;

/** The machine's own clock, randomness and timers, for the programs. */
export function systemEnvironment(log: Log): Environment {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    randomBytes: (length) => randomBytes(length),
    after(milliseconds, action) {
      let timer: NodeJS.Timeout;
      const wait = (rest: number) => {
        timer =
          rest > longestTimer
            ? setTimeout(() => wait(rest - longestTimer), longestTimer)
            : setTimeout(action, Math.max(0, rest));
      };
      wait(milliseconds);
      return () => clearTimeout(timer);
    },
    log,
  };
}
