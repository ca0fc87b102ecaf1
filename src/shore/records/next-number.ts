import {
  countOf,
  isWindowEnd,
  nextNumber,
  nextWithin,
  numbersUsedUp,
  windowsOf,
} from '#shared/records/record-number.ts';
import { ShoreFailure } from '../failure.ts';
import type { RecordUnit } from '../record-and-publish.ts';

/**
 * The next number that the office gives.
 * @param given one that this unit has given already; null for none
 */
export async function nextOfficeNumber(
  unit: RecordUnit,
  { prefix, year }: { prefix: string; year: number },
  given: string | null = null,
): Promise<string> {
  if (given !== null && !isWindowEnd(countOf(given)))
    return nextNumber(prefix, year, 'shore', countOf(given)).number;
  for (const window of windowsOf(prefix, year, 'shore')) {
    if (given !== null && window.first <= given) continue;
    const next = nextWithin(window, await unit.highestNumber(window.first, window.last));
    if (next !== null) return next;
  }
  throw new ShoreFailure('not_allowed', numbersUsedUp(year));
}
