import type { Environment } from '#shared/ports.ts';
import { databaseFault } from './database-error.ts';

const attempts = 6;
const shortestPause = 5;

/**
 * Runs a transaction again when another one was in its way (a deadlock, a lock not had in time), a few times, with
 * growing pauses of random length.
 * @param until no attempt begins after it, on the monotonic clock
 * @throws the last failure
 */
export async function retryConflicts<T>(
  environment: Environment,
  onRetry: () => void,
  work: () => Promise<T>,
  until = Number.POSITIVE_INFINITY,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || databaseFault(error) !== 'conflict') throw error;
      const chance = (environment.randomBytes(1)[0] ?? 0) / 256;
      const wait = shortestPause * 2 ** attempt * (0.5 + chance);
      if (environment.monotonic() + wait >= until) throw error;
      onRetry();
      environment.log.debug({ err: error, attempt }, 'another transaction was in the way; trying again');
      await pause(environment, wait);
    }
  }
}

export function pause(environment: Environment, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void environment.after(milliseconds, resolve));
}
