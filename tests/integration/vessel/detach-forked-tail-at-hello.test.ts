import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { plainAck, type Ack, type Batch, type Hello } from '#shared/sync/frame.ts';
import type { ReceivedRangesJson } from '#shared/sync/received-ranges.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { changeOf } from '../../unit/sync/changes.ts';
import { readDatabase } from './database.ts';
import { ScriptedShip, vesselId } from './scripted-ship.ts';

const recordId = '0190a5b0-0000-7000-8000-00000000000a';

/** A journal as one of two wrote it that share a name. */
class Line {
  readonly origin: string;
  readonly changes: Change[] = [];
  readonly hashes: string[];

  constructor(origin: string, titles: readonly string[]) {
    this.origin = origin;
    this.hashes = [chainStart(vesselId, origin)];
    for (const [index, title] of titles.entries()) {
      const change = changeOf({ origin, number: index + 1, recordId, fields: { title } });
      this.changes.push(change);
      this.hashes.push(chainNext(this.hashes[index] ?? '', change));
    }
  }

  batch(first: number, last: number, after = first - 1): Batch {
    return {
      kind: 'batch',
      vessel: vesselId,
      origin: this.origin,
      lane: 'bulk',
      after,
      hash: this.hashes[last] ?? '',
      attempt: 0,
      proof: this.hashes.slice(1, after + 1).map((hash, index) => [index + 1, fingerprintOf(hash)] as const),
      changes: this.changes.slice(first - 1, last),
    };
  }
}

let ship: ScriptedShip;
beforeEach(() => {
  ship = new ScriptedShip();
  ship.link.up();
  ship.link.answerAsk();
  ship.environment.advance(0);
});
afterEach(() => ship.close());

/** @returns what the ship says to it */
function receive(batch: Batch): Ack['outcome'] | undefined {
  ship.link.receive(vesselId, batch);
  return ship.sentMessages().find((message) => message.kind === 'ack')?.outcome;
}

/**
 * The ship asks, and shore answers with what it holds.
 * @returns batches of `origin` that the ship sends then
 */
async function ask(origin: string, received: ReceivedRangesJson): Promise<Batch[]> {
  let hello: Hello | undefined;
  for (let second = 0; hello === undefined && second < 120; second += 1) {
    ship.environment.advance(1_000);
    await ship.settle();
    hello = ship
      .sentMessages()
      .filter((message) => message.kind === 'hello')
      .at(-1);
  }
  if (hello === undefined) throw new Error('The ship did not ask');
  ship.acknowledge(0, {
    outcome: 'status',
    attempt: hello.attempt ?? null,
    holding: { held: { [origin]: received }, digest: null },
  });
  await ship.settle();
  return ship.sentBatches().filter((batch) => batch.origin === origin);
}

function answer(origin: string, more: Partial<Ack>): void {
  ship.link.receive(vesselId, {
    kind: 'ack',
    vessel: vesselId,
    origin,
    held: 2,
    hash: 'a'.repeat(64),
    ...plainAck,
    outcome: 'fork',
    attempt: 0,
    problems: [],
    ...more,
  });
}

const journals = (): unknown[] =>
  readDatabase(ship.vessel.directory, (connection) =>
    connection
      .prepare(
        `SELECT substr(origin, 1, 1) AS side, origin IN ('v0other00001', 's0former0001') AS known, count(*) AS entries
         FROM sync_journal GROUP BY origin ORDER BY known`,
      )
      .all(),
  );

const verify = () => verifyJournal(join(ship.vessel.directory, databaseFileName));

describe('a journal of which each end holds a part, with a gap between that nobody closes', () => {
  const other = 'v0other00001';
  const lost = new Line(other, ['One', 'Two', 'Three', 'Four', 'Five']);
  const copied = new Line(other, ['First', 'Second', 'Third', 'Fourth', 'Fifth']);

  test('goes on under a name of its own after the part that both could have', async () => {
    expect(receive(lost.batch(4, 5, 0))).toBe('stored');
    expect(receive(copied.batch(1, 2))).toBe('gap');
    await ask(other, 2);
    // What is on its way could close the gap.
    expect(journals()).toEqual([{ side: 'v', known: 1, entries: 2 }]);
    await ask(other, 2);
    expect(journals()).toEqual([{ side: 'v', known: 0, entries: 2 }]);
    expect(receive(copied.batch(1, 2))).toBe('stored');
    expect(verify()).toMatchObject({ ok: true, changes: 4, records: 1 });
  });

  test('also where no connection stands for two answers, as a copy of this computer takes it over', async () => {
    expect(receive(lost.batch(4, 5, 0))).toBe('stored');
    await ask(other, 2);
    ship.link.down();
    ship.link.up();
    await ask(other, 2);
    expect(journals()).toEqual([{ side: 'v', known: 0, entries: 2 }]);
  });

  test('also where it is shore that holds what lies beyond it', async () => {
    expect(receive(lost.batch(1, 2))).toBe('stored');
    await ask(other, [0, [4, 5]]);
    await ask(other, [0, [4, 5]]);
    expect(receive(copied.batch(4, 5, 0))).toBe('stored');
    expect(verify()).toMatchObject({ ok: true, changes: 4, records: 1 });
  });

  test('also where shore holds the end of what is here within what came across a gap, and has no hash of it', async () => {
    expect(receive(lost.batch(1, 2))).toBe('stored');
    await ask(other, [0, [2, 3], [5, 5]]);
    expect(journals()).toEqual([{ side: 'v', known: 1, entries: 2 }]);
    await ask(other, [0, [2, 3], [5, 5]]);
    expect(journals()).toEqual([{ side: 'v', known: 0, entries: 2 }]);
    expect(receive(copied.batch(2, 3, 0))).toBe('stored');
    expect(verify()).toMatchObject({ ok: true, changes: 4, records: 1 });
  });

  test('stays as it is where shore holds the end of what is here, or what follows on it', async () => {
    expect(receive(lost.batch(1, 2))).toBe('stored');
    const standing: ReceivedRangesJson[] = [[0, [2, 2], [4, 5]], 4, [0, [3, 4]]];
    for (const received of standing) for (let time = 0; time < 2; time += 1) await ask(other, received);
    expect(journals()).toEqual([{ side: 'v', known: 1, entries: 2 }]);
  });
});

describe('a journal of the office that shore holds otherwise', () => {
  const former = 's0former0001';
  const here = new Line(former, ['As it came', 'And went on']);
  const ashore = new Line(former, ['As it came', 'Of another', 'And more']);

  /**
   * @param between what happens before shore answers the next time
   * @returns what shore is shown of what is here
   */
  async function doubt(between = (): void => undefined): Promise<Batch> {
    expect(receive(here.batch(1, 2))).toBe('stored');
    expect(receive(ashore.batch(3, 3))).toBe('fork');
    between();
    const [shown] = await ask(former, 3);
    if (shown === undefined) throw new Error('Nothing was shown');
    expect(shown.changes.map(({ number }) => number)).toEqual([1, 2]);
    return shown;
  }

  test('goes on under another name of the office from where the two part', async () => {
    const { attempt } = await doubt();
    answer(former, { held: 3, attempt, fork: { number: 2, hash: ashore.hashes[1] ?? '' } });
    expect(journals()).toEqual([
      { side: 's', known: 0, entries: 1 },
      { side: 's', known: 1, entries: 1 },
    ]);
    expect(receive(ashore.batch(2, 3))).toBe('stored');
    expect(verify()).toMatchObject({ ok: true, changes: 4, records: 1 });
  });

  test('is shown to shore also where the connection ends before it answers', async () => {
    const { attempt } = await doubt(() => {
      ship.link.down();
      ship.link.up();
      ship.sentMessages();
    });
    answer(former, { held: 3, attempt, fork: { number: 2, hash: ashore.hashes[1] ?? '' } });
    expect(receive(ashore.batch(2, 3))).toBe('stored');
  });

  test('stays as it is while the office writes under that name', async () => {
    const { attempt } = await doubt();
    answer(former, { held: 3, attempt, outcome: 'gap' });
    receive(ashore.batch(3, 3));
    receive(ashore.batch(3, 3));
    expect(journals()).toEqual([{ side: 's', known: 1, entries: 2 }]);
  });

  test('goes on under another name where neither end can close a gap, once the office has had time for a new epoch', async () => {
    const beyond = new Line(former, ['First', 'Second', 'Nobody’s']);
    expect(receive(beyond.batch(3, 3, 0))).toBe('stored');
    await ask(former, 1);
    await ask(former, 1);
    expect(journals()).toEqual([{ side: 's', known: 1, entries: 1 }]);
    await ask(former, 1);
    expect(journals()).toEqual([{ side: 's', known: 0, entries: 1 }]);
    expect(receive(ashore.batch(1, 1))).toBe('stored');
    expect(verify()).toMatchObject({ ok: true, changes: 2, records: 1 });
  });
});
