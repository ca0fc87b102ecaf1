import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page, ShoreService, WorkOrderQuery } from '#shore/service.ts';
import { until } from '#support/until.ts';
import { kinds } from './support/databases.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { openOffice, superintendent, type Office } from './support/office.ts';
import { newId, orderValues, Ship } from './support/ship.ts';

describe.each(kinds)('what the office may ask, on %s', (kind) => {
  let office: Office;
  let gateway: TestGateway;
  let service: ShoreService;
  const nordlys = new Ship('nordlys');
  const aurora = new Ship('aurora', 'vaurora01');
  const pump = newId();
  const rossi = newId();
  const shared = newId();

  beforeAll(async () => {
    office = await openOffice(kind);
    gateway = await startGateway(office.database);
    service = gateway.shore.service;
    nordlys.write('create', 'equipment', pump, {
      code: '651.01',
      name: 'Fuel oil purifier',
      location: 'Purifier room',
      maker: 'Alfa',
      model: 'P 605',
      serialNumber: '1',
      criticality: 'A',
      runningHours: 12,
    });
    nordlys.write('create', 'equipment', newId(), {
      code: '601.02',
      name: 'Main engine',
      location: 'Engine room',
      maker: 'MAN',
      model: '6S50',
      serialNumber: '2',
      criticality: 'A',
      runningHours: null,
    });
    nordlys.write('create', 'crew_member', rossi, {
      name: 'A. Rossi',
      rank: 'Chief engineer',
      onBoard: true,
    });
    for (let i = 0; i < 40; i += 1) {
      nordlys.create({
        number: `WO-2026-${String(i + 1).padStart(6, '0')}`,
        title: i % 2 === 0 ? `Renew gasket ${i}` : `Inspect (valve) ${i}`,
        dueDate: i % 4 === 0 ? null : `2026-0${1 + (i % 3)}-1${i % 10}`,
        equipmentId: i === 7 ? pump : null,
        assigneeId: i === 7 ? rossi : null,
        priority: i === 7 ? 'critical' : 'normal',
        status: i % 5 === 0 ? 'completed' : 'open',
        type: i % 2 === 0 ? 'planned' : 'corrective',
      });
    }
    const gone = nordlys.create({ title: 'Deleted' });
    nordlys.delete(gone);
    aurora.write(
      'create',
      'work_order',
      shared,
      orderValues({
        title: 'On Aurora',
        number: 'WO-2026-000900',
        notes: 'KJØLEVANN etterfylt, Ångström tilkalt',
      }),
    );
    nordlys.write(
      'create',
      'work_order',
      shared,
      orderValues({ title: 'On Nordlys', number: 'WO-2026-000901' }),
    );
    for (const ship of [nordlys, aurora]) for (const batch of ship.batches(20)) await gateway.exchange(batch);
  });
  afterAll(async () => {
    await gateway.shore.close();
    await office.close();
  });

  async function all<T>(ask: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
    const found: T[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 100; pages += 1) {
      const page = await ask(cursor);
      found.push(...page.items);
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
    throw new Error('The pages never end');
  }
  const orders = (query: WorkOrderQuery, limit = 7) =>
    all((cursor) =>
      service.workOrders.list({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) }),
    );

  test.each(['dueDate', 'number', 'updatedAt'] as const)(
    'pages of %s, both ways, hold every order once, in order',
    async (sort) => {
      for (const direction of ['asc', 'desc'] as const) {
        const found = await orders({ sort, direction });
        expect(found).toHaveLength(42);
        expect(new Set(found.map(({ vesselId, id }) => `${vesselId} ${id}`)).size).toBe(42);
        const values = found.map((order) => order[sort]);
        const withValue = values.filter((value) => value !== null);
        const sorted = withValue.toSorted();
        expect(withValue).toEqual(direction === 'asc' ? sorted : sorted.toReversed());
        expect(values.slice(withValue.length).every((value) => value === null)).toBe(true);
      }
    },
  );

  test('filters narrow the list', async () => {
    expect(await orders({ vesselId: 'aurora' })).toMatchObject([{ title: 'On Aurora' }]);
    expect(await orders({ status: ['completed'] })).toHaveLength(8);
    expect(await orders({ priority: ['critical'] })).toMatchObject([
      { equipmentCode: '651.01', equipmentName: 'Fuel oil purifier', assigneeName: 'A. Rossi' },
    ]);
    expect(await orders({ equipmentId: pump })).toHaveLength(1);
    expect(await orders({ assigneeId: rossi })).toHaveLength(1);
    expect((await orders({ type: ['corrective'] })).length).toBeGreaterThan(19);
    const overdue = await orders({ dueBefore: '2026-02-15' });
    expect(overdue.length).toBeGreaterThan(0);
    for (const order of overdue)
      expect(order.status === 'open' && (order.dueDate ?? '9') < '2026-02-15').toBe(true);
  });

  test('a search finds the start of words, whatever their case, and takes signs as they are', async () => {
    expect(await orders({ search: 'GASK 3' })).toHaveLength(5);
    expect(await orders({ search: 'asket' })).toEqual([]);
    expect(await orders({ search: '(valve)' })).toHaveLength(20);
    expect(await orders({ search: 'WO-2026-000901' })).toHaveLength(1);
    expect(await orders({ search: '.*' })).toEqual([]);
    expect(await orders({ search: 'nul\u0000' })).toEqual([]);
  });

  test('a search finds orders by what their rows show of equipment and crew', async () => {
    for (const search of ['651.01', 'purifier', 'rossi', 'valve PURIF ros'])
      expect(await orders({ search })).toMatchObject([{ equipmentCode: '651.01', assigneeName: 'A. Rossi' }]);
    expect(await orders({ search: 'purifier gasket' })).toEqual([]);
  });

  test.each(['kjølevann', 'KJØLEVANN', 'Kjøle', 'ångström', 'ÅNGSTRÖM'])(
    'a search for %s finds letters beyond English whatever their case',
    async (search) => {
      expect(await orders({ search })).toMatchObject([{ title: 'On Aurora' }]);
    },
  );

  test('a page asked with a cursor of another order, or a forged one, is refused', async () => {
    const { nextCursor } = await service.workOrders.list({ sort: 'number', limit: 1 });
    const forged = Buffer.from(JSON.stringify(['updatedAt desc', 'soon', 'x', 'y'])).toString('base64url');
    for (const cursor of [nextCursor ?? '', forged, 'nonsense', '']) {
      await expect(service.workOrders.list({ sort: 'updatedAt', cursor })).rejects.toMatchObject({
        code: 'invalid_input',
      });
    }
    for (const limit of [0, 501, 1.5, Number.NaN])
      await expect(service.workOrders.list({ limit })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('an id that two vessels have needs the vessel named', async () => {
    await expect(service.workOrders.get({ id: shared })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await service.workOrders.get({ id: shared, vesselId: 'aurora' })).toMatchObject({
      title: 'On Aurora',
    });
    await expect(service.workOrders.get({ id: newId() })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('equipment and crew are listed by code and name', async () => {
    const equipment = await all((cursor) =>
      service.records.list('equipment', { limit: 1, ...(cursor === undefined ? {} : { cursor }) }),
    );
    expect(equipment.map((each) => each['code'])).toEqual(['601.02', '651.01']);
    expect(await service.records.get('equipment', { id: pump })).toMatchObject({
      name: 'Fuel oil purifier',
      conflicts: [],
      versions: { code: 'vship0001#1' },
    });
    expect((await service.records.list('equipment', { search: 'purif' })).items).toHaveLength(1);
    expect(await service.records.list('crew_member', {})).toMatchObject({
      items: [{ name: 'A. Rossi', onBoard: true }],
      nextCursor: null,
    });
  });

  test('the journal is read by feed, each change once, and asked on with where it stopped', async () => {
    await expect(service.journal({})).rejects.toMatchObject({ code: 'invalid_input' });
    let after = 0;
    const feeds: number[] = [];
    for (;;) {
      const page = await service.journal({ vesselId: 'nordlys', after, limit: 10 });
      feeds.push(...page.items.map(({ feed }) => feed));
      after = page.nextAfter;
      if (!page.more) break;
    }
    expect(feeds).toEqual(nordlys.journal.map((_, index) => index + 1));
    expect(await service.journal({ vesselId: 'nordlys', after })).toEqual({
      items: [],
      nextAfter: after,
      more: false,
    });
    const history = await service.journal({ vesselId: 'nordlys', recordId: shared });
    expect(history.items).toMatchObject([
      { operation: 'create', by: 'A. Rossi', side: 'vessel', applied: 'applied' },
    ]);
  });

  test('vessels and health tell what is held, what waits and what is wrong', async () => {
    await service.workOrders.create('aurora', { title: 'Waits', dueDate: '2026-01-01' }, superintendent);
    const vessels = await service.vessels();
    expect(vessels).toMatchObject([
      {
        vesselId: 'aurora',
        changesHeld: 1,
        changesWaitingAshore: 1,
        feed: 2,
        online: true,
        workOrders: { outstanding: 2, overdue: 1 },
      },
      {
        vesselId: 'nordlys',
        changesHeld: nordlys.journal.length,
        changesWaitingAshore: 0,
        workOrders: { outstanding: 33 },
      },
    ]);
    const health = await service.syncHealth();
    expect(health).toMatchObject({
      state: 'ok',
      gateway: 'test',
      database: { state: 'ok', error: null },
      ingest: { changes: nordlys.journal.length + 1, duplicates: 0 },
      downlink: { depth: 1 },
    });
    expect(health.vessels[1]?.origins).toEqual([
      {
        origin: 'vship0001',
        upTo: nordlys.journal.length,
        missing: 0,
        lastKnown: nordlys.journal.length,
        hash: nordlys.hashes.at(-1),
      },
    ]);
    expect(service.mqttHealth()).toMatchObject({
      state: 'ok',
      connected: true,
      messages: { refused: 0, lost: 0 },
    });
  });

  test('conflicts and problems come newest first, page by page, with the name of the record', async () => {
    const ids = nordlys.journal
      .filter(({ entity, operation }) => entity === 'work_order' && operation === 'create')
      .slice(0, 3)
      .map(({ recordId }) => recordId);
    for (const id of ids) {
      await service.workOrders.patch({ id, vesselId: 'nordlys' }, { description: 'Office' }, superintendent);
      nordlys.update(id, { description: 'Ship' });
      nordlys.write('update', 'work_order', id, { status: 'sunk' });
    }
    const first = nordlys.journal.length - 5;
    await gateway.exchange(nordlys.batch(first, nordlys.journal.length));
    const conflicts = await all((cursor) =>
      service.conflicts.list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
    );
    expect(conflicts.map(({ recordId }) => recordId)).toEqual(ids.toReversed());
    expect(conflicts.at(-1)).toMatchObject({
      label: 'WO-2026-000001 Renew gasket 0',
      field: 'description',
      base: '',
      vesselId: 'nordlys',
    });
    const problems = await all((cursor) =>
      service.problems({ vesselId: 'nordlys', limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
    );
    expect(problems.map(({ code }) => code)).toEqual(['parked', 'parked', 'parked']);
    // Who asks within a second is given what the last look at the database found.
    await until('the health to tell of it', async () => (await service.syncHealth()).state === 'degraded');
  });
});
