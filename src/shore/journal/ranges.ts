import { differenceOf, withNumber, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { NumberRange } from '../store/shore-store.ts';

/** `ranges` with the numbers added: sorted, apart from each other. */
export function withRanges(ranges: readonly NumberRange[], numbers: readonly number[]): NumberRange[] {
  // A cursor below every number touches none, so that everything stays a range.
  let all: ReceivedRanges = { upTo: -1, beyond: ranges };
  for (const number of numbers) all = withNumber(all, number);
  return [...all.beyond];
}

/** `ranges` with the numbers taken out. */
export function withoutNumbers(ranges: readonly NumberRange[], numbers: readonly number[]): NumberRange[] {
  const { upTo, beyond } = differenceOf(
    { upTo: 0, beyond: ranges },
    { upTo: 0, beyond: withRanges([], numbers) },
  );
  return upTo > 0 ? [[1, upTo], ...beyond] : [...beyond];
}
