import { beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from '#shared/ports.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { CatchUp, type HeldEntry, type JournalBegin } from '#shared/sync/catch-up.ts';
import { plainAck, type Batch } from '#shared/sync/frame.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import { intake } from '#shared/sync/intake.ts';
import { changeOf } from './changes.ts';

const origin = 'v000000000001';
const vesselId = 'ship-1';

const environment: Environment = {
  now: () => 0,
  monotonic: () => 0,
  randomBytes: (length) => new Uint8Array(length),
  after: () => () => undefined,
  log: { debug() {}, info() {}, warn() {}, error() {} },
};

/** What is held of a computer's journal: all up to `upTo`, and `urgent`, which came across a gap in one batch. */
function entriesOf(upTo: number, urgent: readonly number[]): HeldEntry[] {
  let hash = chainStart(vesselId, origin);
  const entries: HeldEntry[] = [];
  for (let number = 1; number <= Math.max(upTo, ...urgent); number += 1) {
    const change = changeOf({ origin, number });
    hash = chainNext(hash, change);
    if (number <= upTo) entries.push({ change, hash, claimed: null });
    else if (urgent.includes(number))
      entries.push({ change, hash: null, claimed: number === urgent.at(-1) ? hash : null });
  }
  return entries;
}

/** @param begin where the journal begins here, all of it up to there being known by its outcome alone */
async function sent(entries: readonly HeldEntry[], begin: JournalBegin | null = null): Promise<Batch[]> {
  const batches: Batch[] = [];
  const catchUp = new CatchUp({
    environment,
    vesselId,
    entries: (_origin, after, limit) => known.filter(({ change }) => change.number > after).slice(0, limit),
    send: (batch) => {
      batches.push(batch);
      return Promise.resolve();
    },
  });
  const known = entries.filter(({ change }) => change.number > (begin?.number ?? 0));
  const upTo = entries.findLast(({ hash }) => hash !== null)?.change.number ?? 0;
  const beyond = entries
    .filter(({ hash }) => hash === null)
    .map(({ change: { number } }) => [number, number] as const);
  const theirs = { upTo: begin?.number ?? 0, beyond: [] };
  catchUp.want(origin, theirs, { upTo, beyond }, begin);
  await new Promise((resolve) => void setTimeout(resolve, 0));
  return batches;
}

describe('what the other end lacks', () => {
  test('goes in the order of its numbers', async () => {
    const [batch] = await sent(entriesOf(3, []));
    expect(batch?.changes.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('goes across a gap behind records that both have without their changes', async () => {
    const entries = entriesOf(4, [6]);
    const begin = { number: 4, hash: entries[3]?.hash ?? '' };
    const [batch] = await sent(entries, begin);
    if (batch === undefined) throw new Error('Nothing was sent');
    expect(batch.changes.map(({ number }) => number)).toEqual([6]);
    const head = { received: { upTo: 4, beyond: [] }, hash: begin.hash };
    expect(intake(batch, head, new Map())).toMatchObject({ outcome: 'stored' });
  });

  test('goes as well where a computer was lost that had sent an urgent batch across a gap', async () => {
    const entries = entriesOf(0, [2, 3, 5]);
    const [batch] = await sent(entries);
    expect(batch?.changes.map(({ number }) => number)).toEqual([2, 3, 5]);
    expect(batch?.hash).toBe(entries.at(-1)?.claimed);
    if (batch === undefined) return;
    const head = { received: nothingReceived, hash: chainStart(vesselId, origin) };
    expect(intake(batch, head, new Map())).toMatchObject({
      outcome: 'stored',
      head: {
        received: {
          upTo: 0,
          beyond: [
            [2, 3],
            [5, 5],
          ],
        },
      },
    });
  });

  test('ends a batch at a gap where the hash before it is known', async () => {
    const batches = await sent(entriesOf(2, [5, 6]));
    expect(batches.map(({ changes }) => changes.map(({ number }) => number))).toEqual([
      [1, 2],
      [5, 6],
    ]);
  });
});

describe('what is refused as a gap again and again', () => {
  let now: number;
  let batches: Batch[];
  let rests: number[];
  let catchUp: CatchUp;
  const received = { upTo: 0, beyond: [] };
  const turns = () => new Promise((resolve) => void setTimeout(resolve, 0));

  /** Offers it as after a hello, and hears that it does not fit until nothing more comes. @returns how often it was sent */
  async function offered(upTo: number): Promise<number> {
    catchUp.want(origin, received, { upTo, beyond: [] });
    for (let sent = 0; ; sent += 1) {
      await turns();
      const batch = batches.splice(0)[0];
      if (batch === undefined) return sent;
      catchUp.onAnswer({
        kind: 'ack',
        ...plainAck,
        vessel: vesselId,
        origin,
        held: 0,
        hash: chainStart(vesselId, origin),
        outcome: 'gap',
        attempt: batch.attempt,
        problems: [],
      });
    }
  }

  beforeEach(() => {
    now = 0;
    batches = [];
    rests = [];
    const entries = entriesOf(3, []);
    catchUp = new CatchUp({
      environment: { ...environment, monotonic: () => now },
      vesselId,
      entries: (_origin, after, limit) =>
        entries.filter(({ change }) => change.number > after).slice(0, limit),
      send: (batch) => {
        batches.push(batch);
        return Promise.resolve();
      },
      onRest: (ms) => rests.push(ms),
    });
  });

  test('is offered ever more seldom while neither end holds anything else', async () => {
    expect(await offered(2)).toBe(5);
    expect(await offered(2)).toBe(0);
    now += 60_000;
    expect(await offered(2)).toBe(1);
    now += 60_000;
    expect(await offered(2)).toBe(0);
    now += 60_000;
    expect(await offered(2)).toBe(1);
    now += 3_600_000;
    expect(await offered(2)).toBe(1);
    now += 900_000;
    expect(await offered(2)).toBe(1);
  });

  test('has the other end asked after each rest, until the rests are as long as they get', async () => {
    for (let turn = 0; turn < 8; turn += 1) {
      await offered(2);
      now += 900_000;
    }
    expect(rests).toEqual([60_000, 120_000, 240_000, 480_000]);
  });

  test('is offered at once where there is more of it, and on a new connection', async () => {
    expect(await offered(2)).toBe(5);
    expect(await offered(3)).toBe(5);
    catchUp.stop();
    expect(await offered(3)).toBe(5);
  });
});
