import { describe, expect, test } from 'vitest';
import { judgeReading } from '#shared/records/judge-reading.ts';
import type { FieldValues } from '#shared/records/record.ts';
import { fc } from '#support/properties.ts';

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString();
const values = (hour: number, value: number, more: FieldValues = {}): FieldValues => ({
  meterId: 'm',
  kind: 'reading',
  value,
  readAt: at(hour),
  readBy: 'J. Berg',
  reason: '',
  corrects: null,
  lastValue: null,
  ...more,
});
const others = [
  { id: 'a', values: values(0, 1_000) },
  { id: 'b', values: values(48, 1_040) },
];
const judge = (added: FieldValues, known = others, unit = 'hours') =>
  judgeReading(
    { id: 'new', values: added, others: known, referenced: { meterId: { unit } } },
    { at: at(500), by: 'J. Berg' },
  );
const asked = (...given: Parameters<typeof judge>): string => {
  const objection = judge(...given);
  return objection !== null && 'question' in objection ? objection.question : JSON.stringify(objection);
};
const wrong = (added: FieldValues): unknown => {
  const objection = judge(added);
  return objection !== null && 'wrong' in objection ? objection.wrong.map(({ path }) => path) : objection;
};

describe('a new reading', () => {
  test('is taken where the hours fit the days, before and after it', () => {
    expect(judge(values(72, 1_064))).toBeNull();
    expect(judge(values(72, 1_040))).toBeNull();
    expect(judge(values(24, 1_020))).toBeNull();
    expect(judge(values(24, 1_000_000), [])).toBeNull();
    expect(judge(values(71.5, 1_064))).toBeNull();
  });

  test('is asked about where the meter would run backwards or faster than the clock', () => {
    expect(asked(values(72, 1_030))).toBe(
      'The meter showed 1040 at 2026-01-03 00:00 UTC and 1030 at 2026-01-04 00:00 UTC: it would have run backwards. Is that right?',
    );
    expect(asked(values(72, 1_066))).toMatch(/are 26 hours, and only 24 have passed/);
    // One that is entered late, between two that are there.
    expect(asked(values(24, 990))).toMatch(/backwards/);
    expect(asked(values(24, 1_041))).toMatch(/are 41 hours, and only 24/);
    expect(asked(values(24, 1_010), [{ id: 'b', values: values(25, 1_040) }])).toMatch(
      /are 30 hours, and only 1 have/,
    );
  });

  test('of what is not hours may grow as it likes, and not backwards', () => {
    expect(judge(values(49, 5_000), others, 'starts')).toBeNull();
    expect(asked(values(49, 900), others, 'starts')).toMatch(/backwards/);
  });

  test('from a time to come is asked about', () => {
    expect(asked(values(502, 1_050))).toMatch(/still to come/);
  });

  test('sets right another, is compared in its place, and says why', () => {
    const correction = { kind: 'correction', corrects: 'b', reason: 'Typing error' };
    expect(judge(values(48, 1_020, correction))).toBeNull();
    expect(asked(values(48, 900, correction))).toMatch(/1000 at .* and 900 at/);
    expect(wrong(values(48, 1_020, { ...correction, reason: ' ' }))).toEqual(['reason']);
    expect(wrong(values(48, 1_020, { ...correction, corrects: null }))).toEqual(['corrects']);
    expect(wrong(values(48, 1_020, { ...correction, corrects: 'of another meter' }))).toEqual(['corrects']);
    const once = [...others, { id: 'c', values: values(48, 1_020, correction) }];
    expect(judge(values(48, 1_021, correction), once)).toMatchObject({ wrong: [{ path: 'corrects' }] });
    expect(judge(values(48, 1_021, { ...correction, corrects: 'c' }), once)).toBeNull();
    expect(wrong(values(72, 1_050, { corrects: 'b' }))).toEqual(['corrects']);
  });

  test('of a replaced meter says what the old one showed, which has to fit as well', () => {
    const replaced = { kind: 'replaced', reason: 'Broken glass', lastValue: 1_050 };
    expect(judge(values(72, 0, replaced))).toBeNull();
    expect(asked(values(72, 0, { ...replaced, lastValue: 1_030 }))).toMatch(/backwards/);
    expect(asked(values(72, 0, { ...replaced, lastValue: 1_100 }))).toMatch(/are 60 hours/);
    expect(wrong(values(72, 0, { ...replaced, lastValue: null, reason: '' }))).toEqual([
      'reason',
      'lastValue',
    ]);
    expect(wrong(values(72, 1_050, { lastValue: 3 }))).toEqual(['lastValue']);
    const fitted = [...others, { id: 'c', values: values(72, 0, replaced) }];
    expect(judge(values(80, 8), fitted)).toBeNull();
    expect(asked(values(80, 20), fitted)).toMatch(/are 20 hours, and only 8/);
  });

  test('is judged the same in whatever order the others are given', () => {
    const known = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 8 });
    fc.assert(
      fc.property(known, fc.integer({ min: 0, max: 99 }), fc.nat(120), (hours, hour, value) => {
        const list = hours.map((each) => ({ id: `k${each}`, values: values(each, (each * 37) % 100) }));
        expect(judge(values(hour, value), list.toReversed())).toEqual(judge(values(hour, value), list));
      }),
    );
  });
});
