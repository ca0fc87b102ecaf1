import type { Environment } from '#shared/ports.ts';
import type { Figures } from './figures.ts';

/** Does it and tells the figures how long it took, where it succeeded. */
export async function timed<T>(
  { environment, figures }: { environment: Environment; figures: Figures },
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = environment.monotonic();
  const done = await work();
  figures.onIngested(environment.monotonic() - startedAt);
  return done;
}
