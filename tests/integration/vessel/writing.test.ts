import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { databaseFileName, openDatabase, type OpenedDatabase } from '#vessel/store/open-database.ts';
import { createAndPublish, recordAndPublish, type RecordUnit } from '#vessel/store/record-and-publish.ts';
import type { Values } from '#vessel/store/records/record-table.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { readDatabase, rowCounts } from './database.ts';

describe('writing on board', () => {
  let vessel: TestVessel;
  beforeEach(() => {
    vessel = openTestVessel();
  });
  afterEach(() => vessel.node.close());

  const verify = () => verifyJournal(join(vessel.directory, databaseFileName));

  test('50 creates at once: 50 orders, and journal and outbox grow by exactly 50', async () => {
    const orders = await Promise.all(
      Array.from({ length: 50 }, (_, index) => vessel.call('workOrders.create', { title: `Order ${index}` })),
    );

    expect(new Set(orders.map((order) => order.number)).size).toBe(50);
    expect(rowCounts(vessel.directory)).toMatchObject({ work_order: 50, sync_journal: 50, sync_outbox: 50 });
    expect(verify()).toEqual({ ok: true, changes: 50, records: 50, waiting: 50, beyond: 0 });
  });

  test('10 updates of one order at once: all are journalled, the last one stands', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Overhaul purifier' });
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        vessel.call('workOrders.update', { id: order.id, changes: { title: `Title ${index}` } }),
      ),
    );

    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('Title 9');
    expect(rowCounts(vessel.directory)).toMatchObject({ work_order: 1, sync_journal: 11, sync_outbox: 11 });
    expect(verify()).toMatchObject({ ok: true, changes: 11 });
  });

  test('an update after a delete is refused and leaves nothing behind', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Renew gasket' });
    const [deleted, updated] = await Promise.all([
      vessel.call('workOrders.delete', { id: order.id }),
      vessel.refusal('workOrders.update', { id: order.id, changes: { title: 'Too late' } }),
    ]);

    expect(deleted.id).toBe(order.id);
    expect(updated.code).toBe('not_found');
    expect(rowCounts(vessel.directory)).toMatchObject({ work_order: 1, sync_journal: 2, sync_outbox: 2 });
    expect((await vessel.call('workOrders.list', {})).total).toBe(0);
    expect(verify()).toMatchObject({ ok: true, changes: 2 });
  });

  test('100 rapid edits: 100 entries, none lost, none doubled', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Clean strainer' });
    for (let hours = 1; hours <= 100; hours += 1)
      await vessel.call('workOrders.update', { id: order.id, changes: { actualHours: hours } });

    expect((await vessel.call('workOrders.get', { id: order.id })).actualHours).toBe(100);
    expect(rowCounts(vessel.directory)).toMatchObject({ sync_journal: 101, sync_outbox: 101 });
    expect(verify()).toMatchObject({ ok: true, changes: 101 });
  });

  test('an update that changes nothing writes nothing', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Grease hatch covers' });
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'Grease hatch covers' } });
    expect(rowCounts(vessel.directory)).toMatchObject({ sync_journal: 1, sync_outbox: 1 });
  });

  test('a completion records who and when; a reopening takes that back; the journal keeps both', async () => {
    const person = await vessel.call('crew.create', { name: 'M. Santos', rank: 'Second engineer' });
    const order = await vessel.call('workOrders.create', { title: 'Change over sea chests' });
    const done = await vessel.call(
      'workOrders.update',
      { id: order.id, changes: { status: 'completed', actualHours: 2.5 } },
      person.id,
    );
    expect(done.completedBy).toBe('M. Santos, Second engineer');
    expect(done.completedAt).not.toBeNull();

    const reopened = await vessel.call('workOrders.update', {
      id: order.id,
      changes: { status: 'in_progress' },
    });
    expect(reopened).toMatchObject({ status: 'in_progress', completedAt: null, completedBy: null });
    expect(verify()).toMatchObject({ ok: true });
  });

  test('a status that may not follow is refused, and nothing is written', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Test fire pump' });
    await vessel.call('workOrders.update', { id: order.id, changes: { status: 'cancelled' } });
    const before = rowCounts(vessel.directory);
    const refused = await vessel.refusal('workOrders.update', {
      id: order.id,
      changes: { status: 'completed' },
    });
    expect(refused).toMatchObject({ code: 'not_allowed', message: expect.stringContaining('cancelled') });
    expect(rowCounts(vessel.directory)).toEqual(before);
  });

  test('two stations edit different fields: both stand. The same field: the second is told whose value stands', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Check oil mist detector' });
    await vessel.call('workOrders.update', {
      id: order.id,
      changes: { title: 'First' },
      basis: order.versions,
    });
    const other = await vessel.call('workOrders.update', {
      id: order.id,
      changes: { description: 'Alarm test as well' },
      basis: order.versions,
    });
    expect(other).toMatchObject({ title: 'First', description: 'Alarm test as well' });

    const refused = await vessel.refusal('workOrders.update', {
      id: order.id,
      changes: { title: 'Second' },
      basis: order.versions,
    });
    expect(refused).toMatchObject({
      code: 'stale',
      details: [{ path: 'title', value: 'First', by: 'Bridge PC', at: expect.any(String) }],
    });
    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('First');
  });

  test('a reference to equipment that is not on board is refused', async () => {
    const refused = await vessel.refusal('workOrders.create', {
      title: 'x',
      equipmentId: '01a20458-42ee-7242-a643-07a6fe7275f9',
    });
    expect(refused).toMatchObject({ code: 'invalid_input', details: [{ path: 'equipmentId' }] });
    expect(rowCounts(vessel.directory)).toMatchObject({ work_order: 0, sync_journal: 0 });
  });

  test('running hours are not written by people: their meters are read', async () => {
    const engine = { code: '601.01', name: 'Main engine' };
    const { id } = await vessel.call('equipment.create', engine);
    for (const [method, input] of [
      ['equipment.create', { ...engine, runningHours: 41_200 }],
      ['equipment.update', { id, changes: { runningHours: 41_200 } }],
      ['records.create', { entity: 'equipment', values: { ...engine, runningHours: 41_200 } }],
      ['records.update', { entity: 'equipment', id, changes: { runningHours: 41_200 } }],
      ['records.list', { entity: 'equipment', sort: 'runningHours' }],
    ] as const)
      expect(await vessel.refusal(method, input as never), method).toMatchObject({ code: 'invalid_input' });
    expect(rowCounts(vessel.directory)).toMatchObject({ sync_journal: 1 });
  });

  test('another program cannot write round the journal, not even with a plain UPDATE', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Inspect lifeboat falls' });
    for (const statement of [
      `UPDATE work_order SET title = 'Forged' WHERE id = '${order.id}'`,
      `DELETE FROM work_order WHERE id = '${order.id}'`,
      `INSERT OR REPLACE INTO crew_member VALUES ('${order.id}', 0, 0, '', '', 'Forger', 'Master', 1, NULL)`,
      `INSERT OR REPLACE INTO crew_member VALUES ('x', 0, 0, '', '', 'Forger', 'Master', 1, 1099511627777)`,
      `INSERT OR REPLACE INTO work_order SELECT * FROM work_order`,
      `REPLACE INTO work_order SELECT * FROM work_order WHERE entry = 1099511627777`,
      `UPDATE sync_journal SET fields = '{}'`,
      `UPDATE sync_heads SET acknowledged = '1'`,
      `INSERT INTO sync_heads (origin, held, hash, acknowledged, acknowledged_hash) VALUES ('x', '0', zeroblob(32), '1', zeroblob(32))`,
      `INSERT INTO sync_promoted VALUES (1, 'normal', NULL)`,
      `INSERT INTO sync_sent VALUES ('normal', 1, 0)`,
      `DELETE FROM sync_journal_record`,
      `UPDATE sync_awaited SET state = '{}'`,
    ])
      readDatabase(vessel.directory, (connection) =>
        expect(() => connection.exec(statement), statement).toThrow(
          /arus_unit|arus_is_news|arus_change|ARUS/,
        ),
      );
    readDatabase(vessel.directory, (connection) =>
      expect(() => connection.exec('DELETE FROM sync_outbox')).toThrow(/is a view/),
    );
    expect(verify()).toMatchObject({ ok: true, changes: 1 });
  });
});

describe('recordAndPublish', () => {
  let opened: OpenedDatabase;
  let store: VesselStore;
  let directory: string;
  const actor = { id: null, name: 'Chief' };
  const id = '01a20458-42ee-7242-a643-07a6fe7275f9';
  const equipment = {
    code: '651.01',
    name: 'Lube oil pump',
    location: '',
    maker: '',
    model: '',
    serialNumber: '',
    criticality: 'A',
    runningHours: null,
  };

  beforeEach(() => {
    directory = temporaryDirectory('store');
    const environment = systemEnvironment(silentLog);
    opened = openDatabase(directory, environment);
    store = new VesselStore(opened.connection, 'mv-aurora', environment);
  });
  afterEach(() => opened.close());

  const createAlone = (recordId: string, values: Values) =>
    createAndPublish(
      store,
      { actor, device: 'PC' },
      { entity: 'equipment', id: recordId, valuesAt: () => values },
    );
  const verify = () => verifyJournal(join(directory, databaseFileName));
  const count = (table: string): unknown =>
    opened.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

  test('a unit that fails half-way leaves nothing in any table, and the next one goes on from there', () => {
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    expect(() =>
      recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
        unit.update('equipment', id, { name: 'Half-way' });
        unit.create('equipment', id.replace('f9', 'fa'), equipment);
        throw new Error('the chief changed his mind');
      }),
    ).toThrow('the chief changed his mind');
    for (const table of ['equipment', 'sync_journal', 'sync_outbox']) expect(count(table)).toBe(1);
    expect(verify()).toMatchObject({ ok: true, changes: 1 });

    recordAndPublish(store, { actor, device: 'PC' }, (unit) =>
      unit.update('equipment', id, { name: 'Whole' }),
    );
    expect(verify()).toMatchObject({ ok: true, changes: 2 });
  });

  test('a row that is written beside the one at hand is journalled as it stands in the database', () => {
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
      unit.create('equipment', id, equipment);
      opened.connection.exec(
        `UPDATE equipment SET name = 'By hand', running_hours = '12.50' WHERE id = '${id}'`,
      );
      unit.update('equipment', id, { location: 'Purifier room' });
    });
    expect(store.journal.range(store.own.origin, 0, 10).map(({ change }) => change.fields)).toMatchObject([
      { name: 'Lube oil pump' },
      { name: 'By hand', runningHours: 12.5 },
      { location: 'Purifier room' },
    ]);
    expect(verify()).toMatchObject({ ok: true, changes: 3 });
  });

  test('a change that no trigger sees is refused, as is a text that shore could not hold', () => {
    const create = (name: string) =>
      recordAndPublish(store, { actor, device: 'PC' }, (unit) =>
        unit.create('equipment', id, { ...equipment, name }),
      );
    for (const name of ['half \ud800', 'nothing \u0000'])
      expect(() => create(name)).toThrow('equipment.name holds a character that cannot be stored');
    for (const table of ['equipment', 'sync_journal', 'sync_outbox']) expect(count(table)).toBe(0);
    create('Lube oil pump');
    opened.connection.exec('DROP TRIGGER equipment_journal_update');
    expect(() =>
      recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.update('equipment', id, { name: 'x' })),
    ).toThrow('no trigger saw the equipment');
    expect(count('sync_journal')).toBe(1);
    expect(verify()).toMatchObject({ ok: true, changes: 1 });
  });

  test('a create that fails takes its unit with it, also where whoever writes goes on', () => {
    const create = () =>
      recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    create();
    expect(create).toThrow(/recordAndPublish/);
    expect(() =>
      recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
        unit.update('equipment', id, { name: 'x' });
        expect(() => unit.create('equipment', id, equipment)).toThrow();
      }),
    ).toThrow('its record could not be written');
    expect(count('sync_journal')).toBe(1);
    expect(verify()).toMatchObject({ ok: true, changes: 1, records: 1 });
  });

  test('what could not be journalled is not covered up by what is written after it', () => {
    const other = '01a20458-42ee-7242-a643-07a6fe7275ff';
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    for (const attempt of [
      (unit: RecordUnit) => unit.create('equipment', id, equipment),
      (unit: RecordUnit) => unit.update('equipment', id, { name: 'half \ud800' }),
    ])
      expect(() =>
        recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
          expect(() => attempt(unit)).toThrow();
          unit.create('equipment', other, { ...equipment, code: '651.02' });
        }),
      ).toThrow();
    expect([count('sync_journal'), count('equipment')]).toEqual([1, 1]);
    expect(verify()).toMatchObject({ ok: true, changes: 1, records: 1 });
  });

  test('a change that the database refuses does not hide the next one from the triggers', () => {
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
      unit.create('equipment', id, equipment);
      expect(() => unit.update('equipment', id, { name: null })).toThrow(/NOT NULL/);
      opened.connection.exec(`UPDATE equipment SET location = 'Flat'`);
    });
    expect(verify()).toMatchObject({ ok: true, changes: 2, records: 1 });
  });

  test('a row that nobody journalled is refused, within a unit as well', () => {
    const row = `INSERT INTO crew_member (id, updated_at, updated_by, name, rank, on_board) VALUES ('x', 0, '', 'X', 'Master', 1)`;
    expect(() => opened.connection.exec(row)).toThrow(/recordAndPublish/);
    expect(() => recordAndPublish(store, { actor, device: 'PC' }, () => opened.connection.exec(row))).toThrow(
      /recordAndPublish/,
    );
    expect(() => store.transaction({ kind: 'apply' }, () => opened.connection.exec(row))).toThrow(
      /recordAndPublish/,
    );
    expect(count('crew_member')).toBe(0);
  });

  test('a record that is written alone is journalled as within a unit, and told of after its commit', () => {
    const heard: unknown[] = [];
    store.onCommitted(({ cause, records, lanes }) =>
      heard.push([cause, records.length, [...lanes], opened.connection.inTransaction]),
    );
    const ids = ['f9', 'fa', 'fb'].map((end) => id.replace('f9', end));
    for (const each of ids) createAlone(each, { ...equipment, runningHours: 12.5 });
    recordAndPublish(store, { actor, device: 'PC' }, (unit) =>
      unit.create('equipment', id.replace('f9', 'fc'), { ...equipment, runningHours: 12.5 }),
    );
    const [first, ...others] = store.journal.range(store.own.origin, 0, 10).map(({ change, ...more }) => {
      const { number: _n, time: _t, at: _a, recordId: _r, ...same } = change;
      return { ...same, ...more, hash: typeof more.hash };
    });
    for (const other of others) expect(other).toEqual(first);
    expect(ids.map((each) => store.table('equipment').get(each)?.values)).toEqual(
      ids.map(() => ({ ...equipment, runningHours: 12.5 })),
    );
    expect(heard).toEqual([1, 2, 3, 4].map(() => ['local', 1, ['normal'], false]));
    expect(verify()).toMatchObject({ ok: true, changes: 4, records: 4 });
  });

  test('records that are written alone follow each other in time, also within one millisecond', () => {
    const at = Date.UTC(2026, 10, 28, 12);
    store = new VesselStore(opened.connection, 'mv-aurora', {
      ...systemEnvironment(silentLog),
      now: () => at,
    });
    for (const end of ['f9', 'fa', 'fb']) createAlone(id.replace('f9', end), equipment);
    const times = store.journal.range(store.own.origin, 0, 10).map(({ change }) => change.time);
    expect(times).toEqual([0, 1, 2].map((later) => at * 1024 + later));
  });

  test('a record that cannot be written alone leaves nothing behind, and the next one takes its place', () => {
    createAlone(id, equipment);
    const other = id.replace('f9', 'fa');
    expect(() => createAlone(id, equipment)).toThrow('a record with this id is there already');
    expect(() => createAlone(other, { ...equipment, name: null })).toThrow(/NOT NULL/);
    expect(() => createAlone(other, { ...equipment, name: 'half \ud800' })).toThrow('cannot be stored');
    expect(() =>
      createAndPublish(
        store,
        { actor, device: 'PC' },
        {
          entity: 'equipment',
          id: other,
          valuesAt: () => {
            throw new Error('there is no such equipment');
          },
        },
      ),
    ).toThrow('there is no such equipment');
    expect(() =>
      recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
        unit.update('equipment', id, { name: 'x' });
        createAlone(other, equipment);
      }),
    ).toThrow('A unit of work is open already');
    expect([count('sync_journal'), count('equipment')]).toEqual([1, 1]);
    createAlone(other, equipment);
    expect(verify()).toMatchObject({ ok: true, changes: 2, records: 2 });
  });

  test('a disk that is full while a record is written alone leaves nothing of it', () => {
    createAlone(id, equipment);
    const pages = Number(opened.connection.pragma('page_count', { simple: true }));
    opened.connection.pragma(`max_page_count = ${pages}`);
    let written = 1;
    const write = () =>
      createAlone(id.replace('f9', (0x10 + written).toString(16)), {
        ...equipment,
        location: 'x'.repeat(200),
      });
    expect(() => {
      for (; written < 200; written += 1) write();
    }).toThrow(/full/);
    expect([count('sync_journal'), count('equipment')]).toEqual([written, written]);
    opened.connection.pragma('max_page_count = 1000000');
    write();
    expect(verify()).toMatchObject({ ok: true, changes: written + 1, records: written + 1 });
  });

  test('listeners hear of a write after its commit, and not of one that failed', () => {
    const heard: unknown[] = [];
    store.onCommitted(({ cause, records }) =>
      heard.push([cause, records.length, opened.connection.inTransaction]),
    );
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    expect(() =>
      recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
        unit.update('equipment', id, { name: 'x' });
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(heard).toEqual([['local', 1, false]]);
  });

  test('a raw UPDATE inside a unit is journalled like any other; outside it is refused', () => {
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    recordAndPublish(store, { actor, device: 'PC' }, () =>
      opened.connection.exec(`UPDATE equipment SET location = 'Purifier room', name = 'LO pump 1'`),
    );
    const entry = store.journal.last(store.own.origin);
    expect(entry).toMatchObject({
      change: { number: 2, operation: 'update', fields: { location: 'Purifier room', name: 'LO pump 1' } },
      before: { location: '', name: 'Lube oil pump' },
    });
    expect(() => opened.connection.exec(`UPDATE equipment SET name = 'Forged'`)).toThrow(
      /did not go through recordAndPublish/,
    );
    expect(() =>
      opened.connection.exec(`INSERT OR REPLACE INTO equipment SELECT * FROM equipment`),
    ).toThrow();
    expect(() => opened.connection.exec(`DELETE FROM equipment`)).toThrow(/deleted by mark/);
    expect(verify()).toMatchObject({ ok: true, changes: 2 });
  });

  test('raw statements one after the other in a unit are journalled each, with versions that follow', () => {
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    recordAndPublish(store, { actor, device: 'PC' }, () =>
      opened.connection.exec(
        `UPDATE equipment SET name = 'LO pump 1'; UPDATE equipment SET location = 'Flat'`,
      ),
    );
    expect(verify()).toEqual({ ok: true, changes: 3, records: 1, waiting: 3, beyond: 0 });
  });

  test('several changes in one unit are numbered without a gap and chained', () => {
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => {
      unit.create('equipment', id, equipment);
      unit.update('equipment', id, { name: 'Second' });
      unit.update('equipment', id, { criticality: 'B' });
      unit.delete('equipment', id);
    });
    expect(store.own.last).toBe(4);
    expect(verify()).toEqual({ ok: true, changes: 4, records: 1, waiting: 4, beyond: 0 });
  });

  test('an urgent change takes along what it stands on', () => {
    const order = '01a20458-42ee-7242-a643-07a6fe7275aa';
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    recordAndPublish(store, { actor, device: 'PC' }, (unit) =>
      unit.create('work_order', order, workOrder('normal')),
    );
    expect(store.outbox.counts().byLane).toEqual({ urgent: 0, normal: 2, bulk: 0 });
    recordAndPublish(store, { actor, device: 'PC' }, (unit) =>
      unit.update('work_order', order, { priority: 'critical' }),
    );
    expect(store.outbox.counts().byLane).toEqual({ urgent: 2, normal: 1, bulk: 0 });
    expect(store.outbox.next('urgent', 0, 10).map((entry) => entry.change.number)).toEqual([2, 3]);
  });

  test('texts with quotes, emoji, line ends and commas come out of the journal as they went in', () => {
    const name = `6" valve, "old",\n{json: 'no'} 🚢 \\ ,`;
    recordAndPublish(store, { actor, device: 'PC' }, (unit) =>
      unit.create('equipment', id, { ...equipment, name }),
    );
    expect(store.journal.last(store.own.origin)?.change.fields['name']).toBe(name);
    expect(verify()).toMatchObject({ ok: true });
  });

  test('triggers that were tampered with are set right at the next start', () => {
    opened.connection.exec('DROP TRIGGER equipment_journal_update');
    opened.close();
    const environment = systemEnvironment(silentLog);
    opened = openDatabase(directory, environment);
    store = new VesselStore(opened.connection, 'mv-aurora', environment);
    recordAndPublish(store, { actor, device: 'PC' }, (unit) => unit.create('equipment', id, equipment));
    recordAndPublish(store, { actor, device: 'PC' }, (unit) =>
      unit.update('equipment', id, { name: 'Second' }),
    );
    expect(store.own.last).toBe(2);
  });

  test('durability is FULL, in WAL', () => {
    expect(opened.connection.pragma('synchronous', { simple: true })).toBe(2);
    expect(opened.connection.pragma('journal_mode', { simple: true })).toBe('wal');
  });
});

function workOrder(priority: string) {
  return {
    number: 'WO-2026-000001',
    title: 'Steering gear',
    description: '',
    equipmentId: null,
    type: 'corrective',
    priority,
    status: 'open',
    dueDate: null,
    assigneeId: null,
    estimatedHours: null,
    actualHours: null,
    notes: '',
    completedAt: null,
    completedBy: null,
    createdAt: '2026-03-01T10:00:00.000Z',
    createdBy: 'Chief',
  };
}
