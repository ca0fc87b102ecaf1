import { z } from 'zod';
import { heldFromJson, heldJson, holds, type HeldJson } from './held.ts';

/**
 * What a writer had before it when it wrote: for every other origin, the numbers it held. It does not change
 * while there is no link. Kept in the compact form of `held.ts`.
 */
export type Seen = Readonly<Record<string, HeldJson>>;

/** Short name of who writes: `v` or `s` for the side, then characters that make the incarnation unique. */
export const originName = z.string().regex(/^[vs][0-9a-z]{6,20}$/);
export type Origin = z.infer<typeof originName>;
export type Side = 'vessel' | 'shore';

export function sideOf(origin: Origin): Side {
  return origin.startsWith('v') ? 'vessel' : 'shore';
}

export const seenSchema: z.ZodType<Seen> = z.record(originName, heldJson);

/** When, by whom and after what a value was set. */
export interface Stamp {
  readonly time: number;
  readonly origin: Origin;
  readonly number: number;
  readonly seen: Seen;
}

/** True when the writer of `later` had seen `earlier` (or is it). Does not look at clocks. */
export function saw(later: Stamp, earlier: Pick<Stamp, 'origin' | 'number'>): boolean {
  if (later.origin === earlier.origin) return later.number >= earlier.number;
  const held = later.seen[earlier.origin];
  return held !== undefined && holds(heldFromJson(held), earlier.number);
}

/** Order of stamps that had not seen each other, the same on both ends: time, then origin, then number. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.time - b.time || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.number - b.number);
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
