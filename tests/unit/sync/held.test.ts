import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import {
  differenceOf,
  heldFromJson,
  heldJson,
  heldToJson,
  holds,
  missingIn,
  nothingHeld,
  unionOf,
  withNumber,
  type Held,
} from '#shared/sync/held.ts';
import { heldJsonOf } from './changes.ts';

const numbers = fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 30 });
const helds = heldJsonOf(fc.integer({ min: 0, max: 8 })).map(heldFromJson);

const numbersFrom = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
const heldOf = (given: readonly number[]): Held => given.reduce(withNumber, nothingHeld);

/** The numbers of a model that `held` stands for, up to one that is beyond all of them. */
function numbersIn(held: Held): Set<number> {
  const last = Math.max(held.upTo, ...held.beyond.map((range) => range[1]));
  return new Set(
    Array.from({ length: last + 2 }, (_, index) => index + 1).filter((number) => holds(held, number)),
  );
}

function expectCanonical({ upTo, beyond }: Held): void {
  let end = upTo;
  for (const [first, last] of beyond) {
    expect(first).toBeGreaterThan(end + 1);
    expect(last).toBeGreaterThanOrEqual(first);
    end = last;
  }
}

describe('what somebody holds of a journal', () => {
  test('is exactly the numbers that came, in whatever order and however often', () => {
    fc.assert(
      fc.property(numbers, (given) => {
        expect(numbersIn(heldOf(given))).toEqual(new Set(given));
      }),
    );
  });

  test('is one cursor when all came, and ranges that lie apart from it and each other when not', () => {
    fc.assert(
      fc.property(numbers, (given) => {
        const held = heldOf(given);
        expectCanonical(held);
        const missing = Array.from({ length: 26 }, (_, index) => index + 1).find(
          (number) => !given.includes(number),
        );
        expect(held.upTo).toBe((missing ?? 0) - 1);
      }),
    );
  });

  test('has one form: the same numbers are the same value', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 24 })), (given) => {
        expect(heldOf([...given].reverse())).toEqual(heldOf(given));
        expect(heldOf([...given].sort((a, b) => a - b))).toEqual(heldOf(given));
      }),
    );
  });

  test('by one or by another is what either holds', () => {
    fc.assert(
      fc.property(helds, helds, (a, b) => {
        const union = unionOf(a, b);
        expect(numbersIn(union)).toEqual(new Set([...numbersIn(a), ...numbersIn(b)]));
        expectCanonical(union);
        expect(unionOf(b, a)).toEqual(union);
        expect(unionOf(union, a)).toEqual(union);
      }),
    );
  });

  test('without what another holds is what only it holds', () => {
    fc.assert(
      fc.property(helds, helds, (a, b) => {
        const difference = differenceOf(a, b);
        expect(numbersIn(difference)).toEqual(
          new Set([...numbersIn(a)].filter((number) => !holds(b, number))),
        );
        expectCanonical(difference);
        expect(unionOf(difference, b)).toEqual(unionOf(a, b));
      }),
    );
  });

  test('lacks of a stretch just what is not held of it, in order', () => {
    fc.assert(
      fc.property(helds, fc.nat({ max: 30 }), fc.nat({ max: 40 }), (held, first, last) => {
        const missing = missingIn(held, first + 1, last);
        expect(missing.flatMap(([from, to]) => numbersFrom(from, to))).toEqual(
          numbersFrom(first + 1, last).filter((number) => !holds(held, number)),
        );
      }),
    );
  });

  test('grows by a number as by what holds that number alone', () => {
    fc.assert(
      fc.property(helds, fc.integer({ min: 1, max: 40 }), (held, number) => {
        expect(withNumber(held, number)).toEqual(unionOf(held, { upTo: 0, beyond: [[number, number]] }));
      }),
    );
  });

  test('is never more for asking', () => {
    expect(holds(nothingHeld, 1)).toBe(false);
    expect(holds({ upTo: 3, beyond: [[6, 8]] }, 3)).toBe(true);
    expect([4, 5, 9].map((number) => holds({ upTo: 3, beyond: [[6, 8]] }, number))).toEqual([
      false,
      false,
      false,
    ]);
    expect([6, 7, 8].map((number) => holds({ upTo: 3, beyond: [[6, 8]] }, number))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('on the wire and on disk', () => {
  test('it comes back as it was, and is the cursor alone when there is nothing beyond', () => {
    fc.assert(
      fc.property(numbers, (given) => {
        const held = heldOf(given);
        const json: unknown = JSON.parse(JSON.stringify(heldToJson(held)));
        expect(heldFromJson(heldJson.parse(json))).toEqual(held);
        expect(typeof json === 'number').toBe(held.beyond.length === 0);
      }),
    );
  });

  test.each([
    ['a range back to front', [3, [9, 7]]],
    ['a range that touches the cursor', [3, [4, 7]]],
    ['a range behind the cursor', [3, [1, 2]]],
    ['ranges in the wrong order', [3, [9, 9], [5, 6]]],
    ['ranges that touch each other', [3, [5, 6], [7, 9]]],
    ['a list with nothing beyond', [3]],
    ['a negative cursor', -1],
    ['half a number', 2.5],
    ['a number that is not exact', 2 ** 53],
    ['a range of three', [3, [5, 6, 7]]],
    ['a text', '3'],
    ['nothing', null],
  ])('%s is refused', (_, json) => {
    expect(heldJson.safeParse(json).success).toBe(false);
  });
});
