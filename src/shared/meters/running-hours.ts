import type { Head } from '../sync/merge.ts';
import { isoTime } from '../iso-time.ts';
import { millisecondsOf, wallClock } from '../sync/clock.ts';
import { meterIdOf, readingIdOf } from './ids.ts';
import { standingOf, type Reading } from '../records/meter-standing.ts';

/** A meter of a piece of equipment, with its readings. */
export interface MeterRead {
  id: string;
  unit: string;
  deleted: boolean;
  readings: readonly Reading[];
}

/**
 * What a piece of equipment has run, as people are shown it:
 *
 * - Where it never had a meter of hours, or none has been read yet: `equipment.runningHours`, as before.
 * - Otherwise the total of that meter; of several the highest: what else is counted in hours, such as those since an overhaul, is a
 *   part of that.
 * - A program that knows no meters writes `runningHours` on. Its value counts as a reading at the moment when it was written, of
 *   the meter that goes on from it; where that was never made, beside the others. So what was read later counts, whoever wrote it.
 * @param old the heads of `runningHours` in the record, strongest first
 */
export function runningHoursOf(
  equipmentId: string,
  meters: readonly MeterRead[],
  old: readonly Head[],
): number | null {
  const written = old.find(({ value }) => typeof value === 'number');
  const goesOn = meterIdOf(equipmentId);
  const hourly = meters.filter(({ unit }) => unit === 'hours');
  const there = hourly.filter(({ deleted }) => !deleted);
  const standings = there.flatMap(({ id, readings }) => {
    const all = id === goesOn && written !== undefined ? withOld(id, readings, written) : readings;
    return standingOf(all) ?? [];
  });
  const highest = standings.toSorted((one, other) => other.total - one.total)[0] ?? null;
  if (written === undefined || hourly.some(({ id }) => id === goesOn)) return highest?.total ?? null;
  // Where none has been read yet, and not where the last was taken away.
  const isUnread = highest === null && (hourly.length === 0 || there.length > 0);
  const isOldLater = isUnread || (highest !== null && momentOf(written) > highest.readAt);
  return isOldLater ? Number(written.value) : (highest?.total ?? null);
}

const momentOf = ({ stamp }: Head): string => isoTime(wallClock(millisecondsOf(stamp.time)));

function withOld(meterId: string, readings: readonly Reading[], written: Head): readonly Reading[] {
  const id = readingIdOf(meterId, written.stamp);
  if (readings.some((each) => each.id === id)) return readings;
  const value = Number(written.value);
  const readAt = momentOf(written);
  return [...readings, { id, kind: 'reading', value, readAt, corrects: null, lastValue: null }];
}
