import { describe, expect, test } from 'vitest';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { CatchUp, type HeldEntry, type JournalBegin } from '#shared/sync/catch-up.ts';
import type { Batch } from '#shared/sync/frame.ts';
import { nothingHeld } from '#shared/sync/held.ts';
import { intake } from '#shared/sync/intake.ts';
import { changeOf } from './changes.ts';

const origin = 'v000000000001';
const vesselId = 'ship-1';

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
    environment: {
      now: () => 0,
      monotonic: () => 0,
      randomBytes: (length) => new Uint8Array(length),
      after: () => () => undefined,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    },
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
    const head = { held: { upTo: 4, beyond: [] }, hash: begin.hash };
    expect(intake(batch, head, new Map())).toMatchObject({ outcome: 'stored' });
  });

  test('goes as well where a computer was lost that had sent an urgent batch across a gap', async () => {
    const entries = entriesOf(0, [2, 3, 5]);
    const [batch] = await sent(entries);
    expect(batch?.changes.map(({ number }) => number)).toEqual([2, 3, 5]);
    expect(batch?.hash).toBe(entries.at(-1)?.claimed);
    if (batch === undefined) return;
    const head = { held: nothingHeld, hash: chainStart(vesselId, origin) };
    expect(intake(batch, head, new Map())).toMatchObject({
      outcome: 'stored',
      head: {
        held: {
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
