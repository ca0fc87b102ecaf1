import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { shipClock, shipsMonth, monthAround, whenShown } from '#shared/link-policy/ship-clock.ts';
import { windowState } from '#shared/link-policy/windows.ts';
import { at } from './situation.ts';

const oslo = 'Europe/Oslo';
const night = [{ from: '02:00', to: '04:00' }];
const iso = (instant: number): string => new Date(instant).toISOString();
const state = (now: string, windows = night, zone = oslo): string => {
  const found = windowState(windows, at(now), zone);
  return found.open ? `open until ${iso(found.until)}` : `opens ${iso(found.next)}`;
};

describe('A window in ship’s time', () => {
  test('is closed before it, open in it, and closed from its end on', () => {
    expect(state('2026-03-14T00:59:59Z')).toBe('opens 2026-03-14T01:00:00.000Z');
    expect(state('2026-03-14T01:00:00Z')).toBe('open until 2026-03-14T03:00:00.000Z');
    expect(state('2026-03-14T02:59:59Z')).toBe('open until 2026-03-14T03:00:00.000Z');
    expect(state('2026-03-14T03:00:00Z')).toBe('opens 2026-03-15T01:00:00.000Z');
  });

  test('goes over midnight where it ends earlier than it begins', () => {
    const late = [{ from: '23:00', to: '01:30' }];
    expect(state('2026-03-14T21:59:00Z', late)).toBe('opens 2026-03-14T22:00:00.000Z');
    expect(state('2026-03-14T23:15:00Z', late)).toBe('open until 2026-03-15T00:30:00.000Z');
    expect(state('2026-03-15T00:30:00Z', late)).toBe('opens 2026-03-15T22:00:00.000Z');
  });

  test('of two that meet or overlap, the link stays open to the end of the last', () => {
    const both = [
      { from: '04:00', to: '05:00' },
      { from: '02:00', to: '04:00' },
      { from: '04:30', to: '06:00' },
    ];
    expect(state('2026-03-14T01:30:00Z', both)).toBe('open until 2026-03-14T05:00:00.000Z');
  });

  test('whose hour is left out when clocks go forward opens right after, and is as long as ever', () => {
    // 29 March 2026: after 01:59:59 comes 03:00.
    expect(state('2026-03-29T00:59:59Z')).toBe('opens 2026-03-29T01:00:00.000Z');
    expect(state('2026-03-29T01:00:00Z')).toBe('open until 2026-03-29T03:00:00.000Z');
    const inTheGap = [{ from: '02:15', to: '02:45' }];
    expect(state('2026-03-29T00:00:00Z', inTheGap)).toBe('opens 2026-03-29T01:15:00.000Z');
    expect(state('2026-03-29T01:20:00Z', inTheGap)).toBe('open until 2026-03-29T01:45:00.000Z');
  });

  test('whose hour comes twice when clocks go back opens once, the first time', () => {
    // 25 October 2026: after 02:59:59 comes 02:00 again.
    const hour = [{ from: '02:00', to: '03:00' }];
    expect(state('2026-10-25T00:30:00Z', hour)).toBe('open until 2026-10-25T01:00:00.000Z');
    expect(state('2026-10-25T01:00:00Z', hour)).toBe('opens 2026-10-26T01:00:00.000Z');
  });

  test('goes by the clock as it stands when that is set back: it opens again', () => {
    expect(state('2026-03-14T03:30:00Z')).toMatch(/^opens/);
    expect(state('2026-03-14T01:30:00Z')).toMatch(/^open until/);
  });

  test('on the other side of the date line is at the same hours of the ship', () => {
    expect(state('2026-03-14T13:00:00Z', night, 'Pacific/Kiritimati')).toBe(
      'open until 2026-03-14T14:00:00.000Z',
    );
    expect(state('2026-03-14T13:00:00Z', night, 'Pacific/Pago_Pago')).toBe(
      'open until 2026-03-14T15:00:00.000Z',
    );
  });

  test('in a zone that this computer does not know is in UTC', () => {
    expect(state('2026-03-14T02:30:00Z', night, 'Atlantis/Deep')).toBe('open until 2026-03-14T04:00:00.000Z');
  });

  const zones = ['Europe/Oslo', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Etc/GMT+3'];
  const minute = fc.integer({ min: 0, max: 1_439 });
  const clock = (of: number): string =>
    `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`;

  test('is never open longer than it says, and opens every day, in any zone at any time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        fc.constantFrom(...zones),
        minute,
        fc.integer({ min: 1, max: 600 }),
        (now, zone, from, length) => {
          const windows = [{ from: clock(from), to: clock((from + length) % 1_440) }];
          const found = windowState(windows, now, zone);
          if (found.open) {
            expect(found.until - now).toBeGreaterThan(0);
            expect(found.until - now).toBeLessThanOrEqual(length * 60_000);
          } else {
            expect(found.next).toBeGreaterThan(now);
            // A day and the hour by which clocks are put back.
            expect(found.next - now).toBeLessThanOrEqual(25 * 3_600_000);
            expect(windowState(windows, found.next, zone).open).toBe(true);
          }
        },
      ),
    );
  });

  test('what the ship’s clock shows leads back to the instant, but for an hour that comes twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-01-01T00:00:00Z') / 1_000, max: at('2030-01-01T00:00:00Z') / 1_000 }),
        fc.constantFrom(...zones),
        (seconds, zone) => {
          const now = seconds * 1_000;
          const shown = shipClock(now, zone);
          const back = whenShown(shown, zone);
          expect(shipClock(back, zone)).toBe(shown);
          expect([0, 1_800_000, 3_600_000]).toContain(now - back);
        },
      ),
    );
  });
});

describe('A month on board', () => {
  test('begins and ends at midnight in ship’s time, whatever UTC says', () => {
    expect(shipsMonth(at('2026-03-31T21:59:59Z'), oslo)).toBe('2026-03');
    expect(shipsMonth(at('2026-03-31T22:00:00Z'), oslo)).toBe('2026-04');
    const { begins, ends } = monthAround(at('2026-03-14T12:00:00Z'), oslo);
    expect([iso(begins), iso(ends)]).toEqual(['2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z']);
  });
});
