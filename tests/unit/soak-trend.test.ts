import { expect, test } from 'vitest';
import { lastHalf, risePerHour, type Reading } from '../soak/trend.ts';

const everyMinute = (count: number, value: (minute: number) => number): Reading[] =>
  Array.from({ length: count }, (_, minute) => [minute * 60_000, value(minute)]);

test('a figure that rises by one a minute rises by sixty an hour', () => {
  expect(risePerHour(everyMinute(60, (minute) => 100 + minute))).toBeCloseTo(60, 6);
});

test('what goes up and down about the same value does not rise', () => {
  expect(Math.abs(risePerHour(everyMinute(61, (minute) => 100 + (minute % 2))))).toBeLessThan(0.1);
});

test('a figure that was read once, or never, does not rise', () => {
  expect(risePerHour([[0, 5]])).toBe(0);
  expect(risePerHour([])).toBe(0);
});

test('the last half leaves out what a program takes while it warms up', () => {
  const readings = everyMinute(61, (minute) => Math.min(minute, 30));
  expect(risePerHour(readings)).toBeGreaterThan(10);
  expect(risePerHour(lastHalf(readings))).toBe(0);
});
