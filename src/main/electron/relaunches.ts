import { z } from 'zod';

/** A failure that comes back would start the app for ever. */
const mostAnHour = 3;
const hourMs = 3_600_000;

/** When the app was started again by itself, ms since 1970. */
export const relaunches = z.array(z.number().int()).max(100);

/**
 * Whether the app may start again by itself after it failed.
 * @param kept when it did so before, ms since 1970
 * @param now ms since 1970
 * @returns what is to be kept from now on; null where a person has to be asked
 */
export function afterFailure(kept: readonly number[], now: number): number[] | null {
  // A clock that was set back makes moments of the future; they count as long as they would have.
  const recent = kept.filter((at) => Math.abs(now - at) < hourMs);
  return recent.length < mostAnHour ? [...recent, now] : null;
}
