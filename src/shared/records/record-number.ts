/**
 * Numbers by which people call records, such as `WO-2026-000123`: what the kind's numbers begin with (its prefix), the year, and a
 * count. Ship and shore hand them out without asking each other, so each has
 * a range of its own: the ship counts from 000001, the office from 500001. A number raised ashore is
 * recognised at sight.
 */
export type NumberingSide = 'vessel' | 'shore';

const firstOf: Readonly<Record<NumberingSide, number>> = { vessel: 1, shore: 500_001 };
const lastOf: Readonly<Record<NumberingSide, number>> = { vessel: 500_000, shore: 999_999 };

const format = (prefix: string, year: number, count: number): string =>
  `${prefix}-${year}-${String(1_000_000 + count).slice(1)}`;

/** Lowest and highest number that `side` may give in `year`, for looking up the last one given. */
export function numberRange(
  prefix: string,
  year: number,
  side: NumberingSide,
): { first: string; last: string } {
  return { first: format(prefix, year, firstOf[side]), last: format(prefix, year, lastOf[side]) };
}

/**
 * The number after the one whose count is `previous` (null when none was given this year), and its own count.
 * @throws when the year's range is used up
 */
export function nextNumber(
  prefix: string,
  year: number,
  side: NumberingSide,
  previous: number | null,
): { number: string; count: number } {
  const count = previous === null ? firstOf[side] : previous + 1;
  if (count > lastOf[side]) throw new Error(`No number ${prefix} is left for ${year} (${side})`);
  return { number: format(prefix, year, count), count };
}

/** A part of a side's numbers in a year. */
export interface NumberWindow {
  first: string;
  last: string;
}

const windowSize = 50_000;

/** The first window: more numbers than either side gives in a year. */
export function plausibleNumbers(prefix: string, year: number, side: NumberingSide): NumberWindow {
  return {
    first: format(prefix, year, firstOf[side]),
    last: format(prefix, year, firstOf[side] + windowSize - 1),
  };
}
const mostEnds = 20;

/**
 * Where to look for the number to give next, one window after the other: the first whose highest number is not its last.
 * Numbers go on within the first 50,000 of the year, which no ship uses up; one far beyond, whoever wrote it, is passed over.
 * Where somebody has used the ends of all windows, they are looked at again, each a little shorter.
 */
export function* windowsOf(prefix: string, year: number, side: NumberingSide): Generator<NumberWindow> {
  for (let shorter = 0; shorter < mostEnds; shorter += 1)
    for (let first = firstOf[side]; first < lastOf[side]; first += windowSize)
      yield {
        first: format(prefix, year, first),
        last: format(prefix, year, first + windowSize - 1 - shorter),
      };
}

/** @param highest the highest number given in the window; null for none. @returns the next; null where its last is given */
export function nextWithin({ first, last }: NumberWindow, highest: string | null): string | null {
  if (highest === null) return first;
  if (highest >= last) return null;
  const { prefix, year, count } = numberOf(highest);
  return format(prefix, year, count + 1);
}

/** Whether a window ends with what counts `count`. */
export const isWindowEnd = (count: number): boolean => count % windowSize === 0;

/** Said where no number is left. */
export function numbersUsedUp(year: number): string {
  return `No number is left here for ${year}. Nothing was saved. Ship and office have numbers of their own: let the other one raise it.`;
}

/** The parts of a number such as `WO-2026-000123`. */
export function numberOf(number: string): { prefix: string; year: number; count: number } {
  return { prefix: prefixOf(number), year: Number(number.slice(-11, -7)), count: countOf(number) };
}

/** What the numbers of its kind begin with. */
export const prefixOf = (number: string): string => number.slice(0, -12);

/** What a number such as `WO-2026-000123` counts within its year. */
export const countOf = (number: string): number => Number(number.slice(-6));
