import { runSeeds } from '../run-seeds.ts';
import { bugs } from './bugs.ts';

/** Within so many voyages each bug has to be found. */
export const foundWithin = 5_000;

/**
 * Plants one bug after the other and sails until it is found.
 * @param only name of one bug; null for all
 * @returns true when one was not found
 */
export async function runPlanted({
  workers,
  only,
}: {
  workers: number;
  only: string | null;
}): Promise<boolean> {
  const chosen = bugs.filter(({ name }) => only === null || name === only);
  if (chosen.length === 0) throw new Error(`There is no planted bug called '${only}'`);
  let missed = 0;
  const started = performance.now();
  for (const { name, what } of chosen) {
    const { broken, seeds, seconds } = await runSeeds({
      first: 1,
      count: foundWithin,
      workers,
      bug: name,
      stopAtFirst: true,
    });
    const [found] = broken;
    if (found === undefined) missed += 1;
    console.log(
      found === undefined
        ? `NOT FOUND  ${name.padEnd(34)} in ${seeds} seeds  (${what})`
        : `${String(found.seed).padStart(9)}  ${name.padEnd(34)} ${found.promise}  (${seconds.toFixed(1)} s)`,
    );
  }
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `${chosen.length} planted bugs, ${chosen.length - missed} found within ${foundWithin} seeds each, in ${seconds.toFixed(0)} s`,
  );
  return missed > 0;
}
