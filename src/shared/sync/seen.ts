import { z } from 'zod';
import {
  differenceOf,
  receivedFromJson,
  receivedToJson,
  hasReceived,
  isReceivedRangesJson,
  unionOf,
  type ReceivedRangesJson,
} from './received-ranges.ts';
import { originLimit, rangeLimit } from './message-limits.ts';

/**
 * What a writer had before it when it wrote: for every other origin, the numbers it held. It does not change
 * while there is no link. Kept in the compact form of `received-ranges.ts`.
 */
export type Seen = Readonly<Record<string, ReceivedRangesJson>>;

/** Short name of who writes: `v` or `s` for the side, then characters that make the incarnation unique. */
const originPattern = /^[vs][0-9a-z]{6,20}$/;
export const originName = z.string().regex(originPattern);
export type Origin = z.infer<typeof originName>;
export type Side = 'vessel' | 'shore';

export function sideOf(origin: Origin): Side {
  return origin.startsWith('v') ? 'vessel' : 'shore';
}

const wrongSeen = 'Origins, and of each what is held of it';
export const seenSchema = z.custom<Seen>((value) => isSeen(value), wrongSeen);
/** As it may come from the other end. */
export const seenOnWire = z.custom<Seen>(
  (value) => isSeen(value, { origins: originLimit, ranges: rangeLimit }),
  wrongSeen,
);

function isSeen(
  value: unknown,
  limits: { origins: number; ranges: number } = { origins: Infinity, ranges: Infinity },
): value is Seen {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  let origins = 0;
  let ranges = 0;
  const entries: [string, unknown][] = Object.entries(value);
  for (const [origin, held] of entries) {
    origins += 1;
    ranges += Array.isArray(held) ? held.length - 1 : 0;
    if (origins > limits.origins || ranges > limits.ranges) return false;
    if (!originPattern.test(origin) || !isReceivedRangesJson(held)) return false;
  }
  return true;
}

/** As JSON. It is the same object as long as nothing comes in, and every write asks, more than once. */
export function seenText(seen: Seen): string {
  if (asText.seen !== seen) asText = { seen, text: JSON.stringify(seen) };
  return asText.text;
}

let asText: { seen: Seen; text: string } = { seen: {}, text: '{}' };

/** When, by whom and after what a value was set. */
export interface Stamp {
  readonly time: number;
  readonly origin: Origin;
  readonly number: number;
  readonly seen: Seen;
}

/**
 * True when the writer of `later` had seen `earlier` (or is it). What a change says to have seen is a claim. Whoever
 * writes a record does so at a later time than that of all that they had before them in it (`clock.ts`), so that which is
 * not earlier was not seen, whatever is claimed: nobody can have seen what came after. As stamps have one order, no two
 * changes have seen each other, and no ring of them has, whoever made them up.
 */
export function saw(later: Stamp, earlier: Pick<Stamp, 'time' | 'origin' | 'number'>): boolean {
  if (!claims(later, earlier)) return false;
  return precedes(earlier, later) || (later.origin === earlier.origin && later.number === earlier.number);
}

/** True when `later` says to have seen `earlier`, or is it: where the time of that is not known any more. */
export function claims(later: Stamp, earlier: Pick<Stamp, 'origin' | 'number'>): boolean {
  if (later.origin === earlier.origin) return later.number >= earlier.number;
  return includes(later.seen, earlier);
}

/** All that came before a change: what its writer held of others, and its own origin's earlier changes. */
export function contextOf({ origin, number, seen }: Stamp): Seen {
  return { ...seen, [origin]: number - 1 };
}

/** True when `seen` holds the change. */
export function includes(seen: Seen, { origin, number }: Pick<Stamp, 'origin' | 'number'>): boolean {
  const received = seen[origin];
  return received !== undefined && hasReceived(receivedFromJson(received), number);
}

/** What any of `parts` holds and none of `others`; origins of which that is nothing are left out. */
export function remainderOf(parts: readonly Seen[], others: readonly Seen[]): Seen {
  const remainder: Record<Origin, ReceivedRangesJson> = {};
  for (const part of parts)
    for (const [origin, received] of Object.entries(part)) {
      if (typeof received === 'number' && others.some((other) => cursorOf(other[origin]) >= received))
        continue;
      let left = receivedFromJson(received);
      for (const other of others) {
        const known = other[origin];
        if (known !== undefined) left = differenceOf(left, receivedFromJson(known));
      }
      if (left.upTo === 0 && left.beyond.length === 0) continue;
      const before = remainder[origin];
      remainder[origin] = receivedToJson(
        before === undefined ? left : unionOf(receivedFromJson(before), left),
      );
    }
  return remainder;
}

function cursorOf(received: ReceivedRangesJson | undefined): number {
  if (received === undefined) return 0;
  return typeof received === 'number' ? received : received[0];
}

type Place = Pick<Stamp, 'time' | 'origin' | 'number'>;

/** The order of all stamps, the same on both ends: time, then origin, then number. */
export function compareStamps(a: Place, b: Place): number {
  return a.time - b.time || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.number - b.number);
}

export function precedes(a: Place, b: Place): boolean {
  return compareStamps(a, b) < 0;
}

/** Stamps as they stand in a database: a short JSON array. */
export const stampJson = z.tuple([z.number(), originName, z.number(), seenSchema]);
export type StampJson = z.infer<typeof stampJson>;

export function stampToJson(stamp: Stamp): StampJson {
  return [stamp.time, stamp.origin, stamp.number, stamp.seen];
}

export function stampFromJson([time, origin, number, seen]: StampJson): Stamp {
  return { time, origin, number, seen };
}
