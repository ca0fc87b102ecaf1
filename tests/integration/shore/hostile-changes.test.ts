import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeSchema, type Change } from '#shared/sync/change.ts';
import { latestApplied, latestHybridTime } from '#shared/sync/clock.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { plainAck, type Ack } from '#shared/sync/frame.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { outOfOrderIn } from '#shared/sync/out-of-order.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { takeHello } from '#shore/ingest/take-hello.ts';
import { takeAcknowledgement } from '#shore/ingest/take-acknowledgement.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { WorkOrderQueries } from '#shore/work-orders/queries.ts';
import { WorkOrders } from '#shore/work-orders/service.ts';
import { kinds } from './support/databases.ts';
import { openOffice, superintendent, type Office } from './support/office.ts';
import { Ship } from './support/ship.ts';

/** Whoever has the ship's password for the broker, under a name of their own. */
const stranger = 'vzzzzzzzzzzzz';

describe.each(kinds)('what somebody with a ship’s password sends, on %s,', (kind) => {
  let office: Office;
  let ship: Ship;
  let orders: WorkOrders;
  let ends: Map<string, { number: number; hash: string }>;

  beforeEach(async () => {
    office = await openOffice(kind);
    ship = new Ship('nordlys');
    orders = new WorkOrders(
      office.dependencies,
      office.database.reader,
      new WorkOrderQueries(office.database.reader, office.dependencies.environment),
    );
    await office.addVessel('nordlys');
    ends = new Map();
  });
  afterEach(() => office.close());

  /** The ship's computer, which has written one change, says what it holds of another journal. */
  const saysHello = (origin: string, held: number, mark: string) =>
    takeHello(office.dependencies, {
      kind: 'hello',
      vessel: 'nordlys',
      name: 'MV Nordlys',
      origin: ship.origin,
      last: 1,
      hash: ship.hashes[0] ?? '',
      acknowledged: 1,
      held: { [origin]: held },
      digest: null,
      marks: { [origin]: mark },
      recordsVersion,
      at: office.dependencies.environment.now(),
    });

  /** The stranger's next change, like the ship's last but for what is given. */
  async function send(given: Partial<Change>): Promise<void> {
    const last = ship.journal.at(-1);
    if (last === undefined) throw new Error('The ship has written nothing');
    const origin = given.origin ?? stranger;
    const end = ends.get(origin) ?? { number: 0, hash: chainStart('nordlys', origin) };
    const change: Change = {
      ...last,
      origin,
      number: end.number + 1,
      operation: 'update',
      time: last.time + 1_000,
      seen: { [ship.origin]: last.number },
      lane: 'normal',
      version: 1,
      ...given,
    };
    const hash = chainNext(end.hash, change);
    ends.set(origin, { number: change.number, hash });
    await office.stored({
      kind: 'batch',
      vessel: 'nordlys',
      origin,
      lane: 'normal',
      after: change.number - 1,
      hash,
      attempt: 0,
      proof: [],
      changes: [change],
    });
  }

  const lastOfOffice = async (): Promise<Record<string, unknown>> => {
    const { origin, last } = await office.vessel('nordlys');
    const found = (await office.rows('sync_journal')).find(
      (row) => row['origin'] === origin && Number(row['number']) === last,
    );
    if (found === undefined) throw new Error('The office has written nothing');
    return found;
  };

  test('at the latest time that there is, holds up no edit of the office', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    await send({ time: latestHybridTime, fields: { title: 'From the year 2200' } });

    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office' }, superintendent);

    expect((await orders.get({ vesselId: 'nordlys', id })).title).toBe('By the office');
    expect(Number((await lastOfOffice())['time'])).toBeLessThan(latestApplied('vessel'));
    expect((await office.rows('sync_problems')).map((row) => row['code'])).toContain('parked');
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('at the end of the time of records, leaves the office room to set it right', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    await send({ time: latestApplied('vessel'), fields: { title: 'At the end' } });

    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office' }, superintendent);

    expect((await orders.get({ vesselId: 'nordlys', id })).title).toBe('By the office');
    const time = Number((await lastOfOffice())['time']);
    expect(time).toBeGreaterThan(latestApplied('vessel'));
    expect(changeSchema.safeParse({ ...ship.journal[0], time }).success).toBe(true);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('with a claim to have seen what is not written yet, overrules nobody who comes later', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    const { origin } = await office.vessel('nordlys');
    await send({ seen: { [ship.origin]: 1_000_000, [origin]: 1_000_000 }, fields: { title: 'Poison' } });

    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office' }, superintendent);
    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office again' }, superintendent);

    const order = await orders.get({ vesselId: 'nordlys', id });
    expect(order).toMatchObject({ title: 'By the office again', conflicts: [] });
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('with a claim to have seen what is not written yet, is told to people, and what honest people claim is not', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office' }, superintendent);
    const { origin, last } = await office.vessel('nordlys');
    const told = async () =>
      (await office.rows('sync_problems')).filter((row) => row['code'] === 'unknown_seen');
    await send({ seen: { [ship.origin]: 1, [origin]: last }, fields: { title: 'Honest' } });
    expect(await told()).toEqual([]);

    await send({ seen: { [ship.origin]: 1, [origin]: last + 1 }, fields: { title: 'Poison' } });
    await send({ seen: { vnobody001: 1 }, fields: { title: 'Poison' } });

    expect(await told()).toHaveLength(1);
    expect(String((await told())[0]?.['message'])).toContain(
      'had seen change 1 of vnobody001, of which none is here',
    );
  });

  test('in the name of an office that nobody here knows, is told to people once, and what the ship writes is not', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    const told = async () =>
      (await office.rows('sync_problems')).filter((row) => row['code'] === 'unknown_office');
    await send({ fields: { title: 'As a computer on board' } });
    expect(await told()).toEqual([]);

    const forged = {
      origin: 's0forged000',
      actorName: 'Office',
      time: Number(ship.journal[0]?.time) + 5_000,
      seen: { [ship.origin]: 1, [stranger]: 1 },
    };
    await send({ ...forged, fields: { title: 'As the office' } });
    await send({ ...forged, time: forged.time + 1, fields: { title: 'As the office again' } });

    expect(await told()).toHaveLength(1);
    expect(String((await told())[0]?.['message'])).toContain('only the ship says that the office wrote them');
    expect((await orders.get({ vesselId: 'nordlys', id })).title).toBe('As the office again');
  });

  test('as if from the office, and lies on board across a gap, does not hold up what the office wrote', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office' }, superintendent);
    const { origin } = await office.vessel('nordlys');
    const says = (received: Ack['held']): Ack => ({
      kind: 'ack',
      ...plainAck,
      vessel: 'nordlys',
      origin,
      held: received,
      hash: chainStart('nordlys', origin),
      beyondHash: 'ab'.repeat(32),
      outcome: 'gap',
      attempt: 1,
      problems: [],
    });
    // Overtaken on its way: the vessel holds nothing yet, and that is all there is to it.
    expect(await takeAcknowledgement(office.dependencies, says(0))).toMatchObject({ status: null });
    expect((await office.vessel('nordlys')).origin).toBe(origin);

    const taken = await takeAcknowledgement(office.dependencies, says([0, [3, 4]]));

    const now = (await office.vessel('nordlys')).origin;
    expect(now).not.toBe(origin);
    expect(taken.status).toMatchObject({ origin: now, held: 1 });
    expect(await office.rows('sync_outbox')).toHaveLength(1);
    expect((await office.rows('sync_problems')).map((row) => row['code'])).toContain('new_epoch');
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('as if from the office, and parts from what it wrote before what still waits for the ship, holds up nothing either', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office' }, superintendent);
    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office, again' }, superintendent);
    const { origin, hash } = await office.vessel('nordlys');
    const says = (said: Partial<Ack>): Ack => ({
      kind: 'ack',
      ...plainAck,
      vessel: 'nordlys',
      origin,
      held: 2,
      hash,
      outcome: 'stored',
      attempt: 1,
      problems: [],
      ...said,
    });
    // Somebody with the ship's password says that it has both, so that neither waits any more.
    await takeAcknowledgement(office.dependencies, says({}));
    expect(await office.rows('sync_outbox')).toHaveLength(0);

    const fork = { number: 2, hash: 'cd'.repeat(32) };
    await takeAcknowledgement(office.dependencies, says({ hash: 'ab'.repeat(32), outcome: 'fork', fork }));

    expect((await office.vessel('nordlys')).origin).not.toBe(origin);
    expect(await office.rows('sync_outbox')).toHaveLength(2);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('as if from the office, and fills a gap on board, takes nothing out of the queue', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    for (const title of ['First', 'Second', 'Third', 'Fourth'])
      await orders.patch({ vesselId: 'nordlys', id }, { title }, superintendent);
    const { origin } = await office.vessel('nordlys');
    const written = await office.store.transaction('update', (tx) =>
      tx.journalByNumber('nordlys', origin, [[1, 4]]),
    );
    const changeAt = (number: number): Change => changeSchema.parse(written[number - 1]?.change);
    const queued = async () => (await office.rows('sync_outbox')).map((row) => Number(row['number']));
    const says = (of: readonly Change[] | null): Ack => {
      const outOfOrder =
        of === null
          ? undefined
          : outOfOrderIn({ vessel: 'nordlys', origin, changes: of }, { upTo: 1, beyond: [[3, 4]] });
      return {
        kind: 'ack',
        ...plainAck,
        vessel: 'nordlys',
        origin,
        held: [1, [3, 4]],
        hash: written[0]?.hash ?? '',
        // The true hash at the end, as whoever fills the gap can have it.
        beyondHash: written[3]?.hash ?? '',
        outcome: 'stored',
        attempt: 1,
        problems: [],
        ...(outOfOrder === undefined ? {} : { outOfOrder }),
      };
    };
    const forgedThird = { ...changeAt(3), fields: { title: 'Forged' } };

    await takeAcknowledgement(office.dependencies, says(null));
    expect(await queued()).toEqual([2, 3, 4]);
    await takeAcknowledgement(office.dependencies, says([forgedThird]));
    expect(await queued()).toEqual([2, 3, 4]);
    await takeAcknowledgement(office.dependencies, says([forgedThird, changeAt(4)]));
    expect(await queued()).toEqual([2, 3, 4]);
    await takeAcknowledgement(office.dependencies, says([changeAt(4)]));
    expect(await queued()).toEqual([2, 3]);
    expect((await office.vessel('nordlys')).acknowledged).toEqual({ upTo: 1, beyond: [[4, 4]] });

    // A hello names both: what an answer has shown stays acknowledged, and nothing more.
    await takeHello(office.dependencies, {
      kind: 'hello',
      vessel: 'nordlys',
      name: 'MV Nordlys',
      origin: ship.origin,
      last: 1,
      hash: ship.hashes[0] ?? '',
      acknowledged: 1,
      held: { [origin]: [1, [3, 4]] },
      digest: null,
      marks: { [origin]: fingerprintOf(written[0]?.hash ?? '') },
      recordsVersion,
      at: office.dependencies.environment.now(),
    });
    expect(await queued()).toEqual([2, 3]);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('as if from the office, to one of two computers, is found out though the other has all that the office wrote', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office' }, superintendent);
    await orders.patch({ vesselId: 'nordlys', id }, { title: 'By the office, again' }, superintendent);
    const { origin, hash } = await office.vessel('nordlys');
    const hello = (held: number, mark: string) => saysHello(origin, held, mark);
    await hello(2, fingerprintOf(hash));
    expect(await office.rows('sync_outbox')).toHaveLength(0);

    // What comes to it shows where the two part; with nothing on its way it would never be asked.
    expect(await hello(1, 'ab'.repeat(8))).toMatchObject({ outcome: 'taken', maySend: true });
    expect((await office.rows('sync_outbox')).map((row) => Number(row['number']))).toEqual([2]);
    expect((await office.vessel('nordlys')).acknowledged).toEqual({ upTo: 1, beyond: [] });

    await hello(2, fingerprintOf(hash));
    expect(await office.rows('sync_outbox')).toHaveLength(0);
  });

  test.each([stranger, 's0nobody001'])(
    'under a name that a computer on board knows otherwise (%s), is sent to that computer, which finds it out',
    async (name) => {
      const id = ship.create();
      await office.stored(ship.batch(1, 1));
      await send({ origin: name, recordId: id, fields: { title: 'Ashore' } });
      const hash = ends.get(name)?.hash ?? '';
      const lackingWith = async (mark: string) => {
        const taken = await saysHello(name, 1, mark);
        return taken.outcome === 'taken' ? taken.lacking : null;
      };
      expect(await lackingWith(fingerprintOf(hash))).toEqual([]);
      expect(await lackingWith('cd'.repeat(8))).toMatchObject([
        { origin: name, theirs: { upTo: 0 }, ours: { upTo: 1 } },
      ]);
    },
  );

  test('with the last number of the year, uses up no numbers', async () => {
    const year = new Date().getUTCFullYear();
    const first = await orders.create('nordlys', { title: 'First' }, superintendent);
    ship.create({ number: `WO-${year}-999999` });
    ship.create({ number: `WO-${year}-550000` });
    await office.stored(ship.batch(1, 2));

    const second = await orders.create('nordlys', { title: 'Second' }, superintendent);
    const third = await orders.create('nordlys', { title: 'Third' }, superintendent);

    expect(first.number).toBe(`WO-${year}-500001`);
    expect(second.number).toBe(`WO-${year}-550001`);
    expect(third.number).toBe(`WO-${year}-550002`);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });
});
