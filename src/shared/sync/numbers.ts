import { z } from 'zod';

/**
 * Numbers that an origin's changes can have: more than a node writes in a thousand years, and with a thousand origins
 * still within what JavaScript counts exactly. A ship's journal keeps origin and number in one figure, so what does not
 * fit there is not taken by either end, and is no number that anybody can hold or have seen.
 */
export const numbersPerOrigin = 2 ** 40;
export const highestNumber = numbersPerOrigin - 1;

/** A change's number. */
export const changeNumber = z.number().int().min(1).max(highestNumber);
/** A change's number, or 0 where there is none. */
export const numberOrNone = z.number().int().min(0).max(highestNumber);
