import { expect, test } from 'vitest';
import { until } from '#support/until.ts';

test('what comes in time is returned', async () => {
  let looks = 0;
  const seen = await until('the third look', () => ++looks === 3 && 'there', { every: 1 });
  expect(seen).toBe('there');
  expect(looks).toBe(3);
});

test('a look that throws is tried again', async () => {
  let looks = 0;
  const look = (): string => {
    looks += 1;
    if (looks < 3) throw new Error('not yet');
    return 'there';
  };
  expect(await until('a look that works', look, { every: 1 })).toBe('there');
});

test('what does not come is an error that names it, the time and the reason', async () => {
  const look = (): never => {
    throw new Error('connection refused');
  };
  await expect(until('the ship at the quay', look, { within: 30, every: 5 })).rejects.toThrow(
    'Not within 30 ms: the ship at the quay: connection refused',
  );
});
