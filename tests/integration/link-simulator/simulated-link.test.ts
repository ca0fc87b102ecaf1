import { expect, test } from 'vitest';
import { until } from '#support/until.ts';
import { linkOf, numbered, seconds, testLink } from './far-end.ts';

const patient = { within: 20_000 };

test.each([
  ['up', { up: { bitsPerSecond: 320_000 } }, 'ship', 'shore'],
  ['down', { down: { bitsPerSecond: 320_000 } }, 'shore', 'ship'],
] as const)('bytes pass %s at the rate of the line, all and in order', async (_way, spec, from, to) => {
  const { join } = await testLink({ profile: linkOf(spec) });
  const ends = await join();
  const sent = numbered(100_000);
  ends[from].socket.write(sent);
  await until('all bytes', () => ends[to].received().length === sent.length, patient);
  const { firstAt, lastAt } = ends[to];
  const rate = (8 * sent.length) / (((lastAt ?? 0) - (firstAt ?? 0)) / 1_000);
  expect(rate).toBeGreaterThan(320_000 * 0.9);
  expect(rate).toBeLessThan(320_000 * 1.1);
  expect(ends[to].received().equals(sent)).toBe(true);
});

test('both directions have a line of their own, and count what passes', async () => {
  const { join, link } = await testLink({ profile: linkOf({ both: { bitsPerSecond: 240_000 } }) });
  const { ship, shore } = await join();
  const start = link.now();
  ship.socket.write(numbered(30_000));
  shore.socket.write(numbered(30_000));
  await until('both', () => ship.received().length + shore.received().length === 60_000, patient);
  // One after the other it would be two seconds.
  expect(link.now() - start).toBeLessThan(1_500);
  expect(link.up).toMatchObject({ sent: 30_000, delivered: 30_000, lost: 0 });
  expect(link.down).toMatchObject({ sent: 30_000, delivered: 30_000, lost: 0 });
});

test('connections share the line', async () => {
  const { join, link } = await testLink({ profile: linkOf({ both: { bitsPerSecond: 320_000 } }) });
  const [one, other] = [await join(), await join()];
  const start = link.now();
  for (const { ship } of [one, other]) ship.socket.write(numbered(30_000));
  await until('both', () => one.shore.received().length + other.shore.received().length === 60_000, patient);
  expect(link.now() - start).toBeGreaterThan(1_350);
  expect(one.shore.received().equals(numbered(30_000))).toBe(true);
  // Neither had to wait until the other was done.
  expect(Math.abs((one.shore.lastAt ?? 0) - (other.shore.lastAt ?? 0))).toBeLessThan(300);
});

test('each byte takes the delay, give or take the jitter; the first also the opening of the connection', async () => {
  const { join, link } = await testLink({ profile: linkOf({ both: { delayMs: 150, jitterMs: 40 } }) });
  const { ship, shore } = await join();
  const opened = link.now();
  ship.socket.write('a');
  await until('the first byte', () => shore.received().length === 1);
  expect((shore.lastAt ?? 0) - opened).toBeGreaterThan(300 + 110 - 60);
  for (let round = 2; round <= 12; round += 1) {
    const at = link.now();
    ship.socket.write('b');
    await until('a byte', () => shore.received().length === round, { every: 2 });
    const delay = (shore.lastAt ?? 0) - at;
    expect(delay).toBeGreaterThanOrEqual(109);
    expect(delay).toBeLessThan(190 + 60);
  }
});

test('losses stall the stream and take nothing from it', async () => {
  const { join, link } = await testLink({ profile: linkOf({ both: { loss: 0.2, delayMs: 20 } }), seed: 4 });
  const { ship, shore } = await join();
  ship.socket.write(numbered(60_000));
  await until('all bytes', () => shore.received().length === 60_000, patient);
  expect(shore.received().equals(numbered(60_000))).toBe(true);
  expect(link.up.lost).toBeGreaterThan(2);
  expect((shore.lastAt ?? 0) - (shore.firstAt ?? 0)).toBeGreaterThan(190);
});

test('a slow line keeps the sender waiting instead of taking all it has', async () => {
  const { join, link } = await testLink({ profile: linkOf({ up: { bitsPerSecond: 80_000 } }) });
  const { ship, shore } = await join();
  // More than the kernel keeps for two sockets.
  ship.socket.write(Buffer.alloc(40_000_000));
  await seconds(2);
  expect(ship.socket.writableLength).toBeGreaterThan(10_000_000);
  expect(shore.received().length).toBeLessThan(2 * 10_000 * 1.2);
  expect(link.up.sent - shore.received().length).toBeLessThan(8_000);
});

test('a black hole is silent: nothing arrives, nothing is closed, and what lost bytes stays dead', async () => {
  const { join, link } = await testLink({ profile: linkOf({}) });
  const { ship, shore } = await join();
  ship.socket.write('before');
  await until('the first bytes', () => shore.received().length === 6);
  link.gap('black hole', 500);
  ship.socket.write('lost');
  await seconds(1);
  ship.socket.write('after');
  shore.socket.write('after');
  ship.socket.end();
  await seconds(1);
  expect(shore.received().toString()).toBe('before');
  expect(ship.received().length).toBe(0);
  expect([ship.end, shore.end]).toEqual([null, null]);
  // The link itself is well again.
  const next = await join();
  next.ship.socket.write('new');
  await until('the new connection', () => next.shore.received().toString() === 'new');
});

test('a connection that was quiet in a black hole lives, and one that comes up in it waits', async () => {
  const { join, link } = await testLink({ profile: linkOf({}) });
  const quiet = await join();
  quiet.ship.socket.write('a');
  await until('the first byte', () => quiet.shore.received().length === 1);
  link.gap('black hole', 800);
  const early = await join();
  early.ship.socket.write('early');
  await seconds(0.5);
  expect(early.shore.received().length).toBe(0);
  await until('the early one', () => early.shore.received().toString() === 'early');
  quiet.ship.socket.write('b');
  await until('the quiet one', () => quiet.shore.received().toString() === 'ab');
});

test('an outage holds bytes up, and they arrive after it', async () => {
  const { join, link } = await testLink({ profile: linkOf({ both: { delayMs: 200 } }) });
  const { ship, shore } = await join();
  ship.socket.write('first ');
  await until('the first bytes', () => shore.received().length === 6);
  ship.socket.write('under way ');
  await until('the next bytes having left', () => link.up.sent === 16, { every: 2 });
  link.gap('outage', 1_000);
  ship.socket.write('held up ');
  const start = link.now();
  await seconds(0.8);
  expect(shore.received().toString()).toBe('first ');
  ship.socket.write('late');
  await until('all bytes', () => shore.received().toString() === 'first under way held up late');
  expect(link.now() - start).toBeGreaterThan(1_000);
});

test.each(['fin', 'reset'] as const)('a drop by %s is seen at both ends', async (kind) => {
  const { join, link } = await testLink({ profile: linkOf({}) });
  const { ship, shore } = await join();
  ship.socket.write('a');
  await until('the byte', () => shore.received().length === 1);
  link.drop(kind);
  await until('both ends', () => ship.end === kind && shore.end === kind);
  expect(link.drops.map((drop) => drop.kind)).toEqual([kind]);
});

test('a silent drop is seen at neither end', async () => {
  const { join, link } = await testLink({ profile: linkOf({}) });
  const { ship, shore } = await join();
  ship.socket.write('a');
  await until('the byte', () => shore.received().length === 1);
  link.drop('silent');
  ship.socket.write('b');
  shore.socket.write('c');
  await seconds(0.7);
  expect([ship.end, shore.end]).toEqual([null, null]);
  expect([shore.received().toString(), ship.received().toString()]).toEqual(['a', '']);
});

test.each(['end', 'resetAndDestroy'] as const)(
  'what one end does (%s) reaches the other behind its bytes',
  async (how) => {
    const { join } = await testLink({ profile: linkOf({ both: { delayMs: 50 } }) });
    const { ship, shore } = await join();
    ship.socket.write('last words', () => {
      if (how === 'end') ship.socket.end();
    });
    if (how === 'resetAndDestroy') {
      await until('the words', () => shore.received().length === 10);
      ship.socket.resetAndDestroy();
    }
    await until('the end', () => shore.end === (how === 'end' ? 'fin' : 'reset'));
    expect(shore.received().toString()).toBe('last words');
  },
);

test('the same seed breaks connections at the same moments and in the same way', async () => {
  const drops = { everyMs: 120, kinds: ['fin', 'reset', 'silent'] as const };
  const runs = await Promise.all(
    [21, 21, 22].map(async (seed) => {
      const { link } = await testLink({ profile: linkOf({}), seed, drops });
      await until('six drops', () => link.drops.length >= 6);
      return link.drops.slice(0, 6);
    }),
  );
  const [one = [], same = [], other = []] = runs;
  expect(same.map(({ kind }) => kind)).toEqual(one.map(({ kind }) => kind));
  for (const [index, { at }] of one.entries()) expect(Math.abs(at - (same[index]?.at ?? 0))).toBeLessThan(80);
  expect(other.map(({ kind }) => kind)).not.toEqual(one.map(({ kind }) => kind));
});
