import type { Environment } from '#shared/ports.ts';
import type { Counters } from './counters.ts';

/** Does it and tells the figures how long it took, where it succeeded. */
export async function timed<T>(
  { environment, counters }: { environment: Environment; counters: Counters },
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = environment.monotonic();
  const done = await work();
  counters.onIngested(environment.monotonic() - startedAt);
  return done;
}
