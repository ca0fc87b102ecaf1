import { runSeeds, type Report } from '../run-seeds.ts';
import { bugs, type Bug } from './bugs.ts';

/** Within so many voyages each bug has to be found. */
export const foundWithin = 5_000;

/** What a bug that was put in wrongly says: it was not found, it fell over. */
const notTheBug = /ReferenceError|SyntaxError|TypeError: .* is not a function|is to be replaced/;

/**
 * Plants one bug after the other and sails until it is found.
 * @param workers how many bugs at the same time
 * @param only name of one bug; null for all
 * @returns true when one was not found, or could not be planted
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
  const started = performance.now();
  const left = [...chosen];
  let missed = 0;
  await Promise.all(
    Array.from({ length: Math.max(1, workers) }, async () => {
      for (let bug = left.shift(); bug !== undefined; bug = left.shift())
        if (!tell(bug, await sail(bug.name))) missed += 1;
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `${chosen.length} planted bugs, ${chosen.length - missed} found within ${foundWithin} seeds each, in ${seconds.toFixed(0)} s`,
  );
  return missed > 0;
}

function sail(bug: string): Promise<Report> {
  return runSeeds({ first: 1, count: foundWithin, workers: 1, bug, stopAtFirst: true });
}

/** @returns whether the bug was found */
function tell({ name, what }: Bug, { broken: [found], seeds, seconds }: Report): boolean {
  const place = name.padEnd(34);
  if (found === undefined) {
    console.log(`NOT FOUND  ${place} in ${seeds} seeds: ${what}`);
    return false;
  }
  if (notTheBug.test(found.message)) {
    console.log(`NO BUG     ${place} ${found.message.split('\n')[0]}`);
    return false;
  }
  console.log(`${String(found.seed).padStart(9)}  ${place} ${found.promise}  (${seconds.toFixed(1)} s)`);
  return true;
}
