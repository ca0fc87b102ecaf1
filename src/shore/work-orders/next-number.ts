import { countOf, nextNumber, numberRange } from '#shared/domain/work-order-number.ts';
import type { RecordUnit } from '../record-and-publish.ts';

/**
 * The next number that the office gives.
 * @param given one that this unit has given already; null for none
 */
export async function nextOfficeNumber(
  unit: RecordUnit,
  year: number,
  given: string | null = null,
): Promise<string> {
  const { first, last } = numberRange(year, 'shore');
  const before = given ?? (await unit.highestNumber(first, last));
  return nextNumber(year, 'shore', before === null ? null : countOf(before)).number;
}
