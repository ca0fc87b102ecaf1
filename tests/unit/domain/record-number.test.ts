import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import {
  countOf,
  nextNumber,
  nextWithin,
  numberRange,
  windowsOf,
  type NumberWindow,
  type NumberingSide,
} from '#shared/records/record-number.ts';
import { workOrderFields } from '#shared/records/work-order.ts';

const sides: readonly NumberingSide[] = ['vessel', 'shore'];
const years = fc.integer({ min: 1980, max: 2199 });

/** The numbers that one side gives, one after the other. */
function give(year: number, side: NumberingSide, many: number, from: string | null = null): string[] {
  const given: string[] = [];
  for (let last = from === null ? null : countOf(from); given.length < many;) {
    const { number, count } = nextNumber('WO', year, side, last);
    expect(countOf(number)).toBe(count);
    given.push(number);
    last = count;
  }
  return given;
}

describe('work order numbers', () => {
  test('begin anew each year, on board at 000001 and ashore at 500001', () => {
    expect(give(2026, 'vessel', 2)).toEqual(['WO-2026-000001', 'WO-2026-000002']);
    expect(give(2026, 'shore', 2)).toEqual(['WO-2026-500001', 'WO-2026-500002']);
    expect(give(2027, 'vessel', 1)).toEqual(['WO-2027-000001']);
  });

  test('never collide, though ship and office do not ask each other, in any years', () => {
    fc.assert(
      fc.property(years, years, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (ours, theirs, first, second) => {
        const onBoard = give(ours, 'vessel', first);
        const ashore = give(theirs, 'shore', second);
        const again = ours === theirs ? [] : give(theirs, 'vessel', first);
        const all = [...onBoard, ...ashore, ...again];
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  test('stay within the range of their side, whose last number is the last one given', () => {
    for (const side of sides) {
      const { first, last } = numberRange('WO', 2026, side);
      expect(give(2026, side, 1)).toEqual([first]);
      expect(() => give(2026, side, 1, last)).toThrow(`No number WO is left for 2026 (${side})`);
      const before = `WO-2026-${String(Number(last.slice(-6)) - 1).padStart(6, '0')}`;
      expect(give(2026, side, 1, before)).toEqual([last]);
    }
    expect(numberRange('WO', 2026, 'vessel').last < numberRange('WO', 2026, 'shore').first).toBe(true);
  });

  test('sort as texts in the order in which they were given, so that the last one can be looked up', () => {
    fc.assert(
      fc.property(
        years,
        fc.constantFrom(...sides),
        fc.integer({ min: 1, max: 499_000 }),
        (year, side, start) => {
          const { first } = numberRange('WO', year, side);
          const from = `${first.slice(0, 8)}${String(Number(first.slice(-6)) + start).padStart(6, '0')}`;
          const given = give(year, side, 5, from);
          expect([from, ...given].toSorted()).toEqual([from, ...given]);
          expect(given.every((number) => number > from && number <= numberRange('WO', year, side).last)).toBe(
            true,
          );
        },
      ),
    );
  });

  test('are such as a record may carry', () => {
    for (const side of sides)
      for (const number of give(2026, side, 3))
        expect(workOrderFields.shape.number.safeParse(number).success).toBe(true);
  });

  test.each(sides)(
    'of the %s side go on from what is plausible, whatever numbers somebody makes up',
    (side) => {
      fc.assert(
        fc.property(
          fc.array(fc.nat({ max: 499_999 }), { maxLength: 40 }),
          fc.constantFrom([], [49_999], [499_999], [49_999, 99_999, 499_999]),
          (made, ends) => {
            const base = countOf(numberRange('WO', 2026, side).first);
            const numberAt = (place: number): string => `WO-2026-${String(base + place).padStart(6, '0')}`;
            const given = new Set([...made, ...ends].map(numberAt));
            const highest = ({ first, last }: NumberWindow): string | null =>
              [...given]
                .filter((number) => number >= first && number <= last)
                .sort()
                .at(-1) ?? null;
            for (let count = 0; count < 5; count += 1) {
              const [next] = [...windowsOf('WO', 2026, side)].flatMap(
                (window) => nextWithin(window, highest(window)) ?? [],
              );
              if (next === undefined) throw new Error('No number was left');
              expect(given.has(next)).toBe(false);
              expect(workOrderFields.shape.number.safeParse(next).success).toBe(true);
              given.add(next);
            }
          },
        ),
        runs(100),
      );
    },
  );

  test('a jump to the end of the year’s numbers is not followed', () => {
    const taken = ['WO-2026-500001', 'WO-2026-500002', 'WO-2026-999999'];
    const highest = ({ first, last }: NumberWindow): string | null =>
      taken.filter((number) => number >= first && number <= last).at(-1) ?? null;
    const [next] = [...windowsOf('WO', 2026, 'shore')].flatMap(
      (window) => nextWithin(window, highest(window)) ?? [],
    );
    expect(next).toBe('WO-2026-500003');
  });
});
