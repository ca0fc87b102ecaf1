import { expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { isoTime } from '#shared/iso-time.ts';

test('an instant is written as a Date writes it, whatever was written before', () => {
  const instant = fc.oneof(
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.integer({ min: 0, max: 3 }).map((days) => Date.UTC(2026, 1, 28) + days * 86_400_000),
    fc.integer({ min: 0, max: 86_400_000 }).map((ofDay) => Date.UTC(2026, 10, 28) + ofDay),
    fc.double({ min: -1e13, max: 1e13, noNaN: true }),
  );
  fc.assert(
    fc.property(instant, (ms) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    }),
    runs(3_000),
  );
});

test('what is no instant is refused', () => {
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, 9e15, -9e15])
    expect(() => isoTime(ms), String(ms)).toThrow(RangeError);
});
