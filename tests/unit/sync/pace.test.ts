import { describe, expect, test } from 'vitest';
import { Pace, type Departure } from '#shared/sync/pace.ts';

interface Sea {
  bytesPerMs: number;
  roundTripMs: number;
  /** How long shore works on what it takes, one after the other. */
  msPerByte?: number;
}

/** Hands over batches of the size asked for as long as the pace lets it, over a link of that rate and round trip. */
function sail({ bytesPerMs, roundTripMs, msPerByte = 0 }: Sea, untilMs: number) {
  const pace = new Pace();
  const inFlight: { departure: Departure; arrives: number }[] = [];
  let now = 0;
  let linkFreeAt = 0;
  let shoreFreeAt = 0;
  let idleMs = 0;
  let longestQueueMs = 0;
  const sizes: number[] = [];
  while (now < untilMs) {
    for (;;) {
      const queued = inFlight.reduce((sum, { departure }) => sum + departure.bytes, 0);
      if (inFlight.length > 0 && queued >= pace.mostInFlight) break;
      const bytes = pace.batchBytes;
      const departure = pace.departs(now, bytes, queued);
      if (now > untilMs / 3) idleMs += Math.max(0, now - linkFreeAt);
      linkFreeAt = Math.max(linkFreeAt, now) + bytes / bytesPerMs;
      if (now > untilMs / 3) longestQueueMs = Math.max(longestQueueMs, linkFreeAt - now);
      shoreFreeAt = Math.max(shoreFreeAt, linkFreeAt + roundTripMs / 2) + bytes * msPerByte;
      inFlight.push({ departure, arrives: shoreFreeAt + roundTripMs / 2 });
      sizes.push(bytes);
    }
    const first = inFlight.shift();
    if (first === undefined) break;
    now = first.arrives;
    pace.arrived(now, first.departure);
  }
  return { idle: idleMs / untilMs, longestQueueMs, last: sizes.at(-1) ?? 0 };
}

describe('the pace of a link', () => {
  test.each([
    ['the worst satellite link', { bytesPerMs: 2.75, roundTripMs: 1_400 }, 8_192],
    ['GEO', { bytesPerMs: 8, roundTripMs: 900 }, 12_800],
    ['a better one', { bytesPerMs: 32, roundTripMs: 1_300 }, 20_480],
    [
      'one whose office takes longer for more',
      { bytesPerMs: 32, roundTripMs: 600, msPerByte: 0.016 },
      20_480,
    ],
    ['LEO', { bytesPerMs: 1_250, roundTripMs: 60 }, 20_480],
  ])('fills %s and keeps little waiting before it', (_, link, batch) => {
    const { idle, longestQueueMs, last } = sail(link, 120_000);
    expect(last).toBeGreaterThan(batch * 0.8);
    expect(last).toBeLessThan(batch * 1.2);
    expect(idle).toBeLessThan(0.02);
    expect(longestQueueMs).toBeLessThan(Math.max(3_700, (2.5 * batch) / link.bytesPerMs));
  });

  test('begins with little, as nothing is known', () => {
    expect(new Pace().batchBytes).toBe(8_192);
    expect(new Pace().mostInFlight).toBeLessThan(24_576);
  });
});
