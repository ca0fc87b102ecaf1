/**
 * Hybrid logical clock (Kulkarni et al., 2014) in one safe integer: milliseconds since 1970 times 1024, plus a
 * counter for what happens within one millisecond. Good until the year 2248.
 *
 * It orders concurrent changes the same way on both ends and nothing more: whether one change had seen another
 * is told by numbers and cursors (`seen.ts`), so a clock that is ten years off never stops sync.
 */
export type HybridTime = number;

export const ticksPerMillisecond = 1024;

/** Highest value accepted from the other end: the year 2200. */
export const latestHybridTime: HybridTime = Date.UTC(2200, 0, 1) * ticksPerMillisecond;

/**
 * A wall clock beyond this is not followed: what is written after it, here and by all who heard of it, counts on
 * from there and stays below what the other end accepts, ten years' worth of it.
 */
const latestWallClock = Date.UTC(2190, 0, 1);

/**
 * Time for the next change.
 * @param last the highest time issued or received so far; 0 when there is none
 * @param now wall clock, ms
 * @returns a time later than `last`, and not before `now` (until the year 2190)
 */
export function tick(last: HybridTime, now: number): HybridTime {
  const wall = Math.min(Math.max(0, Math.floor(now)), latestWallClock);
  return Math.max(last + 1, wall * ticksPerMillisecond);
}

/** The clock after hearing of `remote`: what is written next is later than what was read. */
export function witness(last: HybridTime, remote: HybridTime): HybridTime {
  return Math.max(last, remote);
}

/** The wall-clock part, ms since 1970. */
export function millisecondsOf(time: HybridTime): number {
  return Math.floor(time / ticksPerMillisecond);
}
