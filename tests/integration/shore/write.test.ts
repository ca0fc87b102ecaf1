import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { applyWaiting } from '#shore/ingest/apply-waiting.ts';
import { ShoreFailure } from '#shore/failure.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { WorkOrderQueries } from '#shore/work-orders/queries.ts';
import { WorkOrders } from '#shore/work-orders/service.ts';
import { kinds } from './support/databases.ts';
import { openOffice, superintendent, type Office } from './support/office.ts';
import { newId, orderValues, Ship } from './support/ship.ts';

/** The gateway is updated: what it did not understand is of a version that it knows now. */
async function pretendUpdate({ database }: Office, origin: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.execute(sql`select set_config('arus.context', 'update', true)`);
    await tx.execute(sql`alter table sync_journal disable trigger arus_guard_append_only_update`);
    await tx.execute(sql`update sync_journal set version = ${recordsVersion} where origin = ${origin}`);
    await tx.execute(sql`alter table sync_journal enable trigger arus_guard_append_only_update`);
  });
}

describe.each(kinds)('writing ashore on %s', (kind) => {
  let office: Office;
  let ship: Ship;
  let orders: WorkOrders;

  beforeEach(async () => {
    office = await openOffice(kind);
    ship = new Ship('nordlys');
    orders = new WorkOrders(
      office.dependencies,
      office.database.reader,
      new WorkOrderQueries(office.database.reader, office.dependencies.environment),
    );
    await office.addVessel('nordlys');
  });
  afterEach(() => office.close());

  const create = (title: string) => orders.create('nordlys', { title }, superintendent);
  const failure = async (work: Promise<unknown>): Promise<ShoreFailure> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof ShoreFailure) return error;
      throw error;
    }
    throw new Error('It went through');
  };

  test('an order raised ashore stands in record, versions, journal and queue, and listeners are told', async () => {
    const order = await create('Inspect lifeboat davits');

    expect(order).toMatchObject({
      vesselId: 'nordlys',
      number: `WO-${new Date().getUTCFullYear()}-500001`,
      title: 'Inspect lifeboat davits',
      status: 'open',
      createdBy: 'M. Larsen',
      updatedBy: 'M. Larsen',
      sync: 'pending',
    });
    const vessel = await office.vessel('nordlys');
    const [entry] = await office.rows('sync_journal');
    expect(entry).toMatchObject({
      origin: vessel.origin,
      number: 1,
      feed: 1,
      operation: 'create',
      before: {},
      device: 'Office',
      hash: vessel.hash,
    });
    expect(await office.rows('sync_outbox')).toMatchObject([
      { number: 1, lane: 'normal', record_id: order.id },
    ]);
    expect(office.told).toEqual([
      { vesselId: 'nordlys', entity: 'work_order', ids: [order.id], feed: 1, cause: 'shore' },
    ]);
    expect(order.versions['title']).toBe(`${vessel.origin}#1`);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true, changes: 1, records: 1 });
  });

  test('50 orders raised at once get 50 numbers; journal and queue grow by exactly 50', async () => {
    const created = await Promise.all(Array.from({ length: 50 }, (_, index) => create(`Order ${index}`)));

    expect(new Set(created.map((order) => order.number)).size).toBe(50);
    for (const table of ['work_order', 'sync_journal', 'sync_outbox', 'sync_versions'])
      expect([table, await office.count(table)]).toEqual([table, 50]);
    const vessel = await office.vessel('nordlys');
    expect(vessel).toMatchObject({ last: 50, feed: 50 });
    expect(await verifyShore(office.database)).toMatchObject({ holds: true, changes: 50 });
  });

  test('10 updates of one order at once all stand in the journal; no number is given twice', async () => {
    const { id } = await create('Contended');
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        orders.patch({ id }, { title: `Title ${index}` }, superintendent),
      ),
    );
    expect(await office.count('sync_journal')).toBe(11);
    expect(await office.count('sync_outbox')).toBe(11);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('100 edits in a row are 100 changes', async () => {
    const { id } = await create('Busy');
    for (let i = 0; i < 100; i += 1) await orders.patch({ id }, { notes: `Line ${i}` }, superintendent);
    expect(await office.count('sync_journal')).toBe(101);
    expect((await orders.get({ id })).notes).toBe('Line 99');
  });

  test('an update and a delete at once leave the order deleted or refuse the one that came second', async () => {
    const { id } = await create('Race');
    const results = await Promise.allSettled([
      orders.patch({ id }, { title: 'Updated' }, superintendent),
      orders.delete({ id }, superintendent),
    ]);
    const done = results.filter(({ status }) => status === 'fulfilled').length;
    const rejected = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    for (const reason of rejected) expect(reason).toMatchObject({ code: 'not_found' });
    expect(await office.rows('work_order')).toMatchObject([{ deleted: true }]);
    expect(await office.count('sync_journal')).toBe(1 + 1 + Number(done === 2));
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('a write that fails half way leaves nothing anywhere', async () => {
    await expect(
      office.write('nordlys', async (unit) => {
        await unit.create('work_order', newId(), orderValues({ title: 'Half' }));
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    for (const table of ['work_order', 'sync_journal', 'sync_outbox', 'sync_versions'])
      expect([table, await office.count(table)]).toEqual([table, 0]);
    expect(office.told).toEqual([]);
    expect(await office.vessel('nordlys')).toMatchObject({ last: 0, feed: 0 });
  });

  test('several writes of one unit are one commit, with numbers in a row and a chain of hashes', async () => {
    const [a, b] = [newId(), newId()];
    await office.write('nordlys', async (unit) => {
      await unit.create('work_order', a, orderValues({ title: 'A' }));
      await unit.create('work_order', b, orderValues({ title: 'B' }));
      await unit.update('work_order', a, { title: 'A2' });
      expect((await unit.get('work_order', a))?.values).toMatchObject({ title: 'A2' });
      await unit.delete('work_order', b);
    });
    const rows = (await office.rows('work_order')).toSorted((x, y) =>
      String(x['title']) < String(y['title']) ? -1 : 1,
    );
    expect(rows).toMatchObject([
      { title: 'A2', deleted: false },
      { title: 'B', deleted: true },
    ]);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true, changes: 4 });
  });

  test('setting what is there already writes nothing', async () => {
    const { id } = await create('Same');
    await orders.patch({ id }, { title: 'Same' }, superintendent);
    expect(await office.count('sync_journal')).toBe(1);
  });

  test('an edit on another version than its writer saw is stale and says whose value stands; another field goes through', async () => {
    const order = await create('First');
    await orders.patch({ id: order.id }, { title: 'Second' }, { ...superintendent, actorName: 'P. Okafor' });

    const stale = await failure(
      orders.patch({ id: order.id }, { title: 'Third' }, superintendent, {
        title: order.versions['title'] ?? '',
      }),
    );

    expect(stale).toMatchObject({
      code: 'stale',
      details: [{ path: 'title', value: 'Second', by: 'P. Okafor' }],
    });
    const patched = await orders.patch({ id: order.id }, { notes: 'Fine' }, superintendent, order.versions);
    expect(patched).toMatchObject({ title: 'Second', notes: 'Fine' });
  });

  test('completing says who and when, reopening takes it back, and a status that may not follow is refused', async () => {
    const { id } = await create('Sign me off');
    const completed = await orders.patch({ id }, { status: 'completed' }, superintendent);
    expect(completed.completedBy).toBe('M. Larsen');
    expect(Date.parse(completed.completedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);

    expect(await failure(orders.patch({ id }, { status: 'cancelled' }, superintendent))).toMatchObject({
      code: 'not_allowed',
      message: 'An order that is completed cannot become cancelled. Nothing was saved.',
    });
    const reopened = await orders.patch({ id }, { status: 'in_progress' }, superintendent);
    expect(reopened).toMatchObject({ completedAt: null, completedBy: null });
  });

  test('what is wrong is refused in words, with nothing saved', async () => {
    expect(await failure(orders.create('atlantis', { title: 'X' }, superintendent))).toMatchObject({
      code: 'not_found',
    });
    expect(await failure(orders.create('nordlys', { title: '' }, superintendent))).toMatchObject({
      code: 'invalid_input',
      details: [{ path: 'title' }],
    });
    expect(
      await failure(orders.create('nordlys', { title: 'X', equipmentId: newId() }, superintendent)),
    ).toMatchObject({ code: 'invalid_input', details: [{ path: 'equipmentId' }] });
    expect(await failure(orders.create('nordlys', { title: 'nul \u0000' }, superintendent))).toMatchObject({
      code: 'invalid_input',
    });
    expect(await failure(orders.patch({ id: newId() }, { title: 'X' }, superintendent))).toMatchObject({
      code: 'not_found',
    });
    expect(await office.count('sync_journal')).toBe(0);
  });

  test('two people who had not seen each other: both values are kept, with what stood there before', async () => {
    const id = ship.create({ title: 'Before' });
    ship.update(id, { notes: 'n' });
    await office.stored(ship.batch(1, 2));
    await orders.patch({ id }, { title: 'Office' }, superintendent);
    await orders.patch({ id }, { title: 'Office again' }, superintendent);
    ship.update(id, { title: 'Ship' });

    await office.stored(ship.batch(3, 3));

    const order = await orders.get({ id });
    expect(order.sync).toBe('conflict');
    expect(order.conflicts).toHaveLength(1);
    expect(order.conflicts[0]).toMatchObject({ field: 'title', base: 'Before' });
    expect(
      order.conflicts[0]?.values.map(({ value, by, device, side }) => ({ value, by, device, side })),
    ).toEqual([
      { value: 'Office again', by: 'M. Larsen', device: 'Office', side: 'shore' },
      { value: 'Ship', by: 'A. Rossi', device: 'Bridge PC', side: 'vessel' },
    ]);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('a conflict is brought up to the values that stand, and settled by whoever has seen both', async () => {
    const id = ship.create({ title: 'Before' });
    await office.stored(ship.batch(1, 1));
    await orders.patch({ id }, { title: 'Office' }, superintendent);
    ship.update(id, { title: 'Ship' });
    ship.update(id, { title: 'Ship, second thought' });
    await office.stored(ship.batch(2, 3));

    const open = (await orders.get({ id })).conflicts;
    expect(open.flatMap(({ values }) => values.map(({ value }) => String(value))).toSorted()).toEqual([
      'Office',
      'Ship, second thought',
    ]);
    expect(await office.count('sync_conflicts')).toBe(1);

    // Choosing the value that is in force already settles it too.
    const inForce = (await orders.get({ id })).title;
    await orders.patch({ id }, { title: inForce }, superintendent);

    const settled = await orders.get({ id });
    expect(settled.conflicts).toEqual([]);
    expect(settled.sync).toBe('pending');
    const [row] = await office.rows('sync_conflicts');
    expect(row?.['settled_at']).not.toBeNull();
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('a conflict settled on board by somebody who had shore’s value before them is settled ashore', async () => {
    const id = ship.create({ title: 'Before' });
    await office.stored(ship.batch(1, 1));
    await orders.patch({ id }, { title: 'Office' }, superintendent);
    ship.update(id, { title: 'Ship' });
    await office.stored(ship.batch(2, 2));
    expect((await orders.get({ id })).conflicts).toHaveLength(1);

    const shore = await office.vessel('nordlys');
    ship.holds(shore.origin, 1, shore.time);
    ship.update(id, { title: 'Agreed' });
    await office.stored(ship.batch(3, 3));

    expect(await orders.get({ id })).toMatchObject({ title: 'Agreed', conflicts: [] });
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('an update beats a delete that had not seen it, whichever comes first, and the one who deleted is told', async () => {
    const [first, second] = [
      ship.create({ title: 'Deleted ashore' }),
      ship.create({ title: 'Deleted on board' }),
    ];
    await office.stored(ship.batch(1, 2));
    await orders.delete({ id: first }, superintendent);
    await orders.patch({ id: second }, { title: 'Changed ashore' }, superintendent);
    ship.update(first, { title: 'Changed on board' });
    ship.delete(second);

    await office.stored(ship.batch(3, 4));

    expect(await orders.get({ id: first })).toMatchObject({ title: 'Changed on board' });
    expect(await orders.get({ id: second })).toMatchObject({ title: 'Changed ashore' });
    const problems = await office.rows('sync_problems');
    expect(problems.map((row) => [row['code'], row['record_id']])).toEqual([
      ['delete_overridden', first],
      ['delete_overridden', second],
    ]);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
  });

  test('an urgent change takes the record’s earlier ones with it into its lane', async () => {
    const { id } = await create('Minor leak');
    await create('Something else');
    await orders.patch({ id }, { priority: 'critical' }, superintendent);
    const rows = await office.rows('sync_outbox');
    expect(
      rows.map((row) => [row['number'], row['lane']]).toSorted(([a], [b]) => Number(a) - Number(b)),
    ).toEqual([
      [1, 'urgent'],
      [2, 'normal'],
      [3, 'urgent'],
    ]);
  });

  test('what ship and shore wrote before an update of the gateway comes together after it', async () => {
    const id = ship.create({ title: 'Known' });
    ship.version = recordsVersion + 1;
    ship.update(id, { title: 'From the future' });
    ship.update(id, { description: 'From the future too' });
    ship.version = recordsVersion;
    ship.update(id, { title: 'Overrules the second' });
    await office.stored(ship.batch(1, 4));
    await orders.patch({ id }, { title: 'Office', description: 'Office' }, superintendent);
    const change = (await office.rows('sync_journal')).find((row) => row['actor_name'] === 'M. Larsen');
    expect(change?.['seen']).toEqual({ [ship.origin]: [1, [4, 4]] });

    await pretendUpdate(office, ship.origin);
    expect(await applyWaiting(office.dependencies)).toBe(2);
    expect(await applyWaiting(office.dependencies)).toBe(0);

    const order = await orders.get({ id });
    expect(order.title).toBe('Office');
    expect(
      order.conflicts.map(({ field, values }) => [
        field,
        values.map(({ value }) => String(value)).toSorted(),
      ]),
    ).toEqual([['description', ['From the future too', 'Office']]]);
    expect(await office.rows('sync_head')).toMatchObject([{ held: 4, unapplied: [] }]);
    expect(office.told.at(-1)).toMatchObject({ ids: [id], cause: 'vessel' });
  });

  test('verify names the first thing that is not as the journal says', async () => {
    const { id } = await create('Tamper with me');
    const tampering = async (statement: string): Promise<unknown> => {
      await office.database.transaction(async (tx) => {
        await tx.execute(sql`select set_config('arus.context', 'tampering', true)`);
        await tx.execute(sql.raw(statement));
      });
      return verifyShore(office.database);
    };
    expect(await verifyShore(office.database)).toEqual({
      holds: true,
      vessels: 1,
      changes: 1,
      records: 1,
      beyond: 0,
      beforeUnknown: 0,
    });
    expect(await tampering(`update work_order set title = 'Forged'`)).toMatchObject({
      holds: false,
      vesselId: 'nordlys',
      difference: expect.stringContaining(`The row of work_order ${id}`),
    });
    await tampering(`update work_order set title = 'Tamper with me'`);
    expect(await tampering(`delete from sync_outbox`)).toMatchObject({
      difference: 'The queue to the vessel is []; the journal says [1]',
    });
    await tampering(
      `insert into sync_outbox select vessel_id, number, lane, entity, record_id, at from sync_journal`,
    );
    await tampering(`alter table sync_journal disable trigger all`);
    expect(await tampering(`update sync_journal set actor_name = 'Nobody'`)).toMatchObject({
      difference: expect.stringContaining('The hash of change 1'),
    });
  });
});
