/**
 * Human numbers such as `WO-2026-000123`. Ship and shore hand them out without asking each other, so each has
 * a range of its own: the ship counts from 000001, the office from 500001. A number raised ashore is
 * recognised at sight.
 */
export type NumberingSide = 'vessel' | 'shore';

const firstOf: Readonly<Record<NumberingSide, number>> = { vessel: 1, shore: 500_001 };
const lastOf: Readonly<Record<NumberingSide, number>> = { vessel: 500_000, shore: 999_999 };

const format = (year: number, count: number): string => `WO-${year}-${String(1_000_000 + count).slice(1)}`;

/** Lowest and highest number that `side` may give in `year`, for looking up the last one given. */
export function numberRange(year: number, side: NumberingSide): { first: string; last: string } {
  return { first: format(year, firstOf[side]), last: format(year, lastOf[side]) };
}

/**
 * The number after the one whose count is `previous` (null when none was given this year), and its own count.
 * @throws when the year's range is used up
 */
export function nextNumber(
  year: number,
  side: NumberingSide,
  previous: number | null,
): { number: string; count: number } {
  const count = previous === null ? firstOf[side] : previous + 1;
  if (count > lastOf[side]) throw new Error(`No work order number is left for ${year} (${side})`);
  return { number: format(year, count), count };
}

/** The parts of a number such as `WO-2026-000123`. */
export function numberOf(number: string): { year: number; count: number } {
  return { year: Number(number.slice(3, 7)), count: countOf(number) };
}

/** What a number such as `WO-2026-000123` counts within its year. */
export const countOf = (number: string): number => Number(number.slice(8));

/** Notes of an order that got another number: on paper and in people's heads it may stand with the former one. */
export function notesWithFormerNumber(notes: string, former: string): string {
  return [notes.trimEnd(), `Raised as ${former}, a number that another order bears.`]
    .filter((line) => line !== '')
    .join('\n');
}
