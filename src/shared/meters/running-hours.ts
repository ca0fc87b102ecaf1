import type { Head } from '../sync/merge.ts';
import { isoTime } from '../iso-time.ts';
import { millisecondsOf } from '../sync/clock.ts';
import { meterIdOf, readingIdOf } from './ids.ts';
import { standingOf, type Reading } from './standing.ts';

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
 * - Where it never had a meter: `equipment.runningHours`, as before.
 * - Otherwise the total of its meter of hours; of several the highest: what else is counted in hours, such as those since an
 *   overhaul, is a part of that.
 * - A program that knows no meters writes `runningHours` on. Its value counts as a reading of the meter that goes on from it, at
 *   the moment when it was written: what was read later counts, whoever wrote it.
 * @param old the heads of `runningHours` in the record, strongest first
 */
export function runningHoursOf(
  equipmentId: string,
  meters: readonly MeterRead[],
  old: readonly Head[],
): number | null {
  const written = old.find(({ value }) => typeof value === 'number');
  if (meters.length === 0) return typeof written?.value === 'number' ? written.value : null;
  const goesOn = meterIdOf(equipmentId);
  const totals = meters
    .filter(({ unit, deleted }) => unit === 'hours' && !deleted)
    .flatMap(({ id, readings }) => {
      const all = id === goesOn && written !== undefined ? withOld(id, readings, written) : readings;
      return standingOf(all)?.total ?? [];
    });
  return totals.length === 0 ? null : Math.max(...totals);
}

function withOld(meterId: string, readings: readonly Reading[], { stamp, value }: Head): readonly Reading[] {
  const id = readingIdOf(meterId, stamp);
  if (readings.some((each) => each.id === id)) return readings;
  const readAt = isoTime(millisecondsOf(stamp.time));
  return [
    ...readings,
    { id, kind: 'reading', value: Number(value), readAt, corrects: null, lastValue: null },
  ];
}
