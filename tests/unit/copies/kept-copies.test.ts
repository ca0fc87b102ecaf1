import { describe, expect, test } from 'vitest';
import type { CopyKind } from '#shared/contract/copies.ts';
import { copiesToRemove, isDailyDue, nextDailyAt, type StandingCopy } from '#vessel/copies/kept-copies.ts';

const day = 86_400_000;
/** A Monday, noon. */
const now = Date.UTC(2026, 10, 30, 12);
const plenty = { mostBytes: 1e12 };

function copy(daysAgo: number, given: Partial<StandingCopy> = {}): StandingCopy {
  const kind: CopyKind = given.kind ?? 'daily';
  return {
    name: `${kind}-${daysAgo}`,
    kind,
    at: now - daysAgo * day,
    bytes: 100,
    state: 'checked',
    ...given,
  };
}

const days = (...ago: number[]): StandingCopy[] => ago.map((each) => copy(each));
const kept = (copies: readonly StandingCopy[], bounds = plenty, latest: string | null = null): string[] => {
  const gone = new Set(copiesToRemove(copies, bounds, latest));
  return copies.map(({ name }) => name).filter((name) => !gone.has(name));
};

describe('of the copies of the database', () => {
  test('seven days and the newest of four weeks stay', () => {
    const copies = days(...Array.from({ length: 60 }, (_, ago) => ago));
    // Monday is today; the weeks before end with Sundays.
    expect(kept(copies)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 15].map((ago) => `daily-${ago}`));
  });

  test('of two of one day the newer stays', () => {
    expect(kept([...days(0), copy(0.2, { name: 'earlier that day' })])).toEqual(['daily-0']);
  });

  test('three from before updates and three by hand stay, whatever their age', () => {
    const of = (kind: CopyKind) => [100, 200, 300, 400].map((ago) => copy(ago, { kind }));
    expect(kept([...of('update'), ...of('hand')])).toEqual([
      'update-100',
      'update-200',
      'update-300',
      'hand-100',
      'hand-200',
      'hand-300',
    ]);
  });

  test('what was replaced by a restore, and what nobody has looked at, never goes by itself', () => {
    const copies = [
      ...days(0),
      ...[10, 20, 30, 40, 50].map((ago) => copy(ago, { kind: 'replaced' })),
      copy(500, { kind: 'update', state: 'unchecked' }),
    ];
    expect(copiesToRemove(copies, { mostBytes: 1 }, null)).toEqual([]);
  });

  test('an unfit one goes once there is a checked one, and not before', () => {
    expect(copiesToRemove([copy(3, { state: 'unfit' })], plenty, null)).toEqual([]);
    expect(copiesToRemove([copy(3, { state: 'unfit' }), copy(9)], plenty, null)).toEqual(['daily-3']);
  });

  test('beyond the bytes for all the oldest go, and the last checked one never', () => {
    expect(kept(days(0, 1, 2, 3), { mostBytes: 250 })).toEqual(['daily-0', 'daily-1']);
    expect(kept(days(0, 1, 2, 3), { mostBytes: 10 })).toEqual(['daily-0']);
    expect(kept([copy(0, { state: 'unfit' }), copy(4)], { mostBytes: 10 })).toEqual(['daily-4']);
  });

  test('the one just made stays though a clock once stood years ahead', () => {
    const future = days(-400, -401, -402, -403, -404, -405, -406, -407, -408);
    const left = kept([...future, copy(0)], { mostBytes: 300 }, 'daily-0');
    expect(left).toContain('daily-0');
    expect(left).toHaveLength(3);
  });
});

describe('a daily copy is due', () => {
  test('where there is no checked one of the last 24 hours', () => {
    expect(isDailyDue([], now)).toBe(true);
    expect(isDailyDue([copy(0.9)], now)).toBe(false);
    expect(isDailyDue([copy(1.1)], now)).toBe(true);
    expect(isDailyDue([copy(0.1, { state: 'unfit' }), copy(0.1, { kind: 'hand' })], now)).toBe(true);
    expect(nextDailyAt([copy(0.25)], now)).toBe(now + 0.75 * day);
  });

  test('where the clock was set back since', () => expect(isDailyDue([copy(-3)], now)).toBe(true));
});
