import { describe, expect, test } from 'vitest';
import { addMonths, monthGrid, parseDay } from '../../../src/renderer/lib/day-entry.ts';
import {
  daysBetween,
  formatAge,
  formatBytes,
  formatDay,
  formatHours,
  formatQuantity,
  shipTime,
} from '../../../src/renderer/lib/format.ts';

describe('Figures on screen', () => {
  test.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
    [273_600_000, '3 d 4 h'],
    [-5, '0 s'],
  ])('an age of %d ms reads %s', (milliseconds, words) => {
    expect(formatAge(milliseconds)).toBe(words);
  });

  test.each([
    [812, '812 B'],
    [4_096, '4.1 kB'],
    [41_300, '41 kB'],
    [1_240_000, '1.2 MB'],
    [5_000_000_000, '5 GB'],
  ])('%d bytes read %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  test('counts agree with their word, and hours have their unit', () => {
    expect(formatQuantity(1, 'order')).toBe('1 order');
    expect(formatQuantity(50_000, 'order')).toBe('50,000 orders');
    expect(formatHours(2.5)).toBe('2.5 h');
    expect(formatHours(null)).toBe('–');
  });

  test('a day is written out, and none is a dash', () => {
    expect(formatDay('2026-03-14')).toBe('14 Mar 2026');
    expect(formatDay(null)).toBe('–');
    expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3);
  });
});

describe('Ship’s time', () => {
  const time = shipTime('Asia/Singapore');
  const now = Date.parse('2026-03-14T17:00:00Z');

  test('is the ship’s, with UTC beside it', () => {
    expect(time.instant('2026-03-14T17:00:00Z')).toBe('15 Mar 2026, 01:00');
    expect(time.utc('2026-03-14T17:00:00Z')).toBe('14 Mar 2026, 17:00 UTC');
    expect(time.day(now)).toBe('2026-03-15');
  });

  test('leaves out the day when it is today on board', () => {
    expect(time.brief('2026-03-14T16:30:00Z', now)).toBe('00:30');
    expect(time.brief('2026-03-14T15:30:00Z', now)).toBe('14 Mar 2026, 23:30');
  });

  test('is UTC where the zone is not known', () => {
    expect(shipTime('Mars/Olympus').instant('2026-03-14T17:00:00Z')).toBe('14 Mar 2026, 17:00');
  });
});

describe('A day that a person types', () => {
  const today = '2026-11-22';
  test.each([
    ['2026-03-14', '2026-03-14'],
    ['14 Mar 2027', '2027-03-14'],
    ['14 march', '2027-03-14'],
    ['24 Dec', '2026-12-24'],
    ['22 nov', '2026-11-22'],
    ['14.3.2027', '2027-03-14'],
    ['1/12', '2026-12-01'],
    ['today', '2026-11-22'],
    ['tomorrow', '2026-11-23'],
    ['+7', '2026-11-29'],
    ['+ 10 days', '2026-12-02'],
    ['29 Feb 2028', '2028-02-29'],
  ])('%s is %s', (text, day) => {
    expect(parseDay(text, today)).toBe(day);
  });

  test.each(['31 Feb', '29 Feb 2027', '2026-13-01', 'soon', '14 xyz', '', '99'])('%s is no day', (text) => {
    expect(parseDay(text, today)).toBeNull();
  });

  test('a month later is the same day or the last there is', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-01-15', -1)).toBe('2025-12-15');
  });

  test('a month is drawn in six weeks from a Monday', () => {
    const days = monthGrid('2026-11-22');
    expect(days).toHaveLength(42);
    expect(days[0]).toBe('2026-10-26');
    expect(days).toContain('2026-11-30');
  });
});
