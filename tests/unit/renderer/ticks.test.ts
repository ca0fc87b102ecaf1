import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/renderer/lib/clock.ts';
import { createTicks } from '../../../src/renderer/lib/ticks.ts';

function handClock() {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(milliseconds, action) {
      const timer = { at: now + milliseconds, action };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
  };
  const pass = (milliseconds: number): void => {
    now += milliseconds;
    for (const { action } of timers.filter(({ at }) => at <= now)) {
      timers = timers.filter((each) => each.action !== action);
      action();
    }
  };
  return { clock, pass, waiting: () => timers.length };
}

describe('One clock on a page', () => {
  test('everybody reads the same instant until the next second, whenever they look', () => {
    const { clock, pass } = handClock();
    const ticks = createTicks(clock, () => clock.now() + 7_200_000);
    const told: number[] = [];
    ticks.subscribe(() => told.push(ticks.now()));
    const pill = ticks.now();
    pass(900);
    expect(ticks.now()).toBe(pill);
    pass(100);
    expect(told).toEqual([7_201_000]);
    expect(ticks.now()).toBe(7_201_000);
  });

  test('nothing runs while nobody looks, and who looks again reads no old instant', () => {
    const { clock, pass, waiting } = handClock();
    const ticks = createTicks(clock, () => clock.now());
    const end = ticks.subscribe(() => {});
    end();
    expect(waiting()).toBe(0);
    pass(60_000);
    expect(ticks.now()).toBe(60_000);
  });
});
