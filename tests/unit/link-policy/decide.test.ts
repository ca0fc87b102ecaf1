import { describe, expect, test } from 'vitest';
import { decide, type Situation } from '#shared/link-policy/decide.ts';
import { noBytes } from '#shared/link-policy/traffic.ts';
import { holdText, whyText, budgetText } from '#shared/link-policy/texts.ts';
import { at, budgets, profile, situation } from './situation.ts';

const night = [{ from: '02:00', to: '04:00' }];
const inWindows = profile({ mode: 'windows', windows: night });
const onDemand = profile({ mode: 'on_demand' });
const mb = 1_000_000;

const words = (given: Situation): string => whyText(decide(given), given);
const waits = (given: Situation): string[] =>
  decide(given).holds.map((hold) => `${hold.lane}: ${holdText(hold, given)}`);

describe('A link that may be used at any time', () => {
  test('stands, takes every lane, and that changes by itself never', () => {
    expect(decide(situation())).toEqual({
      connect: true,
      why: { kind: 'always' },
      lanes: ['urgent', 'normal', 'bulk'],
      holds: [],
      budgets: [],
      until: null,
    });
  });
});

describe('A link on demand', () => {
  test('is closed, and says what it waits for', () => {
    const given = situation({ profile: onDemand });
    expect(decide(given)).toMatchObject({ connect: false, lanes: [], until: null });
    expect(words(given)).toBe('Closed until someone says Send now');
    expect(waits(given)).toEqual([
      'normal: Waiting until someone says Send now',
      'bulk: Waiting until someone says Send now',
    ]);
  });

  test('opens for everything when a person asks, and not longer than the profile allows', () => {
    const given = situation({ profile: onDemand, openedFor: { cause: 'asked', leftMs: 600_000 } });
    expect(decide(given)).toMatchObject({
      connect: true,
      lanes: ['urgent', 'normal', 'bulk'],
      until: at('2026-03-14T13:12:00Z'),
    });
    expect(words(given)).toBe('Opened by hand, until everything is sent or 14:12');
    const over = situation({ profile: onDemand, openedFor: { cause: 'asked', leftMs: 0 } });
    expect(decide(over).connect).toBe(false);
  });

  test('opens for an urgent change, and lets the others go along', () => {
    const given = situation({ profile: onDemand, urgentWaits: true });
    expect(decide(given)).toMatchObject({ connect: true, lanes: ['urgent', 'normal', 'bulk'] });
    expect(words(given)).toBe('Opened for an urgent change');
  });

  test('stays closed for one where the crew chose so, and says that it waits', () => {
    const given = situation({ profile: { ...onDemand, urgentOpens: false }, urgentWaits: true });
    expect(decide(given).connect).toBe(false);
    expect(waits(given)[0]).toBe('urgent: Waiting until someone says Send now');
  });
});

describe('A link in windows', () => {
  test('stands in them for everything, and outside them for nothing', () => {
    const outside = situation({ profile: inWindows });
    expect(decide(outside)).toMatchObject({ connect: false, lanes: [], until: at('2026-03-15T01:00:00Z') });
    expect(words(outside)).toBe('Waiting for the window at 02:00');
    expect(waits(outside)).toContain('normal: Waiting for the window at 02:00');
    const inside = situation({ profile: inWindows, now: at('2026-03-15T02:00:00Z') });
    expect(decide(inside)).toMatchObject({ connect: true, holds: [], until: at('2026-03-15T03:00:00Z') });
    expect(words(inside)).toBe('In the window until 04:00');
  });

  test('stands outside them for urgent changes alone', () => {
    const given = situation({ profile: inWindows, urgentWaits: true });
    expect(decide(given)).toMatchObject({ connect: true, lanes: ['urgent'] });
    expect(waits(given)).toEqual([
      'normal: Waiting for the window at 02:00',
      'bulk: Waiting for the window at 02:00',
    ]);
    expect(decide({ ...given, profile: { ...inWindows, urgentOpens: false } }).connect).toBe(false);
  });

  test('stands outside them for everything when a person asks', () => {
    const given = situation({ profile: inWindows, openedFor: { cause: 'asked', leftMs: 1 } });
    expect(decide(given).lanes).toEqual(['urgent', 'normal', 'bulk']);
  });

  test('answers by the clock as it stands, when that is set back or forward', () => {
    const connect = (now: string): boolean => decide(situation({ profile: inWindows, now: at(now) })).connect;
    expect([
      connect('2026-03-15T02:00:00Z'),
      connect('2026-03-14T12:00:00Z'),
      connect('2036-03-15T02:00:00Z'),
    ]).toEqual([true, false, true]);
  });
});

describe('A monthly budget', () => {
  const limited = profile({ budgets: budgets({ normal: 40, urgent: 1 }) });
  const withUsed = (normal: number, change: Partial<Situation> = {}): Situation =>
    situation({ profile: limited, used: { ...noBytes, normal: normal * mb }, ...change });

  test('says nothing below its share, warns from there on, and stops its lane when it is reached', () => {
    expect(decide(withUsed(31.9)).budgets.find(({ of }) => of === 'normal')?.isNear).toBe(false);
    const near = decide(withUsed(32));
    expect(near.lanes).toContain('normal');
    expect(near.budgets.filter(({ isNear }) => isNear).map(budgetText)).toEqual([
      'Budget for normal: 32 of 40 MB this month, 80 %',
    ]);
    const reached = withUsed(41);
    expect(decide(reached).lanes).toEqual(['urgent', 'bulk']);
    expect(waits(reached)).toEqual(['normal: Budget for normal reached: 41 of 40 MB this month']);
    expect(decide(reached).until).toBe(at('2026-03-31T22:00:00Z'));
  });

  test('is not said to be full while a byte of it is left', () => {
    const state = decide(withUsed(39.999999)).budgets[0];
    expect(decide(withUsed(39.999999)).lanes).toContain('normal');
    expect(decide(withUsed(39.999999)).budgets.map(budgetText)).toContain(
      'Budget for normal: 39.9 of 40 MB this month, 99 %',
    );
    expect(state?.isReached).toBe(false);
  });

  test('never stops what is urgent, however much it took', () => {
    const given = situation({ profile: limited, used: { ...noBytes, urgent: 900 * mb }, urgentWaits: true });
    expect(decide(given)).toMatchObject({ connect: true, lanes: ['urgent', 'normal', 'bulk'], holds: [] });
    for (const each of [limited, { ...limited, mode: 'on_demand' as const }, { ...limited, ...inWindows }])
      expect(
        decide({
          ...given,
          profile: { ...each, budgets: budgets({ urgent: 1, normal: 1, bulk: 1, overhead: 1 }) },
        }).lanes,
      ).toContain('urgent');
  });

  test('that was lifted stops nothing, and is still told', () => {
    const given = withUsed(41, { lifted: new Set(['normal']) });
    expect(decide(given)).toMatchObject({ lanes: ['urgent', 'normal', 'bulk'], holds: [] });
    expect(decide(given).budgets[0]).toMatchObject({ isReached: false });
    expect(decide(given).budgets[1]).toMatchObject({ of: 'normal', isReached: true, isLifted: true });
  });

  test('for the connection itself makes a link that would always stand one on demand', () => {
    const given = situation({
      profile: profile({ budgets: budgets({ overhead: 2 }) }),
      used: { ...noBytes, overhead: mb, headers: mb },
    });
    expect(decide(given).connect).toBe(false);
    expect(words(given)).toBe(
      'Budget for the connection itself reached: 2 of 2 MB this month; closed until someone says Send now',
    );
    expect(decide({ ...given, urgentWaits: true }).connect).toBe(true);
    expect(decide({ ...given, lifted: new Set(['overhead']) }).why.kind).toBe('always');
  });
});
