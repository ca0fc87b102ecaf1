import { z } from 'zod';
import { highestNumber } from './numbers.ts';

/**
 * Which numbers of one origin's journal somebody holds: all up to `upTo` (the cursor), and ranges beyond it that
 * an urgent lane brought early. Ranges are sorted, apart from each other, and none touches the cursor.
 */
export interface Held {
  readonly upTo: number;
  readonly beyond: readonly Range[];
}

export const nothingHeld: Held = { upTo: 0, beyond: [] };

/** True when number `n` is held. */
export function holds(held: Held, n: number): boolean {
  return n <= held.upTo || held.beyond.some(([first, last]) => first <= n && n <= last);
}

/** The highest number held; 0 for nothing. */
export function furthestOf(held: Held): number {
  return held.beyond.at(-1)?.[1] ?? held.upTo;
}

/** How many numbers are held. */
export function countOf(held: Held): number {
  return rangesOf(held).reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** `held` with number `n` added; adding twice changes nothing. */
export function withNumber(held: Held, n: number): Held {
  if (holds(held, n)) return held;
  if (n === held.upTo + 1 && held.beyond.length === 0) return { upTo: n, beyond: [] };
  return fromRanges(held.upTo, [...held.beyond, [n, n]]);
}

/** Everything that `a` or `b` holds. */
export function unionOf(a: Held, b: Held): Held {
  return fromRanges(Math.max(a.upTo, b.upTo), [...a.beyond, ...b.beyond]);
}

/** Everything that `a` holds and `b` does not. */
export function differenceOf(a: Held, b: Held): Held {
  return fromRanges(0, without(rangesOf(a), rangesOf(b)));
}

/** Numbers that follow each other, both ends included. */
export type Range = readonly [first: number, last: number];

/** What is not held of the numbers from `first` to `last`, in order. */
export function missingIn(held: Held, first: number, last: number): Range[] {
  return first > last ? [] : without([[first, last]], rangesOf(held));
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

/** What is held, in order. */
export function rangesOf({ upTo, beyond }: Held): readonly Range[] {
  return upTo > 0 ? [[1, upTo], ...beyond] : beyond;
}

function fromRanges(cursor: number, given: readonly Range[]): Held {
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
export type HeldJson = number | [number, ...[number, number][]];

/** Looked at in one go: a message may bring thousands of ranges, and Zod takes microseconds for each. */
export const heldJson = z.custom<HeldJson>(
  isHeldJson,
  'A number, or a number and ranges in order, apart from each other and from it',
);

export function isHeldJson(value: unknown): value is HeldJson {
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

export function heldToJson(held: Held): HeldJson {
  if (held.beyond.length === 0) return held.upTo;
  return [held.upTo, ...held.beyond.map(([first, last]): [number, number] => [first, last])];
}

export function heldFromJson(json: HeldJson): Held {
  if (typeof json === 'number') return { upTo: json, beyond: [] };
  const [upTo, ...beyond] = json;
  return { upTo, beyond };
}
