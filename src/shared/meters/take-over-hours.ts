import { isoTime } from '../iso-time.ts';
import { type MeterFields, usualMeterName } from '../records/meter.ts';
import type { MeterReadingFields } from '../records/meter-reading.ts';
import type { Change } from '../sync/change.ts';
import { millisecondsOf, wallClock } from '../sync/clock.ts';
import type { Head } from '../sync/merge.ts';
import { inForceIdOf, meterIdOf, readingIdOf } from './ids.ts';
import { countedOf, standingOf } from '../records/meter-standing.ts';

/** A meter that goes on from a piece of equipment's running hours, with what was written of them as its readings. */
export interface TakenOver {
  id: string;
  values: MeterFields;
  readings: readonly { id: string; values: MeterReadingFields }[];
}

type ById = Map<string, MeterReadingFields>;

/**
 * Each change that gave running hours becomes a reading; a value whose change is not here, since it came with a snapshot, becomes
 * one as well. Ids and values follow from the changes alone, so that two computers of the ship make the same.
 *
 * Where that would show another value than the one in force, as the larger of two that nobody had seen together was not the last,
 * a correction says which it is.
 * @param changes that took part in the record, in any order
 * @param heads of `runningHours` as it stands, strongest first
 */
export function takeOverHours(
  equipmentId: string,
  changes: readonly Change[],
  heads: readonly Head[],
): TakenOver {
  const meterId = meterIdOf(equipmentId);
  const plain = { meterId, kind: 'reading', reason: '', corrects: null, lastValue: null } as const;
  const readings: ById = new Map();
  for (const change of changes) {
    const value = change.fields['runningHours'];
    if (typeof value !== 'number') continue;
    const readAt = isoTime(wallClock(change.at));
    readings.set(readingIdOf(meterId, change), { ...plain, value, readAt, readBy: change.actorName });
  }
  for (const { stamp, value } of heads) {
    const id = readingIdOf(meterId, stamp);
    if (typeof value !== 'number' || readings.has(id)) continue;
    const readAt = isoTime(wallClock(millisecondsOf(stamp.time)));
    readings.set(id, { ...plain, value, readAt, readBy: 'Not known' });
  }
  setRight(meterId, readings, heads);
  return {
    id: meterId,
    values: { equipmentId, name: usualMeterName, unit: 'hours' },
    readings: [...readings].map(([id, values]) => ({ id, values })),
  };
}

function setRight(meterId: string, readings: ById, [inForce]: readonly Head[]): void {
  const all = [...readings].map(([id, values]) => ({ id, ...values }));
  const last = countedOf(all).at(-1);
  if (last === undefined || typeof inForce?.value !== 'number') return;
  if (standingOf(all)?.shown === inForce.value) return;
  readings.set(inForceIdOf(meterId, inForce.stamp), {
    meterId,
    kind: 'correction',
    value: inForce.value,
    readAt: last.readAt,
    readBy: 'ARUS',
    reason: 'Of two values that were written without seeing each other the higher was in force',
    corrects: last.id,
    lastValue: null,
  });
}
