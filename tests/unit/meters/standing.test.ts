import { describe, expect, test } from 'vitest';
import { countedOf, standingOf, type Reading } from '#shared/records/meter-standing.ts';
import { fc } from '#support/properties.ts';

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString();

function reading(id: string, hour: number, value: number, more: Partial<Reading> = {}): Reading {
  return { id, kind: 'reading', value, readAt: at(hour), corrects: null, lastValue: null, ...more };
}
const correction = (id: string, corrects: string, hour: number, value: number, more: Partial<Reading> = {}) =>
  reading(id, hour, value, { kind: 'correction', corrects, ...more });
const replaced = (id: string, hour: number, lastValue: number, value: number) =>
  reading(id, hour, value, { kind: 'replaced', lastValue });

describe('a meter', () => {
  test('shows its last reading, and nothing without one', () => {
    expect(standingOf([])).toBeNull();
    expect(standingOf([reading('b', 2, 120), reading('a', 1, 100)])).toEqual({
      shown: 120,
      total: 120,
      readAt: at(2),
    });
  });

  test('goes on in all where it is replaced, and starts again in what it shows', () => {
    const before = [reading('a', 1, 41_000), replaced('b', 2, 41_010, 0)];
    expect(standingOf(before)).toMatchObject({ shown: 0, total: 41_010 });
    expect(standingOf([...before, reading('c', 9, 7.5)])).toMatchObject({ shown: 7.5, total: 41_017.5 });
    const twice = [...before, replaced('c', 9, 7, 100), reading('d', 10, 101)];
    expect(standingOf(twice)).toMatchObject({ shown: 101, total: 41_018 });
  });

  test('has a typing error set right, in the value, in the moment and in a replacement', () => {
    const typed = [reading('a', 1, 100), reading('b', 2, 1_200)];
    expect(standingOf([...typed, correction('c', 'b', 2, 120)])).toMatchObject({ shown: 120, total: 120 });
    // It was the day before.
    expect(standingOf([...typed, correction('c', 'b', 0, 90)])).toMatchObject({ shown: 100, readAt: at(1) });
    const fitted = [reading('a', 1, 100), replaced('b', 2, 110, 0), reading('c', 3, 5)];
    expect(standingOf(fitted)?.total).toBe(115);
    expect(standingOf([...fitted, correction('d', 'b', 2, 1, { lastValue: 111 })])?.total).toBe(115);
    expect(standingOf([...fitted, correction('d', 'b', 2, 0, { lastValue: 101 })])?.total).toBe(106);
  });

  test('keeps to the correction of a correction, and to the last of two that did not see each other', () => {
    const first = [reading('a', 1, 100), correction('z', 'a', 1, 10)];
    // Written on a computer whose clock is behind: it has the lower id, and has seen the other.
    expect(standingOf([...first, correction('b', 'z', 1, 11)])?.shown).toBe(11);
    expect(standingOf([...first, correction('b', 'a', 1, 11)])?.shown).toBe(10);
  });

  test('does not count a correction whose reading is not here, or that leads to itself', () => {
    expect(standingOf([reading('a', 1, 100), correction('c', 'not here', 5, 7)])?.shown).toBe(100);
    const ring = [correction('x', 'y', 5, 1), correction('y', 'x', 5, 2), correction('w', 'w', 5, 3)];
    expect(standingOf(ring)).toBeNull();
    expect(standingOf([reading('a', 1, 100), ...ring])?.shown).toBe(100);
  });
});

/** Readings of a meter as two computers may leave them: whatever order, corrections of anything or of nothing. */
const readings: fc.Arbitrary<Reading[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('reading', 'reading', 'correction', 'replaced'),
      value: fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10),
      hour: fc.integer({ min: 0, max: 20 }),
      corrects: fc.nat(14),
      lastValue: fc.option(fc.integer({ min: 0, max: 40 })),
    }),
    { maxLength: 14 },
  )
  .map((list) =>
    list.map(({ kind, value, hour, corrects, lastValue }, index) => ({
      id: `r${String(index).padStart(2, '0')}`,
      kind,
      value,
      readAt: at(hour),
      corrects: kind === 'correction' ? `r${String(corrects).padStart(2, '0')}` : null,
      lastValue: kind === 'reading' ? null : lastValue,
    })),
  );

describe('any readings of a meter', () => {
  test('say the same in whatever order they arrived', () => {
    fc.assert(
      fc.property(
        readings.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          expect(standingOf(shuffled)).toEqual(standingOf(list));
          expect(countedOf(shuffled)).toEqual(countedOf(list));
        },
      ),
    );
  });

  test('say the same once one is set right as if it had been right from the first', () => {
    fc.assert(
      fc.property(
        readings,
        fc.nat(),
        fc.nat(500),
        fc.integer({ min: 0, max: 20 }),
        (list, pick, value, hour) => {
          const corrected = new Set(list.flatMap(({ corrects }) => corrects ?? []));
          const plain = list.filter(({ id, kind }) => kind !== 'correction' && !corrected.has(id));
          const one = plain[pick % Math.max(1, plain.length)];
          if (one === undefined) return;
          const right = { value, readAt: at(hour), lastValue: one.kind === 'replaced' ? 33 : null };
          const afterwards = [
            ...list,
            { ...one, ...right, id: 'zz', kind: 'correction' as const, corrects: one.id },
          ];
          const fromTheFirst = list.map((each) => (each === one ? { ...each, ...right } : each));
          expect(standingOf(afterwards)).toEqual(standingOf(fromTheFirst));
        },
      ),
    );
  });

  test('count the same in all where the meter is replaced at the end, and only that from there on', () => {
    fc.assert(
      fc.property(readings, fc.nat(300), fc.nat(50), (list, first, run) => {
        const standing = standingOf(list);
        if (standing === null) return;
        const fitted = [...list, replaced('zx', 30, standing.shown, first)];
        expect(standingOf(fitted)).toEqual({ shown: first, total: standing.total, readAt: at(30) });
        const later = standingOf([...fitted, reading('zy', 31, first + run)]);
        expect(later?.shown).toBe(first + run);
        expect(later?.total).toBeCloseTo(standing.total + run, 6);
      }),
    );
  });

  test('hang on those that are not plain, on what is set right, and on the last of the rest', () => {
    fc.assert(
      fc.property(readings, (list) => {
        const corrected = new Set(list.flatMap(({ corrects }) => corrects ?? []));
        const special = list.filter(({ id, kind }) => kind !== 'reading' || corrected.has(id));
        const plain = list
          .filter((each) => !special.includes(each))
          .toSorted((a, b) => (`${a.readAt}${a.id}` < `${b.readAt}${b.id}` ? -1 : 1));
        expect(standingOf([...special, ...plain.slice(-1)])).toEqual(standingOf(list));
      }),
    );
  });
});
