import { unionOf, withNumber, type Held } from '#shared/sync/held.ts';
import type { NumberRange } from '../store/shore-store.ts';

/** `ranges` with the numbers added: sorted, apart from each other. */
export function withRanges(ranges: readonly NumberRange[], numbers: readonly number[]): NumberRange[] {
  if (numbers.length === 0) return [...ranges];
  // A cursor at -1 touches no number, so that everything stays a range.
  let all: Held = { upTo: -1, beyond: ranges };
  for (const number of numbers) all = withNumber(all, number);
  return [...all.beyond];
}

/** `held` without the numbers in `ranges`: for `Seen`, what a writer had before it rather than what is stored. */
export function without(held: Held, ranges: readonly NumberRange[]): Held {
  const all: readonly NumberRange[] = held.upTo > 0 ? [[1, held.upTo], ...held.beyond] : held.beyond;
  return unionOf({ upTo: 0, beyond: cut(all, ranges) }, { upTo: 0, beyond: [] });
}

/** `ranges` with the numbers taken out. */
export function withoutNumbers(ranges: readonly NumberRange[], numbers: readonly number[]): NumberRange[] {
  return cut(ranges, withRanges([], numbers));
}

function cut(ranges: readonly NumberRange[], out: readonly NumberRange[]): NumberRange[] {
  let left = [...ranges];
  for (const [first, last] of out) {
    left = left.flatMap(([from, to]): NumberRange[] => {
      if (last < from || first > to) return [[from, to]];
      const parts: NumberRange[] = [];
      if (from < first) parts.push([from, first - 1]);
      if (to > last) parts.push([last + 1, to]);
      return parts;
    });
  }
  return left;
}
