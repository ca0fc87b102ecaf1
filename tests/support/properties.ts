import fc from 'fast-check';

/**
 * Where the property tests' chance begins: the same cases whenever the tests are run, so that what passed once passes
 * again. `npm run properties` sets this and the next, and tries others, and more.
 */
const seed = Number(process.env['ARUS_PROPERTY_SEED'] ?? 1);

/** How many times as many cases are tried as in `npm test`. */
export const times = Number(process.env['ARUS_PROPERTY_TIMES'] ?? 1);

fc.configureGlobal({ seed, numRuns: 100 * times });

/** How many cases of a property are tried: `count`, or a multiple of it in `npm run properties`. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: count * times };
}

export { fc };
