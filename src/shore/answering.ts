import type { Environment } from '#shared/ports.ts';
import { ShoreFailure } from './failure.ts';
import { databaseFault } from './store/database-error.ts';

/**
 * Runs a question or a write for the office; whatever goes wrong comes out as a `ShoreFailure`. What nobody
 * foresaw is logged in full under an id, and the person is told the id.
 */
export async function answering<T>(environment: Environment, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ShoreFailure) throw error;
    if (databaseFault(error) !== 'refused')
      throw new ShoreFailure(
        'unavailable',
        'The database cannot be reached just now. What is stored is not touched by this. Try again soon.',
        {
          retryable: true,
          cause: error,
        },
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
