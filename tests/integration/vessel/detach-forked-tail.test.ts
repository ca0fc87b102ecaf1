import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { plainAck, type Ack, type Batch } from '#shared/sync/frame.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { changeOf } from '../../unit/sync/changes.ts';
import { readDatabase } from './database.ts';
import { ScriptedShip, vesselId } from './scripted-ship.ts';

const other = 'v0other00001';
const recordId = '0190a5b0-0000-7000-8000-00000000000a';

/** What one computer wrote under the name that both had. */
class Line {
  readonly changes: Change[] = [];
  readonly hashes: string[] = [chainStart(vesselId, other)];

  write(change: Partial<Change>): this {
    const made = changeOf({ ...change, origin: other, number: this.changes.length + 1, recordId });
    this.changes.push(made);
    this.hashes.push(chainNext(this.hashes.at(-1) ?? '', made));
    return this;
  }
}

let ship: ScriptedShip;
let lost: Line;
let ashore: Line;
beforeEach(() => {
  ship = new ScriptedShip();
  ship.link.up();
  ship.link.answerAsk();
  ship.environment.advance(0);
  const create: Partial<Change> = { operation: 'create' };
  lost = new Line().write(create).write({ fields: { title: 'Written on the one that was lost' } });
  ashore = new Line()
    .write(create)
    .write({ fields: { title: 'Written on its copy' } })
    .write({ fields: { actualHours: 3 } });
});
afterEach(() => ship.close());

/** Shore sends of a line, from one number to another. @returns the ship's answer, and what it sends of that journal */
function receive(
  { changes, hashes }: Line,
  first: number,
  last: number,
): { ack: Ack | undefined; shown: Batch[] } {
  ship.link.receive(vesselId, {
    kind: 'batch',
    vessel: vesselId,
    origin: other,
    lane: 'bulk',
    after: first - 1,
    hash: hashes[last] ?? '',
    attempt: 0,
    proof: hashes.slice(1, first).map((hash, index): [number, string] => [index + 1, fingerprintOf(hash)]),
    changes: changes.slice(first - 1, last),
  });
  const sent = ship.sentMessages();
  return {
    ack: sent.find((message) => message.kind === 'ack'),
    shown: sent.filter((message) => message.kind === 'batch').filter(({ origin }) => origin === other),
  };
}

function answer(more: Partial<Ack>): void {
  ship.link.receive(vesselId, {
    kind: 'ack',
    vessel: vesselId,
    origin: other,
    held: 3,
    hash: ashore.hashes[3] ?? '',
    ...plainAck,
    outcome: 'fork',
    attempt: 0,
    problems: [],
    ...more,
  });
}

const journals = () =>
  readDatabase(ship.vessel.directory, (connection) =>
    connection
      .prepare(`SELECT origin, count(*) AS entries FROM sync_journal WHERE origin <> ? GROUP BY origin`)
      .all(other),
  ) as { origin: string; entries: number }[];

const verify = () => verifyJournal(join(ship.vessel.directory, databaseFileName));

describe('what is held of another computer, and shore holds otherwise', () => {
  /** Shore was restored to a copy from before, and heard first of what the copied computer wrote. */
  async function part(): Promise<Batch> {
    expect(receive(lost, 1, 2).ack).toMatchObject({ outcome: 'stored', held: 2 });
    const { ack, shown } = receive(ashore, 3, 3);
    expect(ack).toMatchObject({ outcome: 'fork', held: 2 });
    await ship.settle();
    const [batch] = [...shown, ...ship.sentBatches()].filter(({ origin }) => origin === other);
    expect(batch?.changes.map(({ number }) => number)).toEqual([1, 2]);
    if (batch === undefined) throw new Error('Nothing was shown');
    return batch;
  }

  test('goes on under a name of its own from where the two part, and both stand', async () => {
    const { attempt } = await part();
    answer({ attempt, fork: { number: 2, hash: ashore.hashes[1] ?? '' } });
    expect(journals()).toMatchObject([{ entries: 1 }]);
    expect(receive(ashore, 2, 3).ack).toMatchObject({ outcome: 'stored', held: 3 });
    const { items } = await ship.vessel.call('conflicts.list', {});
    expect(items).toMatchObject([{ field: 'title' }]);
    for (const title of ['Written on the one that was lost', 'Written on its copy'])
      expect(JSON.stringify(items)).toContain(title);
    expect(verify()).toMatchObject({ ok: true, changes: 4, records: 1 });
  });

  test('goes there whole where shore cannot tell where they part', async () => {
    const { attempt } = await part();
    answer({ attempt, fork: { number: 2, hash: 'a'.repeat(64) } });
    expect(journals()).toMatchObject([{ entries: 2 }]);
    expect(receive(ashore, 1, 3).ack).toMatchObject({ outcome: 'stored', held: 3 });
    expect(journals()).toHaveLength(1);
    expect(verify()).toMatchObject({ ok: true, changes: 5, records: 1 });
  });

  test('or where it says nothing, and sends the same again', async () => {
    await part();
    receive(ashore, 3, 3);
    expect(journals()).toMatchObject([{ entries: 2 }]);
    expect(receive(ashore, 1, 3).ack).toMatchObject({ outcome: 'stored', held: 3 });
    expect(verify()).toMatchObject({ ok: true, changes: 5, records: 1 });
  });

  test("stays as it is where the fork is another computer's own", async () => {
    const { attempt } = await part();
    answer({ attempt: attempt + 7, fork: { number: 2, hash: ashore.hashes[1] ?? '' } });
    expect(journals()).toEqual([]);
  });
});
