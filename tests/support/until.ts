import { setTimeout as wait } from 'node:timers/promises';

export interface Patience {
  /** Give up after this many milliseconds; 10,000 when not given. */
  within?: number;
  /** Milliseconds between two looks; 20 when not given. */
  every?: number;
}

type Nothing = undefined | null | false;

/**
 * Looks again and again until there is something to see.
 *
 * @param what names it in the error: "the order in shore's database".
 * @param look returns what was awaited, or undefined, null or false when it is not there yet; may throw.
 * @returns the first value that is there.
 * @throws Error that says what did not come, in how many milliseconds, and what the last look threw.
 */
export async function until<T>(
  what: string,
  look: () => T | Nothing | Promise<T | Nothing>,
  { within = 10_000, every = 20 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + within;
  let lastError: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= deadline) break;
    await wait(every);
  }
  const reason = lastError instanceof Error ? `: ${lastError.message}` : '';
  throw new Error(`Not within ${within} ms: ${what}${reason}`, { cause: lastError });
}
