import { describe, expect, onTestFinished, test } from 'vitest';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { positionMark } from '#shared/sync/compare.ts';
import { fingerprintOf, type HeadFingerprints } from '#shared/sync/head-fingerprints.ts';
import { takeBase } from '#shore/base/take-base.ts';
import { answerCompare } from '#shore/compare/answer-compare.ts';
import { holdingOf } from '#shore/journal/holding.ts';
import { takeHello } from '#shore/ingest/take-hello.ts';
import { platformHash } from '#shore/journal/platform-hash.ts';
import { startNow } from '#shore/snapshot/position.ts';
import { SqlSnapshotStore } from '#shore/snapshot/sql-snapshot-store.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { openOffice, type Office } from './support/office.ts';
import { Ship } from './support/ship.ts';

const vessel = 'mv-aurora';
const former = 'sformer001';

/** Somebody says that `upTo` changes under a name are in the records, and sends none of these. */
async function claim(office: Office, upTo: number, origin = former): Promise<void> {
  await takeBase(office.dependencies, {
    kind: 'base',
    vessel,
    origin: 'vship0001',
    transfer: 'a'.repeat(16),
    total: 0,
    heads: [{ origin, upTo, hash: 'ab'.repeat(32) }],
    page: { after: '', next: null, version: 1, records: { origins: [], seens: [], groups: [] } },
    answer: null,
  });
}

async function offer(office: Office, entries: Change[]) {
  const at = await office.store.transaction('update', async (tx) => {
    const head = await tx.vesselForUpdate(vessel);
    if (head === null) throw new Error('Shore does not know the ship');
    return positionMark(holdingOf(head, await tx.originHeads(vessel)).held, platformHash);
  });
  const records = entries.map(({ entity, recordId }): [string, string] => [entity, recordId]);
  return answerCompare(office.dependencies, {
    kind: 'compare',
    vessel,
    at,
    number: 1,
    ask: { step: 'take', records, entries },
    answer: null,
  });
}

test('a change that is said to be in the records, and is not, is joined to its record', async () => {
  const office = await openOffice('PGlite');
  onTestFinished(() => office.close());
  const ship = new Ship(vessel);
  const id = ship.create({ title: 'Renew gasket' });
  await office.stored(ship.batch(1, 1));
  await claim(office, 2);
  // On board this one came before anybody said so.
  const onBoard: Change = {
    ...ship.update(id, { title: 'Renew both gaskets' }),
    origin: former,
    number: 1,
    seen: { [ship.origin]: 1 },
  };
  const before = await office.vessel(vessel);
  const answered = await offer(office, [onBoard]);
  expect(answered?.reply.answer).toMatchObject({ step: 'take', records: [['work_order', id, {}]] });
  expect(answered?.events).toMatchObject([{ entity: 'work_order', ids: [id] }]);
  expect(await office.rows('work_order')).toMatchObject([{ id, title: 'Renew both gaskets' }]);
  const after = await office.vessel(vessel);
  expect(after.digest).not.toBe(before.digest);
  // It is no entry of a journal whose chain nobody knows; and the same again changes nothing.
  expect(await office.count('sync_journal')).toBe(1);
  const again = await offer(office, [onBoard]);
  expect(again?.reply.answer).toEqual(answered?.reply.answer);
  expect((await office.vessel(vessel)).digest).toBe(after.digest);
  expect(await verifyShore(office.database)).toMatchObject({ holds: true });
});

test('a change that waits for a newer program beneath what is held as records alone holds up neither a snapshot nor the comparison', async () => {
  const office = await openOffice('PGlite');
  onTestFinished(() => office.close());
  const ship = new Ship(vessel);
  const id = ship.create({ title: 'Renew gasket' });
  ship.update(id, { title: 'As a newer program says' });
  const batch = ship.batch(1, 2);
  const newer = batch.changes.map((change, index) => (index === 1 ? { ...change, version: 900 } : change));
  const hash = newer.reduce(
    (previous, change) => chainNext(previous, change),
    chainStart(vessel, ship.origin),
  );
  await office.stored({ ...batch, changes: newer, hash });
  const asker = 'vnewpc00001';
  const start = () =>
    new SqlSnapshotStore(office.database).read((view) =>
      startNow(view, vessel, { origin: asker, version: recordsVersion }),
    );
  expect((await start())?.heads).toMatchObject([{ origin: ship.origin, upTo: 1 }]);
  await claim(office, 50, ship.origin);
  expect((await start())?.heads).toEqual([{ origin: ship.origin, upTo: 50, hash: 'ab'.repeat(32) }]);
  const taken = await takeHello(office.dependencies, {
    kind: 'hello',
    vessel,
    name: 'MV Aurora',
    origin: asker,
    last: 0,
    hash: chainStart(vessel, asker),
    acknowledged: 0,
    held: { [ship.origin]: 50 },
    digest: null,
    marks: { [ship.origin]: 'ab'.repeat(8) },
    recordsVersion,
    at: office.dependencies.environment.now(),
  });
  expect(taken).toMatchObject({ outcome: 'taken', bases: null });
  expect(taken.outcome === 'taken' && taken.ack.holding?.digest).toBe((await office.vessel(vessel)).digest);
});

test('nothing is joined that lies after what is held as records alone, or breaks a rule', async () => {
  const office = await openOffice('PGlite');
  onTestFinished(() => office.close());
  const ship = new Ship(vessel);
  const id = ship.create({ title: 'Renew gasket' });
  await office.stored(ship.batch(1, 1));
  await claim(office, 2);
  const { origin } = await office.vessel(vessel);
  const change = { ...ship.update(id, { title: 'Poison' }), seen: { [ship.origin]: 1 } };
  await offer(office, [
    { ...change, origin: former, number: 3 },
    { ...change, origin: former, number: 2, fields: { title: 7 } },
    { ...change, origin, number: 1 },
  ]);
  expect(await office.rows('work_order')).toMatchObject([{ id, title: 'Renew gasket' }]);
});

describe('a ship whose own journal is said to be in the records, and is another there,', () => {
  const ship = new Ship(vessel);
  for (let number = 1; number <= 5; number += 1) ship.create();
  const proof: HeadFingerprints = [[3, fingerprintOf(ship.hashes[2] ?? '')]];
  const none = { number: 1, hash: chainStart(vessel, ship.origin) };

  /** An office that was emptied, and holds nothing of the ship but what somebody said. */
  async function emptied(): Promise<Office> {
    const office = await openOffice('PGlite');
    onTestFinished(() => office.close());
    await office.addVessel(vessel);
    await claim(office, 3, ship.origin);
    return office;
  }

  test.each([
    ['ends before that', ship.batch(1, 2)],
    ['begins after it', ship.batch(4, 5)],
    ['leaves a gap', ship.batch(5, 5, { after: 0 })],
  ])('hears by a batch that %s that all of it goes on under another name', async (_what, batch) => {
    const office = await emptied();
    const taken = await office.take({ ...batch, proof });
    expect(taken).toMatchObject({
      outcome: 'fork',
      ack: { held: 3, fork: none },
    });
    expect(await office.count('sync_journal')).toBe(0);
  });

  test('hears so at its hello where what it ends with had come across a gap, and has no hash', async () => {
    const office = await openOffice('PGlite');
    onTestFinished(() => office.close());
    await office.stored(ship.batch(5, 5, { after: 0, lane: 'urgent' }));
    await claim(office, 2 ** 31, ship.origin);
    const taken = await takeHello(office.dependencies, {
      kind: 'hello',
      vessel,
      name: 'MV Aurora',
      origin: ship.origin,
      last: 5,
      hash: ship.hashes[4] ?? '',
      acknowledged: 5,
      held: {},
      digest: null,
      marks: {},
      recordsVersion,
      at: office.dependencies.environment.now(),
    });
    expect(taken).toMatchObject({ outcome: 'taken', ack: { held: 2 ** 31, fork: none } });
  });

  test('hears so by another change than its own, where the one before that came across a gap', async () => {
    const office = await openOffice('PGlite');
    onTestFinished(() => office.close());
    await office.stored(ship.batch(2, 3, { after: 0 }));
    await claim(office, 9, ship.origin);
    const another = new Ship(vessel, ship.origin);
    for (let number = 1; number <= 3; number += 1) another.create();
    const taken = await office.take({ ...another.batch(3, 3), proof: [] });
    expect(taken).toMatchObject({ outcome: 'fork', ack: { fork: none } });
  });

  test('is asked for its mark there where its own changes follow, on the hash that somebody said', async () => {
    const office = await emptied();
    const following = ship.journal.slice(3);
    await office.stored({
      ...ship.batch(4, 5),
      hash: following.reduce((hash, change) => chainNext(hash, change), 'ab'.repeat(32)),
      proof: [],
    });
    const taken = await office.take({ ...ship.batch(4, 5), proof: [] });
    expect(taken).toMatchObject({
      outcome: 'fork',
      ack: { held: 5, fork: { number: 4, hash: 'ab'.repeat(32) } },
    });
    expect(await office.take({ ...ship.batch(4, 5), proof })).toMatchObject({ ack: { fork: none } });
  });

  test('is not told so where the mark is that of the records', async () => {
    const office = await emptied();
    const same: HeadFingerprints = [[3, fingerprintOf('ab'.repeat(32))]];
    expect(await office.take({ ...ship.batch(1, 2), proof: same })).toMatchObject({ outcome: 'gap' });
  });
});

test('a change under whose number shore holds that of another record is told as another, not as one it lacks', async () => {
  const office = await openOffice('PGlite');
  onTestFinished(() => office.close());
  const ship = new Ship(vessel);
  const id = ship.create({ title: 'Renew gasket' });
  await office.stored(ship.batch(1, 1));
  const recordId = '0190a5b0-0000-7000-8000-0000000000aa';
  const at = await office.store.transaction('update', async (tx) => {
    const head = await tx.vesselForUpdate(vessel);
    if (head === null) throw new Error('Shore does not know the ship');
    return positionMark(holdingOf(head, await tx.originHeads(vessel)).held, platformHash);
  });
  const answered = await answerCompare(office.dependencies, {
    kind: 'compare',
    vessel,
    at,
    number: 1,
    ask: {
      step: 'entries',
      records: [['work_order', recordId]],
      entries: [
        [ship.origin, 1, 'a'.repeat(16)],
        [ship.origin, 2, 'b'.repeat(16)],
      ],
    },
    answer: null,
  });
  expect(id).not.toBe(recordId);
  expect(answered?.reply.answer).toEqual({
    step: 'entries',
    entries: [],
    lacks: [[ship.origin, 2]],
    other: [[ship.origin, 1]],
  });
});
