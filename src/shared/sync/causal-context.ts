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
import type { Side } from '../side.ts';
import { originLimit, rangeLimit } from './message-limits.ts';

/**
 * The causal context of a change: for every other origin, the numbers its writer had received. It does not change
 * while there is no link. Kept in the compact form of `received-ranges.ts`.
 */
export type CausalContext = Readonly<Record<string, ReceivedRangesJson>>;

/** Short name of who writes: `v` or `s` for the side, then characters that make the incarnation unique. */
const originPattern = /^[vs][0-9a-z]{6,20}$/;
export const originName = z.string().regex(originPattern);
export type Origin = z.infer<typeof originName>;

export function sideOf(origin: Origin): Side {
  return origin.startsWith('v') ? 'vessel' : 'shore';
}

const wrongContext = 'Origins, and of each what is held of it';
export const causalContextSchema = z.custom<CausalContext>((value) => isCausalContext(value), wrongContext);
/** As it may come from the other end. */
export const causalContextOnWire = z.custom<CausalContext>(
  (value) => isCausalContext(value, { origins: originLimit, ranges: rangeLimit }),
  wrongContext,
);

function isCausalContext(
  value: unknown,
  limits: { origins: number; ranges: number } = { origins: Infinity, ranges: Infinity },
): value is CausalContext {
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
export function contextText(context: CausalContext): string {
  if (asText.seen !== context) asText = { seen: context, text: JSON.stringify(context) };
  return asText.text;
}

let asText: { seen: CausalContext; text: string } = { seen: {}, text: '{}' };

/** When, by whom and after what a value was set. */
export interface Stamp {
  readonly time: number;
  readonly origin: Origin;
  readonly number: number;
  readonly seen: CausalContext;
}

/**
 * True when `earlier` is in the causal context of `later`, or is the same change. The context is a claim of the writer.
 * A writer's clock is ahead of all that stood in the record (`clock.ts`). So what has no earlier time did not happen
 * before, whatever is claimed. Stamps have one order: no two changes, and no ring of them, happened before each other.
 */
export function happenedBefore(earlier: Pick<Stamp, 'time' | 'origin' | 'number'>, later: Stamp): boolean {
  if (!claims(later, earlier)) return false;
  return precedes(earlier, later) || (later.origin === earlier.origin && later.number === earlier.number);
}

/** True when `later` claims `earlier` in its context, or is the same change: for where the time is not known any more. */
export function claims(later: Stamp, earlier: Pick<Stamp, 'origin' | 'number'>): boolean {
  if (later.origin === earlier.origin) return later.number >= earlier.number;
  return includes(later.seen, earlier);
}

/** The causal context of a change together with its own origin's earlier changes. */
export function contextOf({ origin, number, seen }: Stamp): CausalContext {
  return { ...seen, [origin]: number - 1 };
}

/** True when the change is in `seen`. */
export function includes(
  context: CausalContext,
  { origin, number }: Pick<Stamp, 'origin' | 'number'>,
): boolean {
  const received = context[origin];
  return received !== undefined && hasReceived(receivedFromJson(received), number);
}

/** What any of `parts` holds and none of `others`; origins of which that is nothing are left out. */
export function remainderOf(
  parts: readonly CausalContext[],
  others: readonly CausalContext[],
): CausalContext {
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
export const stampJson = z.tuple([z.number(), originName, z.number(), causalContextSchema]);
export type StampJson = z.infer<typeof stampJson>;

export function stampToJson(stamp: Stamp): StampJson {
  return [stamp.time, stamp.origin, stamp.number, stamp.seen];
}

export function stampFromJson([time, origin, number, context]: StampJson): Stamp {
  return { time, origin, number, seen: context };
}
