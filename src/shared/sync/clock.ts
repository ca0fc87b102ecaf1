/**
 * Hybrid logical clock (Kulkarni et al., 2014) in one safe integer: milliseconds since 1970 times 1024, plus a
 * counter for what happens within one millisecond. Good until the year 2248.
 *
 * It orders concurrent changes the same way on both ends and nothing more: whether one change had seen another
 * is told by numbers and cursors (`causal-context.ts`), so a clock that is ten years off never stops sync.
 */
export type HybridTime = number;

export const ticksPerMillisecond = 1024;

/** Highest value that a message can have: the year 2200. What is beyond, no program writes (`latestApplied`). */
export const latestHybridTime: HybridTime = Date.UTC(2200, 0, 1) * ticksPerMillisecond;

/**
 * A wall clock beyond this is not followed: what is written to the same records after it counts on from there and
 * stays below what the other end accepts, ten years' worth of it.
 */
const latestWallClock = Date.UTC(2190, 0, 1);

/**
 * A time further ahead of a node's own clock than this is somebody's wrong clock, and is not followed: it would be
 * everybody's time until the wall catches up. A day is more than ships' clocks differ that are set to local time.
 */
const followedAheadMs = 86_400_000;

/**
 * Time for the next change, where it need not follow upon a certain other one (`timeAfter`).
 * @param last the highest time issued or followed so far; 0 when there is none
 * @param now wall clock, ms
 * @returns a time not before `now` (until the year 2190), and later than `last` unless that is far ahead of `now`: after
 * a clock that stood in the future has been set right, times are right again at once
 */
export function tick(last: HybridTime, now: number): HybridTime {
  const wall = wallTime(now);
  return isFarAhead(last, now) ? Math.max(1, wall) : Math.max(last + 1, wall);
}

/** The clock after hearing of `remote`, at `now` (wall clock, ms). What is far ahead is passed over. */
export function observe(last: HybridTime, remote: HybridTime, now: number): HybridTime {
  return isFarAhead(remote, now) ? last : Math.max(last, remote);
}

/**
 * Time for a change of a record: whoever writes a record after having seen what stands in it does so at a later time,
 * however far ahead the clock was that wrote that. Other records have nothing to do with it.
 * @param time what `tick` gave
 * @param latest the latest time that is known in the record; 0 for a new one
 */
export function timeAfter(time: HybridTime, latest: HybridTime): HybridTime {
  return Math.max(time, latest + 1);
}

/**
 * The latest time that takes part in a record; a change that bears a later one is kept aside on both ends, so that nobody
 * has to write a still later one. No clock gives it: two weeks beyond the last that is followed, with room for a million
 * million changes of one record. Who is there already cannot go on: nothing more is written to that record on board.
 * Ashore there is as much room again: the office can always set right what somebody on board has written.
 */
export function latestApplied(side: 'vessel' | 'shore'): HybridTime {
  return latestWallClock * ticksPerMillisecond + (side === 'vessel' ? 1 : 2) * roomAfterClock;
}

const roomAfterClock = 2 ** 40;

/** Whether `time` is one that a node with its clock at `now` (ms) does not follow. */
export function isFarAhead(time: HybridTime, now: number): boolean {
  return time > wallTime(now) + followedAheadMs * ticksPerMillisecond;
}

/** The wall clock as a change bears it, ms: from 1970 to the year 9999, which is as far as dates can be written. */
export function wallClock(now: number): number {
  return Math.min(Math.max(0, Math.floor(now)), latestWritten);
}

const latestWritten = Date.UTC(10_000, 0, 1) - 1;

function wallTime(now: number): HybridTime {
  return Math.min(Math.max(0, Math.floor(now)), latestWallClock) * ticksPerMillisecond;
}

/** The wall-clock part, ms since 1970. */
export function millisecondsOf(time: HybridTime): number {
  return Math.floor(time / ticksPerMillisecond);
}
