import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import {
  isFarAhead,
  latestHybridTime,
  millisecondsOf,
  tick,
  timeAfter,
  observe,
} from '#shared/sync/clock.ts';
import { changeSchema } from '#shared/sync/change.ts';
import { changeOf } from './changes.ts';

const now = Date.UTC(2026, 2, 1, 12);
const day = 86_400_000;
const tenYears = 10 * 365.25 * day;
const walls = fc.integer({ min: now - tenYears, max: now + tenYears });
const times = walls.chain((wall) => fc.nat({ max: 5_000 }).map((counter) => wall * 1024 + counter));

describe('the clock of a node', () => {
  test('gives a time later than all it gave or followed, and never before the clock on the wall', () => {
    fc.assert(
      fc.property(times, walls, (last, wall) => {
        const time = tick(last, wall);
        if (!isFarAhead(last, wall)) expect(time).toBeGreaterThan(last);
        expect(millisecondsOf(time)).toBeGreaterThanOrEqual(wall);
        expect(millisecondsOf(time)).toBeLessThanOrEqual(wall + day);
        expect(Number.isSafeInteger(time)).toBe(true);
      }),
    );
  });

  test('is never a day ahead of the wall, whatever it hears and however often it is set', () => {
    const events = fc.array(
      fc.oneof(
        walls.map((wall) => ({ wall })),
        times.map((heard) => ({ heard })),
      ),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(events, (given) => {
        let last = 0;
        let wall = now;
        for (const event of given) {
          const before = last;
          if ('heard' in event) {
            last = observe(last, event.heard, wall);
            expect(last).toBeGreaterThanOrEqual(before);
            if (event.heard <= (wall + day) * 1024) expect(last).toBeGreaterThanOrEqual(event.heard);
          } else {
            ({ wall } = event);
            last = tick(last, wall);
            expect(last).toBeLessThanOrEqual((wall + day) * 1024 + 1);
          }
        }
      }),
    );
  });

  test('goes on in order while the clock is set back by less than a day', () => {
    const before = tick(0, now);
    expect(tick(before, now - day + 1)).toBe(before + 1);
  });

  test('is right again as soon as a clock that stood ten years ahead has been set right', () => {
    expect(tick(tick(0, now + tenYears), now)).toBe(now * 1024);
  });

  test('passes over a time from ten years ahead, so that it does not become its own', () => {
    expect(observe(5_000, (now + tenYears) * 1024, now)).toBe(5_000);
    expect(observe(5_000, (now + day) * 1024, now)).toBe((now + day) * 1024);
  });

  test('gives a change of a record a later time than that of what stands in it, however far ahead', () => {
    fc.assert(
      fc.property(times, times, (time, latest) => {
        expect(timeAfter(time, latest)).toBeGreaterThan(latest);
        expect(timeAfter(time, latest)).toBeGreaterThanOrEqual(time);
      }),
    );
  });

  test('follows the wall again as soon as that is ahead', () => {
    expect(tick(now * 1024, now + 1)).toBe((now + 1) * 1024);
  });

  test('counts on when a millisecond holds more than 1024 changes', () => {
    let last = tick(0, now);
    const given = new Set([last]);
    for (let count = 1; count < 5_000; count += 1) given.add((last = tick(last, now)));
    expect(given.size).toBe(5_000);
    expect(millisecondsOf(last)).toBe(now + 4);
  });

  test('stands still when it hears what it knows already', () => {
    expect(observe(5_000, 4_000, now)).toBe(5_000);
    expect(observe(5_000, 5_000, now)).toBe(5_000);
    expect(observe(5_000, 6_000, now)).toBe(6_000);
  });

  test('starts on a computer whose clock stands before 1970', () => {
    expect(tick(0, -tenYears)).toBe(1);
    expect(tick(7, Number.NEGATIVE_INFINITY)).toBe(8);
  });

  test.each([
    ['in the year 2199', Date.UTC(2199, 11, 31)],
    ['in the year 2300', Date.UTC(2300, 0, 1)],
    ['at the end of time', 8_640_000_000_000_000],
  ])('is still believed by the other end when the wall says it is %s', (_, wall) => {
    let last = 0;
    for (let count = 0; count < 2_000; count += 1) {
      last = tick(last, wall);
      expect(changeSchema.safeParse(changeOf({ time: last })).success).toBe(true);
      // The other end has heard of it and writes with a clock that is as wrong.
      const answer = tick(observe(0, last, wall), wall);
      expect(answer).toBeGreaterThan(last);
      expect(changeSchema.safeParse(changeOf({ time: answer })).success).toBe(true);
      last = observe(last, answer, wall);
    }
  });

  test('a time from further on than any node gives is not believed', () => {
    expect(changeSchema.safeParse(changeOf({ time: latestHybridTime })).success).toBe(true);
    expect(changeSchema.safeParse(changeOf({ time: latestHybridTime + 1 })).success).toBe(false);
    expect(changeSchema.safeParse(changeOf({ time: 0 })).success).toBe(false);
  });
});
