import fc from 'fast-check';

/**
 * The property tests' chance: the same cases whenever the tests are run, so that what passed once passes again.
 * Other and more cases are tried by `npm run properties`, which sets these two.
 */
const seed = Number(process.env['ARUS_PROPERTY_SEED'] ?? 1);
const times = Number(process.env['ARUS_PROPERTY_TIMES'] ?? 1);

fc.configureGlobal({ seed, numRuns: 100 * times });

/** How many cases of a property are tried: `count`, or a multiple of it in `npm run properties`. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: count * times };
}

export { fc };
