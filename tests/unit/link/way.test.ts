import { expect, test } from 'vitest';
import { Gaps } from '#support/link/gaps.ts';
import { linkProfiles, retransmissionMs, type WaySpec } from '#support/link/profiles.ts';
import { packetBytes, Way } from '#support/link/way.ts';
import { seeded } from '#support/seeded.ts';

const calm: WaySpec = { delayMs: 100, jitterMs: 0, bitsPerSecond: 80_000, loss: 0 };

/** Hands over packets as soon as there is room for them and tells when each arrives. */
function arrivals(spec: WaySpec, packets: number, { seed = 1, retransmission = 500 } = {}): number[] {
  const way = new Way(spec, retransmission, seeded(seed));
  let now = 0;
  return Array.from({ length: packets }, () => {
    now = way.roomAt(now);
    return way.send(packetBytes, now).arrivesAt;
  });
}

test('packets leave at the rate of the line, whatever is handed over', () => {
  const [first = 0, ...rest] = arrivals(calm, 101);
  expect(((rest.at(-1) ?? 0) - first) / 100).toBeCloseTo(packetBytes / 10, 5);
});

test('a line that was idle has saved up one packet, and no more', () => {
  const way = new Way(calm, 500, seeded(1));
  expect(way.send(packetBytes, 60_000).arrivesAt).toBe(60_100);
  expect(way.send(packetBytes, 60_000).arrivesAt).toBe(60_100 + packetBytes / 10);
});

test('a full queue has room only when enough of it has left', () => {
  const way = new Way(calm, 500, seeded(1));
  for (let sent = 0; sent < 4; sent += 1) way.send(packetBytes, 0);
  const room = way.roomAt(0);
  expect(room).toBeGreaterThan(0);
  expect(way.roomAt(room)).toBe(room);
});

test('the delay lies within the jitter, on both sides of its middle', () => {
  const way = new Way({ ...calm, jitterMs: 30 }, 500, seeded(7));
  const delays = Array.from({ length: 500 }, (_, index) => {
    const now = (index + 1) * 1_000;
    return way.send(1, now).arrivesAt - now;
  });
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(70);
  expect(Math.max(...delays)).toBeLessThanOrEqual(130);
  expect(Math.min(...delays)).toBeLessThan(76);
  expect(Math.max(...delays)).toBeGreaterThan(124);
});

test('as many packets are lost as said; each arrives a retransmission later', () => {
  const way = new Way({ ...calm, loss: 0.05 }, 500, seeded(3));
  const passages = Array.from({ length: 4_000 }, (_, index) => {
    const now = (index + 1) * 10_000;
    return { ...way.send(packetBytes, now), now };
  });
  const lost = passages.filter(({ losses }) => losses === 1);
  expect(lost.length / passages.length).toBeGreaterThan(0.035);
  expect(lost.length / passages.length).toBeLessThan(0.065);
  // It takes the line a second time too.
  for (const { arrivesAt, now } of lost) expect(arrivesAt - now).toBeCloseTo(100 + 500 + packetBytes / 10, 5);
});

test('the same seed gives the same journey, another one another', () => {
  const spec = linkProfiles.worst.up;
  expect(arrivals(spec, 300, { seed: 5 })).toEqual(arrivals(spec, 300, { seed: 5 }));
  expect(arrivals(spec, 300, { seed: 5 })).not.toEqual(arrivals(spec, 300, { seed: 6 }));
});

test('gaps come again and again at a phase from the seed, and last as long as said', () => {
  const spec = linkProfiles.worst.gaps;
  const gaps = new Gaps(spec, seeded(11));
  const inGap = Array.from({ length: 3_600 }, (_, second) => gaps.at(second * 1_000) !== null);
  expect(inGap.filter(Boolean).length).toBe(6 * 70);
  const first = inGap.indexOf(true);
  const next = inGap.indexOf(true, first + 100);
  expect(next - first).toBe(600);
  expect(new Gaps(spec, seeded(11)).at(first * 1_000)).toEqual(gaps.at(first * 1_000));
});

test('an added gap holds for exactly its span', () => {
  const gaps = new Gaps(null, seeded(1));
  gaps.add({ kind: 'outage', from: 10, to: 20 });
  expect([9, 10, 19, 20].map((time) => gaps.at(time)?.kind)).toEqual([
    undefined,
    'outage',
    'outage',
    undefined,
  ]);
});

test('TCP waits longer on longer links, and never less than Linux does', () => {
  expect(retransmissionMs(linkProfiles.leo)).toBe(200);
  expect(retransmissionMs(linkProfiles.geo)).toBe(680);
  expect(retransmissionMs(linkProfiles.worst)).toBe(2_600);
});
