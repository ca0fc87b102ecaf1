import { expect, test } from 'vitest';
import { meterIdOf, readingIdOf } from '#shared/meters/ids.ts';
import { runningHoursOf, type MeterRead } from '#shared/meters/running-hours.ts';
import type { Reading } from '#shared/records/meter-standing.ts';
import { takeOverHours } from '#shared/meters/take-over-hours.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { meterReadingSpec } from '#shared/records/meter-reading.ts';
import { meterSpec } from '#shared/records/meter.ts';
import { validateChange } from '#shared/sync/validity.ts';
import type { Change } from '#shared/sync/change.ts';
import { ticksPerMillisecond } from '#shared/sync/clock.ts';
import { applyChange, emptyState, type Head } from '#shared/sync/merge.ts';
import { fc } from '#support/properties.ts';
import { changeOf, office, ship } from '../sync/changes.ts';

const equipmentId = '0190a5b0-0000-7000-8000-0000000000e1';
const meterId = meterIdOf(equipmentId);
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const at = (hours: number): string => new Date(start + hours * hour).toISOString();

const stampAt = (hours: number, number: number) => ({
  time: (start + hours * hour) * ticksPerMillisecond,
  origin: ship,
  number,
  seen: {},
});
const old = (value: number, hours: number, number = 1): Head[] => [{ value, stamp: stampAt(hours, number) }];
const reading = (id: string, hours: number, value: number): Reading => ({
  id,
  kind: 'reading',
  value,
  readAt: at(hours),
  corrects: null,
  lastValue: null,
});
const meter = (id: string, readings: Reading[], more: Partial<MeterRead> = {}): MeterRead => ({
  id,
  unit: 'hours',
  deleted: false,
  readings,
  ...more,
});

test('running hours are the old value without a meter of hours, and then what the meter has counted', () => {
  expect(runningHoursOf(equipmentId, [], [])).toBeNull();
  expect(runningHoursOf(equipmentId, [], old(100, 0))).toBe(100);
  const starts = meter('s', [reading('r', 9, 7)], { unit: 'starts' });
  expect(runningHoursOf(equipmentId, [starts], old(100, 0))).toBe(100);
  const own = meter(meterId, [reading(readingIdOf(meterId, stampAt(0, 1)), 0, 100), reading('x', 5, 12)]);
  // It was a typing error: that it is lower does not matter.
  expect(runningHoursOf(equipmentId, [own, starts], old(100, 0))).toBe(12);
  expect(runningHoursOf(equipmentId, [own, meter('overhaul', [reading('y', 9, 4)])], old(100, 0))).toBe(12);
  expect(runningHoursOf(equipmentId, [{ ...own, deleted: true }], old(100, 0))).toBeNull();
});

test('a value that an older program writes on counts from when it was written', () => {
  const own = meter(meterId, [reading('a', 0, 100), reading('b', 10, 110)]);
  expect(runningHoursOf(equipmentId, [own], old(115, 20, 7))).toBe(115);
  expect(runningHoursOf(equipmentId, [own], old(105, 5, 7))).toBe(110);
  const replaced = { ...reading('c', 12, 0), kind: 'replaced' as const, lastValue: 112 };
  const fitted = meter(meterId, [...own.readings, replaced]);
  expect(runningHoursOf(equipmentId, [fitted], old(8, 20, 7))).toBe(120);
  // The office made a meter before the ship knew any.
  const ashore = meter('other', [reading('d', 10, 110)]);
  expect(runningHoursOf(equipmentId, [ashore], old(115, 20))).toBe(115);
  expect(runningHoursOf(equipmentId, [ashore], old(990, 5))).toBe(110);
  const unread = meter('other', []);
  expect(runningHoursOf(equipmentId, [unread], old(115, 20))).toBe(115);
  expect(runningHoursOf(equipmentId, [{ ...unread, deleted: true }], old(115, 20))).toBeNull();
});

test('a meter shows what was in force, whoever wrote it when, and two computers make the same of it', () => {
  const written = fc.array(
    fc.record({
      by: fc.constantFrom(ship, office),
      value: fc.option(fc.integer({ min: 0, max: 50 })),
      clock: fc.integer({ min: 0, max: 9 }),
      saw: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(written, (list) => {
      const counts: Record<string, number> = {};
      const changes = list.map(({ by, value, clock, saw }, index): Change => {
        const seen = saw ? { ...counts } : {};
        delete seen[by];
        counts[by] = (counts[by] ?? 0) + 1;
        return changeOf({
          origin: by,
          number: counts[by],
          time: (start + clock * hour) * ticksPerMillisecond + index,
          at: start + clock * hour,
          seen,
          entity: 'equipment',
          recordId: equipmentId,
          operation: 'update',
          fields: { runningHours: value },
        });
      });
      const state = changes.reduce((each, change) => applyChange(equipmentSpec, each, change), emptyState);
      const heads = state.heads['runningHours'] ?? [];
      const inForce = heads[0]?.value;
      if (typeof inForce !== 'number') return;
      const made = takeOverHours(equipmentId, changes, heads);
      const readings = made.readings.map(({ id, values }): Reading => ({ id, ...values }));
      expect(runningHoursOf(equipmentId, [meter(meterId, readings)], heads)).toBe(inForce);
      const again = takeOverHours(equipmentId, changes.toReversed(), heads);
      expect(new Map(again.readings.map(({ id, values }) => [id, values]))).toEqual(
        new Map(made.readings.map(({ id, values }) => [id, values])),
      );
      for (const { id, values } of made.readings) {
        const change = changeOf({
          entity: meterReadingSpec.entity,
          recordId: id,
          operation: 'create',
          fields: values,
          version: 3,
        });
        expect(validateChange(change).decision).toBe('apply');
      }
      const create = {
        entity: meterSpec.entity,
        recordId: made.id,
        operation: 'create',
        fields: made.values,
      } as const;
      expect(validateChange(changeOf({ ...create, version: 3 })).decision).toBe('apply');
    }),
  );
});
