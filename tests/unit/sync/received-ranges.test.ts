import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import {
  differenceOf,
  receivedFromJson,
  receivedRangesJson,
  receivedToJson,
  hasReceived,
  missingIn,
  nothingReceived,
  unionOf,
  withNumber,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { receivedJsonOf } from './changes.ts';

const numbers = fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 30 });
const someReceived = receivedJsonOf(fc.integer({ min: 0, max: 8 })).map(receivedFromJson);

const numbersFrom = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
const receivedOf = (given: readonly number[]): ReceivedRanges => given.reduce(withNumber, nothingReceived);

/** The numbers of a model that `held` stands for, up to one that is beyond all of them. */
function numbersIn(received: ReceivedRanges): Set<number> {
  const last = Math.max(received.upTo, ...received.beyond.map((range) => range[1]));
  return new Set(
    Array.from({ length: last + 2 }, (_, index) => index + 1).filter((number) =>
      hasReceived(received, number),
    ),
  );
}

function expectCanonical({ upTo, beyond }: ReceivedRanges): void {
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
        expect(numbersIn(receivedOf(given))).toEqual(new Set(given));
      }),
    );
  });

  test('is one cursor when all came, and ranges that lie apart from it and each other when not', () => {
    fc.assert(
      fc.property(numbers, (given) => {
        const received = receivedOf(given);
        expectCanonical(received);
        const missing = Array.from({ length: 26 }, (_, index) => index + 1).find(
          (number) => !given.includes(number),
        );
        expect(received.upTo).toBe((missing ?? 0) - 1);
      }),
    );
  });

  test('has one form: the same numbers are the same value', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 24 })), (given) => {
        expect(receivedOf([...given].reverse())).toEqual(receivedOf(given));
        expect(receivedOf([...given].sort((a, b) => a - b))).toEqual(receivedOf(given));
      }),
    );
  });

  test('by one or by another is what either holds', () => {
    fc.assert(
      fc.property(someReceived, someReceived, (a, b) => {
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
      fc.property(someReceived, someReceived, (a, b) => {
        const difference = differenceOf(a, b);
        expect(numbersIn(difference)).toEqual(
          new Set([...numbersIn(a)].filter((number) => !hasReceived(b, number))),
        );
        expectCanonical(difference);
        expect(unionOf(difference, b)).toEqual(unionOf(a, b));
      }),
    );
  });

  test('lacks of a stretch just what is not held of it, in order', () => {
    fc.assert(
      fc.property(someReceived, fc.nat({ max: 30 }), fc.nat({ max: 40 }), (received, first, last) => {
        const missing = missingIn(received, first + 1, last);
        expect(missing.flatMap(([from, to]) => numbersFrom(from, to))).toEqual(
          numbersFrom(first + 1, last).filter((number) => !hasReceived(received, number)),
        );
      }),
    );
  });

  test('grows by a number as by what holds that number alone', () => {
    fc.assert(
      fc.property(someReceived, fc.integer({ min: 1, max: 40 }), (received, number) => {
        expect(withNumber(received, number)).toEqual(
          unionOf(received, { upTo: 0, beyond: [[number, number]] }),
        );
      }),
    );
  });

  test('is never more for asking', () => {
    expect(hasReceived(nothingReceived, 1)).toBe(false);
    expect(hasReceived({ upTo: 3, beyond: [[6, 8]] }, 3)).toBe(true);
    expect([4, 5, 9].map((number) => hasReceived({ upTo: 3, beyond: [[6, 8]] }, number))).toEqual([
      false,
      false,
      false,
    ]);
    expect([6, 7, 8].map((number) => hasReceived({ upTo: 3, beyond: [[6, 8]] }, number))).toEqual([
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
        const received = receivedOf(given);
        const json: unknown = JSON.parse(JSON.stringify(receivedToJson(received)));
        expect(receivedFromJson(receivedRangesJson.parse(json))).toEqual(received);
        expect(typeof json === 'number').toBe(received.beyond.length === 0);
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
    expect(receivedRangesJson.safeParse(json).success).toBe(false);
  });
});
