import { z } from 'zod';
import { highestNumber } from './numbers.ts';

/**
 * The numbers of one origin's journal that somebody has received: all up to the cursor `upTo`, and ranges beyond it, which an
 * urgent lane brings early. What holds of them:
 * - Ranges are in order, and at least one number is missing before each: the next to the cursor moves it.
 * - The same numbers in any order make the same value.
 * - What is added takes nothing away.
 *
 * With 1 to 4 and 7 received it is `{ upTo: 4, beyond: [[7, 7]] }`; 5 makes it `{ upTo: 5, beyond: [[7, 7]] }`, and then 6
 * `{ upTo: 7, beyond: [] }`.
 */
export interface ReceivedRanges {
  readonly upTo: number;
  readonly beyond: readonly Range[];
}

export const nothingReceived: ReceivedRanges = { upTo: 0, beyond: [] };

/** True when number `n` was received. */
export function hasReceived(received: ReceivedRanges, n: number): boolean {
  return n <= received.upTo || received.beyond.some(([first, last]) => first <= n && n <= last);
}

/** The highest number received; 0 for nothing. */
export function furthestOf(received: ReceivedRanges): number {
  return received.beyond.at(-1)?.[1] ?? received.upTo;
}

/** How many numbers were received. */
export function countOf(received: ReceivedRanges): number {
  return rangesOf(received).reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** `received` with number `n` added; adding twice changes nothing. */
export function withNumber(received: ReceivedRanges, n: number): ReceivedRanges {
  if (hasReceived(received, n)) return received;
  if (n === received.upTo + 1 && received.beyond.length === 0) return { upTo: n, beyond: [] };
  return fromRanges(received.upTo, [...received.beyond, [n, n]]);
}

/** Everything that is in `a` or in `b`. */
export function unionOf(a: ReceivedRanges, b: ReceivedRanges): ReceivedRanges {
  return fromRanges(Math.max(a.upTo, b.upTo), [...a.beyond, ...b.beyond]);
}

/** Everything that is in `a` and not in `b`. */
export function differenceOf(a: ReceivedRanges, b: ReceivedRanges): ReceivedRanges {
  return fromRanges(0, without(rangesOf(a), rangesOf(b)));
}

/** Numbers that follow each other, both ends included. */
export type Range = readonly [first: number, last: number];

/** What was not received of the numbers from `first` to `last`, in order. */
export function missingIn(received: ReceivedRanges, first: number, last: number): Range[] {
  return first > last ? [] : without([[first, last]], rangesOf(received));
}

/** What is in `ranges` and not in `taken`; both in order, and so is what comes out. */
function without(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  const left: Range[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    let from = first;
    for (let range = taken[next]; range !== undefined && range[0] <= last; range = taken[next]) {
      if (range[0] > from) left.push([from, range[0] - 1]);
      from = Math.max(from, range[1] + 1);
      // One that goes further may take from the next range as well.
      if (range[1] > last) break;
      next += 1;
    }
    if (from <= last) left.push([from, last]);
  }
  return left;
}

/** What was received, in order. */
export function rangesOf({ upTo, beyond }: ReceivedRanges): readonly Range[] {
  return upTo > 0 ? [[1, upTo], ...beyond] : beyond;
}

function fromRanges(cursor: number, given: readonly Range[]): ReceivedRanges {
  let upTo = cursor;
  const ranges = [...given].sort((x, y) => x[0] - y[0]);
  const beyond: [number, number][] = [];
  for (const [first, last] of ranges) {
    const previous = beyond.at(-1);
    if (previous === undefined && first <= upTo + 1) upTo = Math.max(upTo, last);
    else if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else beyond.push([first, last]);
  }
  return { upTo, beyond };
}

/** On the wire and on disk: the cursor alone, or `[cursor, [first, last], …]`. */
export type ReceivedRangesJson = number | [number, ...[number, number][]];

/** Looked at in one go: a message may bring thousands of ranges, and Zod takes microseconds for each. */
export const receivedRangesJson = z.custom<ReceivedRangesJson>(
  isReceivedRangesJson,
  'A number, or a number and ranges in order, apart from each other and from it',
);

export function isReceivedRangesJson(value: unknown): value is ReceivedRangesJson {
  if (isCount(value)) return true;
  if (!isList(value) || value.length < 2) return false;
  const [upTo] = value;
  if (!isCount(upTo)) return false;
  let end = upTo;
  for (let place = 1; place < value.length; place += 1) {
    const range = value[place];
    if (!isList(range) || range.length !== 2) return false;
    const [first, last] = range;
    if (!isCount(first) || !isCount(last) || first <= end + 1 || last < first) return false;
    end = last;
  }
  return true;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= highestNumber;
}

export function receivedToJson(received: ReceivedRanges): ReceivedRangesJson {
  if (received.beyond.length === 0) return received.upTo;
  return [received.upTo, ...received.beyond.map(([first, last]): [number, number] => [first, last])];
}

export function receivedFromJson(json: ReceivedRangesJson): ReceivedRanges {
  if (typeof json === 'number') return { upTo: json, beyond: [] };
  const [upTo, ...beyond] = json;
  return { upTo, beyond };
}
