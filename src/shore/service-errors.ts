import type { Environment } from '#shared/ports.ts';
import { ShoreFailure } from './failure.ts';
import { databaseFault } from './store/database-error.ts';
import type { DatabaseStanding } from './store/database-standing.ts';

/**
 * Turns whatever goes wrong in `work` into a `ShoreFailure` for the office. What nobody foresaw is logged in full
 * under an id, and the person is told the id.
 * @param standing told of what the database failed to do; where it is not well, people are told since when
 */
export async function withServiceErrors<T>(
  environment: Environment,
  work: () => Promise<T>,
  standing: DatabaseStanding | null = null,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const asked = error instanceof ShoreFailure ? error.cause : error;
    if (asked !== undefined) standing?.failed(asked);
    if (error instanceof ShoreFailure)
      throw error.code === 'unavailable' ? unavailable(error.message, standing, asked) : error;
    if (databaseFault(error) !== 'refused')
      throw unavailable(
        'The database cannot be reached just now. What is stored is not touched by this. Try again soon.',
        standing,
        error,
      );
    const id = Buffer.from(environment.randomBytes(4)).toString('hex');
    environment.log.error({ err: error, id }, 'something unforeseen went wrong');
    throw new ShoreFailure(
      'internal',
      `Something went wrong that should not have. It is in the gateway's log as ${id}. If you were saving something, look whether it shows before you enter it again.`,
      {
        cause: error,
      },
    );
  }
}

function unavailable(message: string, standing: DatabaseStanding | null, cause: unknown): ShoreFailure {
  const notWell = standing?.notWell ?? null;
  const details =
    notWell === null
      ? {}
      : {
          details: [{ path: 'database', message: notWell.words, at: new Date(notWell.since).toISOString() }],
        };
  return new ShoreFailure('unavailable', message, { retryable: true, cause, ...details });
}
