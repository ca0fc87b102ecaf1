import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { personLimit } from '#shared/domain/names.ts';
import { workOrderFields } from '#shared/records/work-order.ts';
import { canonicalText, changeSchema, latestInstant } from '#shared/sync/change.ts';
import {
  latestApplied,
  latestHybridTime,
  tick,
  ticksPerMillisecond,
  timeAfter,
  wallClock,
  observe,
} from '#shared/sync/clock.ts';
import { decodeFrame, encodeFrame, type Batch } from '#shared/sync/frame.ts';
import { receivedRangesJson } from '#shared/sync/received-ranges.ts';
import { changeNumber, highestNumber, numberOrNone } from '#shared/sync/numbers.ts';
import { headFingerprints } from '#shared/sync/head-fingerprints.ts';
import { causalContextSchema, sideOf } from '#shared/sync/causal-context.ts';
import { validateChange } from '#shared/sync/validity.ts';
import { changeOf, receivedJsonOf, orderValues, origins, storableText, vesselId } from './changes.ts';

const codec = { compress: (bytes: Uint8Array) => bytes, decompress: (bytes: Uint8Array) => bytes };

const ends = (low: number, high: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(low, low + 1, high - 1, high), fc.integer({ min: low, max: high }));

/** Any clock that a computer can have. */
const clock = fc.oneof(
  fc.constantFrom(Number.NEGATIVE_INFINITY, -1, 0, 1.5, Date.UTC(2190, 0, 1), latestInstant, 1e300),
  fc.integer({ min: -latestInstant, max: latestInstant }),
);

/** What a writer on either end can make: its own limits, and what it has heard of from the other. */
const written = fc
  .record({
    origin: origins,
    number: ends(1, highestNumber),
    now: clock,
    heard: ends(1, latestHybridTime),
    seen: fc.dictionary(origins, receivedJsonOf(ends(0, highestNumber - 100)), {
      maxKeys: 20,
      noNullPrototype: true,
    }),
    operation: fc.constantFrom('create' as const, 'update' as const),
    title: storableText(200).filter((text) => text.trim() !== ''),
    notes: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('', 'Leak found') },
      { weight: 1, arbitrary: fc.constantFrom('\u{1f6a2}'.repeat(32_768), 'ж'.repeat(65_536)) },
    ),
    estimatedHours: fc.constantFrom(null, -0, 0, 100_000, 1e-300, 0.1 + 0.2, 99_999.99999),
    actorName: storableText(personLimit),
    device: storableText(120),
    actorId: fc.option(fc.uuid()),
  })
  .map(({ now, heard, title, notes, estimatedHours, operation, ...given }) => {
    // The clock followed what came, as far as it is followed, and the record holds the latest that may be in one.
    const side = sideOf(given.origin);
    const latest = Math.min(heard, latestApplied('vessel'));
    const values = { title, notes, estimatedHours };
    return {
      latest,
      change: changeOf({
        ...given,
        operation,
        at: wallClock(now),
        time: Math.min(latestApplied(side), timeAfter(tick(observe(0, heard, now), now), latest)),
        fields: operation === 'create' ? { ...orderValues(), ...values } : values,
      }),
    };
  });

describe('what one end may write', () => {
  test('the other takes, as it was written, and both judge it alike', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 1 }), (made) => {
        const [first] = made;
        const origin = first?.change.origin ?? '';
        let number = Math.min(first?.change.number ?? 1, highestNumber - made.length);
        const changes = made.map(({ change }) => ({ ...change, origin, number: (number += 1) }));
        const batch: Batch = {
          kind: 'batch',
          vessel: vesselId,
          origin,
          lane: 'normal',
          after: number - made.length,
          hash: 'a'.repeat(64),
          attempt: 1,
          proof: [[highestNumber, 'a'.repeat(16)]],
          changes,
        };
        const came = decodeFrame(encodeFrame(batch, codec), vesselId, codec);
        if (came.kind !== 'batch') throw new Error('Something else came');
        expect(came.changes.map((each) => canonicalText(each))).toEqual(
          changes.map((each) => canonicalText(each)),
        );
        expect(came.changes.map((each) => validateChange(each).decision)).toEqual(
          changes.map((each) => validateChange(each).decision),
        );
      }),
      runs(40),
    );
  });

  test('is never parked, whatever clocks say and whatever was heard of', () => {
    fc.assert(
      fc.property(written, ({ change }) => {
        expect(
          validateChange({ ...change, fields: { title: 'Renew gasket' }, operation: 'update' }).decision,
        ).toBe('apply');
      }),
      runs(300),
    );
  });
});

describe('a time far ahead', () => {
  test.each(['v000001', 's000001'])('is kept aside where %s writes one that leaves no room', (origin) => {
    const limit = latestApplied(sideOf(origin));
    const fields = { title: 'Renew gasket' };
    expect(validateChange(changeOf({ origin, fields, time: limit }))).toMatchObject({ decision: 'apply' });
    for (const time of [limit + 1, latestHybridTime - 1, latestHybridTime]) {
      expect(changeSchema.safeParse(changeOf({ origin, fields, time })).success).toBe(true);
      expect(validateChange(changeOf({ origin, fields, time }))).toMatchObject({ decision: 'park' });
      expect(validateChange(changeOf({ origin, fields: {}, operation: 'delete', time }))).toMatchObject({
        decision: 'park',
      });
    }
  });

  test('leaves room for a million million further changes of a record after the last clock that is followed', () => {
    const lastFollowed = (Date.UTC(2190, 0, 1) + 86_400_000) * ticksPerMillisecond;
    expect(tick(observe(0, lastFollowed, latestInstant), latestInstant)).toBe(lastFollowed + 1);
    expect(latestApplied('vessel') - lastFollowed).toBeGreaterThan(1_000_000_000_000);
    expect(latestApplied('shore') - latestApplied('vessel')).toBeGreaterThan(1_000_000_000_000);
    expect(latestApplied('shore')).toBeLessThan(latestHybridTime);
  });
});

describe('a number that a ship has no place for', () => {
  test.each([2 ** 40, 2 ** 41 + 1, Number.MAX_SAFE_INTEGER])('%s is taken nowhere', (number) => {
    expect(changeSchema.safeParse(changeOf({ number })).success).toBe(false);
    expect(changeNumber.safeParse(number).success).toBe(false);
    expect(numberOrNone.safeParse(number).success).toBe(false);
    for (const held of [number, [0, [number, number]], [0, [5, number]]])
      expect(receivedRangesJson.safeParse(held).success).toBe(false);
    expect(causalContextSchema.safeParse({ v000001: number }).success).toBe(false);
    expect(headFingerprints.safeParse([[number, 'a'.repeat(16)]]).success).toBe(false);
    expect(changeSchema.safeParse(changeOf({ seen: { s000001: number } })).success).toBe(false);
  });

  test('the highest that it has is taken everywhere', () => {
    expect(changeSchema.safeParse(changeOf({ number: highestNumber })).success).toBe(true);
    expect(receivedRangesJson.safeParse([0, [5, highestNumber]]).success).toBe(true);
    expect(causalContextSchema.safeParse({ v000001: highestNumber }).success).toBe(true);
  });
});

test('an order that a ship raises whatever its clock says keeps the rules of orders', () => {
  fc.assert(
    fc.property(clock, (now) => {
      const createdAt = new Date(wallClock(now)).toISOString();
      expect(workOrderFields.safeParse({ ...orderValues(), createdAt }).success).toBe(true);
    }),
    runs(300),
  );
});
