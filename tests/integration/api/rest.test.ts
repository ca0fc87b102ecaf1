import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { historyPage, type HistoryEvent } from '#shared/contract/history.ts';
import { pageOf } from '#shared/office/page.ts';
import {
  officeCrewMember,
  officeEquipment,
  officeWorkOrder,
  officeWorkOrderRow,
  type OfficeWorkOrder,
} from '#shared/office/records.ts';
import { journalPage, reliableSyncHealth, syncHealth, vesselSummary } from '#shared/office/sync.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { migratedDatabase } from '#support/shared-databases.ts';
import { until } from '#support/until.ts';
import { errorIn, type AskOptions, type Shore, startShore } from '#support/shore.ts';
import { startVessel, type Vessel } from './support/vessel.ts';

const page = pageOf(officeWorkOrderRow);

describe('the office over REST', () => {
  let postgres: Postgres;
  let broker: Mosquitto;
  let shore: Shore;
  let aurora: Vessel;

  beforeAll(async () => {
    [postgres, broker] = await Promise.all([startPostgres({ fsync: false }), startMosquitto()]);
    shore = await startShore(['--database', postgres.url, '--mqtt', broker.url]);
  });
  afterAll(async () => {
    await aurora.stop();
    await shore.stop();
    await broker.remove();
    await postgres.remove();
  });

  const orders = async (query = ''): Promise<z.infer<typeof page>> =>
    page.parse(await shore.get(`/api/work-orders${query}`));
  const order = async (id: string): Promise<OfficeWorkOrder> =>
    officeWorkOrder.parse(await shore.get(`/api/work-orders/${id}`));
  const raise = async (body: object, headers: Record<string, string> = {}): Promise<OfficeWorkOrder> => {
    const answer = await shore.ask('/api/work-orders', { method: 'POST', body, headers });
    if (answer.status !== 201) throw new Error(answer.text);
    return officeWorkOrder.parse(answer.json);
  };
  const patch = (id: string, body: unknown, options: AskOptions = {}) =>
    shore.ask(`/api/work-orders/${id}`, { ...options, method: 'PATCH', body });

  test('an order cannot be raised before any vessel was heard of', async () => {
    const answer = await shore.ask('/api/work-orders', { method: 'POST', body: { title: 'Too early' } });
    expect(answer.status).toBe(409);
    expect(errorIn(answer)).toMatchObject({ code: 'not_allowed', details: [{ path: 'vessel' }] });
  });

  test('a vessel that reports stands in the list, with what it brought', async () => {
    aurora = await startVessel('aurora', 'MV Aurora', broker.url);
    const engine = await aurora.call('equipment.create', {
      code: '601.01',
      name: 'Main engine',
      maker: 'MaK',
    });
    const { id: wilk } = await aurora.call('crew.create', { name: 'T. Wilk', rank: 'Chief engineer' });
    for (let day = 10; day < 30; day += 1) {
      await aurora.call('workOrders.create', {
        title: day % 2 === 0 ? `Purifier service ${day}` : `Injector change ${day}`,
        equipmentId: day % 4 === 0 ? engine.id : null,
        priority: day % 5 === 0 ? 'high' : 'normal',
        dueDate: day === 29 ? null : `2026-12-${day}`,
        assigneeId: wilk,
      });
    }
    await until('20 orders ashore', async () => (await orders('?limit=50')).items.length === 20);

    const { items } = z.object({ items: z.array(vesselSummary) }).parse(await shore.get('/api/vessels'));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      vesselId: 'aurora',
      name: 'MV Aurora',
      online: true,
      feed: 22,
      changesHeld: 22,
      workOrders: { outstanding: 20 },
    });
  });

  test('pages by keyset tell every order once, in order, whatever the size of a page', async () => {
    for (const sort of ['dueDate', 'number', 'updatedAt']) {
      const all = await orders(`?sort=${sort}&limit=500`);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({ sort, limit: '7', ...(cursor === null ? {} : { cursor }) });
        const { items, nextCursor }: z.infer<typeof page> = await orders(`?${query.toString()}`);
        seen.push(...items.map(({ id }) => id));
        cursor = nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(all.items.map(({ id }) => id));
      expect(new Set(seen).size).toBe(20);
    }
  });

  test('the list is narrowed by status, priority, type, words, equipment and due date', async () => {
    const titles = async (query: string) => (await orders(query)).items.map(({ title }) => title);
    expect(await titles('?search=purif&limit=50')).toHaveLength(10);
    expect(await titles('?priority=high')).toHaveLength(4);
    expect(await titles('?status=completed,cancelled')).toEqual([]);
    expect(await titles('?status=open&status=on_hold&type=corrective&limit=50')).toHaveLength(20);
    expect(await titles('?vessel=borealis')).toEqual([]);
    expect((await titles('?dueBefore=2026-12-13&sort=dueDate&direction=asc'))[0]).toBe('Purifier service 10');
    expect(await titles('?dueBefore=2026-12-13')).toHaveLength(3);
    const engine = pageOf(officeEquipment).parse(await shore.get('/api/equipment?search=main')).items[0];
    expect(await titles(`?equipmentId=${engine?.id}`)).toHaveLength(5);
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=501', 'limit'],
    ['?limit=many', 'limit'],
    ['?status=done', 'status.0'],
    ['?sort=colour', 'sort'],
    ['?dueBefore=2026-02-30', 'dueBefore'],
    ['?vessel=no/slash', 'vessel'],
    ['?equipmentId=1', 'equipmentId'],
    ['?limit=1&limit=2', 'limit'],
    ['?colour=red', 'colour'],
  ])('the query %s is refused and named', async (query, path) => {
    const answer = await shore.ask(`/api/work-orders${query}`);
    expect(answer.status).toBe(400);
    expect(errorIn(answer)).toMatchObject({ code: 'invalid_input', details: [{ path }] });
  });

  test('a cursor that is not one of ours is refused', async () => {
    expect((await shore.ask('/api/work-orders?cursor=nonsense')).status).toBe(400);
  });

  test('an order raised ashore gets a number of the office, a place to find it, and goes on board', async () => {
    const answer = await shore.ask('/api/work-orders', {
      method: 'POST',
      body: { title: 'Check stern tube', priority: 'high', dueDate: '2026-12-24' },
      headers: { 'x-arus-actor': 'K. Ito' },
    });
    expect(answer.status).toBe(201);
    const raised = officeWorkOrder.parse(answer.json);
    expect(raised).toMatchObject({
      vesselId: 'aurora',
      title: 'Check stern tube',
      status: 'open',
      createdBy: 'K. Ito',
    });
    expect(raised.number).toMatch(/^WO-\d{4}-5\d{5}$/);
    const { location = '', etag } = answer.headers;
    const found = await shore.ask(location);
    expect(found.json).toMatchObject({ id: raised.id });
    expect(found.headers.etag).toBe(etag);

    await until('the order on board', async () =>
      (await aurora.call('workOrders.list', { search: 'stern tube' })).items.some(
        ({ id }) => id === raised.id,
      ),
    );
    await until('the ship’s word for it', async () => (await order(raised.id)).sync === 'held');
  });

  test('who acts may have any letters, plain or percent-encoded; without a name it is the office', async () => {
    const plain = await raise(
      { title: 'One' },
      { 'x-arus-actor': Buffer.from('Marina Kovač').toString('latin1') },
    );
    const encoded = await raise({ title: 'Two' }, { 'x-arus-actor': 'Marina%20Kova%C4%8D' });
    const nobody = await raise({ title: 'Three' });
    expect([plain.createdBy, encoded.createdBy, nobody.createdBy]).toEqual([
      'Marina Kovač',
      'Marina Kovač',
      'Office',
    ]);
  });

  test.each([
    ['', 'empty'],
    ['x'.repeat(121), 'At most 120'],
    ['%ff', 'Write it in ASCII'],
    ['a%0Ab', 'No control'],
  ])('the name %j is refused', async (name, says) => {
    const answer = await shore.ask('/api/work-orders', {
      method: 'POST',
      body: { title: 'x' },
      headers: { 'x-arus-actor': name },
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(says);
  });

  test('an order is changed field by field, and a status only to one that may follow', async () => {
    const { id } = await raise({ title: 'Grease the windlass' });
    const changed = await patch(
      id,
      { status: 'completed', actualHours: 2.5, notes: 'Done.' },
      { headers: { 'x-arus-actor': 'K. Ito' } },
    );
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({
      status: 'completed',
      actualHours: 2.5,
      completedBy: 'K. Ito',
      title: 'Grease the windlass',
    });

    const refused = await patch(id, { status: 'on_hold' });
    expect(refused.status).toBe(409);
    expect(errorIn(refused).code).toBe('not_allowed');
    expect((await order(id)).status).toBe('completed');
  });

  test('an edit with the versions that its writer saw is told when somebody was faster', async () => {
    const { id, versions } = await raise({ title: 'Paint the crane' });
    const basis = { title: versions['title'], dueDate: versions['dueDate'] };
    expect(
      (await patch(id, { title: 'Paint crane 1', basis }, { headers: { 'x-arus-actor': 'A. Rossi' } }))
        .status,
    ).toBe(200);

    const other = await patch(id, { dueDate: '2027-01-10', basis });
    expect(other.status).toBe(200);
    const stale = await patch(id, { title: 'Paint crane 2', basis });
    expect(stale.status).toBe(409);
    expect(errorIn(stale)).toMatchObject({
      code: 'stale',
      details: [{ path: 'title', value: 'Paint crane 1', by: 'A. Rossi' }],
    });
    expect(await order(id)).toMatchObject({ title: 'Paint crane 1', dueDate: '2027-01-10' });
  });

  test('If-Match holds an edit and a delete to the record as it was read', async () => {
    const { id } = await raise({ title: 'Renew ropes' });
    const { etag = '' } = (await shore.ask(`/api/work-orders/${id}`)).headers;
    expect((await patch(id, { title: 'Renew six ropes' }, { headers: { 'if-match': etag } })).status).toBe(
      200,
    );

    const stale = await patch(id, { estimatedHours: 6 }, { headers: { 'if-match': etag } });
    expect(stale.status).toBe(409);
    expect(errorIn(stale).code).toBe('stale');
    const kept = await shore.ask(`/api/work-orders/${id}`, {
      method: 'DELETE',
      headers: { 'if-match': etag },
    });
    expect(kept.status).toBe(409);
    expect((await order(id)).title).toBe('Renew six ropes');
  });

  test('a deleted order is gone, ashore and on board', async () => {
    const { id } = await raise({ title: 'Raised by mistake' });
    await until('the order on board', async () => (await aurora.call('workOrders.get', { id })).id === id);
    const answer = await shore.ask(`/api/work-orders/${id}`, { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 200, json: { vesselId: 'aurora', id } });
    expect((await shore.ask(`/api/work-orders/${id}`)).status).toBe(404);
    await until('the order gone on board', async () => {
      const { items } = await aurora.call('workOrders.list', { search: 'mistake' });
      return items.length === 0;
    });
  });

  test.each([
    ['{"title": ', 'not JSON'],
    ['"title"', 'expected object'],
    ['[]', 'expected object'],
    ['null', 'expected object'],
    ['{}', 'title'],
    ['{"title": ""}', 'A title is needed'],
    ['{"title": 7}', 'title'],
    ['{"title": "x", "status": "completed"}', 'There is no such field'],
    ['{"title": "x", "dueDate": "tomorrow"}', 'dueDate'],
    ['{"title": "x", "estimatedHours": -1}', 'estimatedHours'],
    ['{"title": "x", "vessel": "shore"}', 'vessel'],
    ['{"__proto__": {"title": "x"}}', 'title'],
    [`{"title": "${'x'.repeat(201)}"}`, 'At most 200'],
  ])('the body %s raises nothing', async (body, says) => {
    const before = (await orders('?limit=500')).items.length;
    const answer = await shore.ask('/api/work-orders', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(says);
    expect((await orders('?limit=500')).items).toHaveLength(before);
  });

  test('bytes that are no text, no JSON type, and too many are each refused for what they are', async () => {
    const post = (body: string, type: string) =>
      shore.ask('/api/work-orders', { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('{"title":"x"}', 'text/plain')).status).toBe(415);
    expect((await post('title=x', 'application/x-www-form-urlencoded')).status).toBe(415);
    const large = await post(
      JSON.stringify({ title: 'x', description: 'y'.repeat(300_000) }),
      'application/json',
    );
    expect(large.status).toBe(413);
    expect(errorIn(large).code).toBe('too_large');
    expect(shore.program.output()).toContain('A request was refused');
  });

  test('an unknown vessel, an unknown order and an unknown address are not found', async () => {
    const unknown = await shore.ask('/api/work-orders', {
      method: 'POST',
      body: { title: 'x', vessel: 'nowhere' },
    });
    expect([404, 400]).toContain(unknown.status);
    const id = '0193a1b2-0000-7000-8000-000000000000';
    expect((await shore.ask(`/api/work-orders/${id}`)).status).toBe(404);
    expect((await patch(id, { title: 'x' })).status).toBe(404);
    expect((await shore.ask('/api/work-orders/not-an-id')).status).toBe(400);
    expect((await shore.ask('/api/nothing')).status).toBe(404);
    const put = await shore.ask('/api/work-orders', { method: 'PUT', body: {} });
    expect(put).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
    expect((await patch((await orders()).items[0]?.id ?? '', {})).status).toBe(400);
  });

  test('equipment and crew are read as the ship wrote them', async () => {
    const equipment = pageOf(officeEquipment).parse(await shore.get('/api/equipment?vessel=aurora'));
    expect(equipment.items).toMatchObject([{ code: '601.01', name: 'Main engine', maker: 'MaK' }]);
    const one = officeEquipment.parse(await shore.get(`/api/equipment/${equipment.items[0]?.id}`));
    expect(one.code).toBe('601.01');
    const crew = pageOf(officeCrewMember).parse(await shore.get('/api/crew?vessel=aurora'));
    expect(crew.items).toMatchObject([{ name: 'T. Wilk', rank: 'Chief engineer', onBoard: true }]);
  });

  test('the journal tells every change once, in the order in which shore committed it', async () => {
    const feeds: number[] = [];
    let after = 0;
    let more = true;
    while (more) {
      const read = journalPage.parse(
        await shore.get(`/api/sync/journal?vessel=aurora&after=${after}&limit=9`),
      );
      feeds.push(...read.items.map(({ feed }) => feed));
      after = read.nextAfter;
      ({ more } = read);
    }
    expect(feeds).toEqual(Array.from({ length: feeds.length }, (_, index) => index + 1));
    const vessels = z.object({ items: z.array(vesselSummary) }).parse(await shore.get('/api/vessels'));
    expect(feeds.length).toBe(vessels.items[0]?.feed);
  });

  test('health tells of queues, bytes each way and the broker', async () => {
    const sync = syncHealth.parse(await shore.get('/api/sync/health'));
    expect(sync.database.state).toBe('ok');
    expect(sync.ingest.changes).toBeGreaterThanOrEqual(22);
    const reliable = reliableSyncHealth.parse(await shore.get('/api/mqtt/reliable-sync/health'));
    expect(reliable.broker.connected).toBe(true);
    expect(reliable.bytes.received).toBeGreaterThan(0);
    expect(reliable.bytes.sent).toBeGreaterThan(0);
    expect(reliable.vessels).toMatchObject([{ vesselId: 'aurora', name: 'MV Aurora' }]);
  });

  test('conflicts and problems are lists, empty while nobody wrote against anybody', async () => {
    expect(await shore.get('/api/conflicts')).toEqual({ items: [], nextCursor: null });
    expect(await shore.get('/api/problems')).toEqual({ items: [], nextCursor: null });
  });

  test('a ship and an office that write the same field without seeing each other stand under conflicts', async () => {
    const { id } = await raise({ title: 'Service the pump', dueDate: '2026-12-01' });
    await until('the order on board', async () => (await aurora.call('workOrders.get', { id })).id === id);
    await aurora.call('sync.setLink', { enabled: false });
    await aurora.call('workOrders.update', { id, changes: { dueDate: '2026-12-05' } });
    expect((await patch(id, { dueDate: '2026-12-09' })).status).toBe(200);
    expect(errorIn(await patch(id, { dueDate: '2026-12-31', basis: { dueDate: 'v#0' } })).code).toBe('stale');
    await aurora.call('sync.setLink', { enabled: true });

    const { items } = await until('the conflict ashore', async () => {
      const read = z
        .object({
          items: z.array(
            z.looseObject({
              id: z.string(),
              version: z.string(),
              recordId: z.string(),
              field: z.string(),
              values: z.array(z.object({ value: z.unknown() })),
            }),
          ),
        })
        .parse(await shore.get('/api/conflicts'));
      return read.items.length > 0 ? read : null;
    });
    expect(items).toMatchObject([{ recordId: id, field: 'dueDate' }]);
    expect(items[0]?.values.map(({ value }) => value).sort()).toEqual(['2026-12-05', '2026-12-09']);
    expect((await order(id)).sync).toBe('conflict');

    const [conflict] = items;
    if (conflict === undefined) throw new Error('There is no conflict');
    const { version, values } = conflict;
    const path = `/api/conflicts/${conflict.id}`;
    const settle = (body: unknown) => shore.ask(`${path}/settle`, { method: 'POST', body });
    const index = values.findIndex(({ value }) => value === '2026-12-05');
    expect((await settle({ version, take: { index: 9 } })).status).toBe(400);
    expect((await settle({ version, take: { value: 'soon' } })).status).toBe(400);
    expect((await settle({ version, take: { index } })).status).toBe(200);
    expect(errorIn(await settle({ version, take: { index } })).code).toBe('stale');
    expect(await shore.get(path)).toMatchObject({ settlement: { value: '2026-12-05', deleted: false } });
    expect(await shore.get('/api/conflicts')).toEqual({ items: [], nextCursor: null });
    expect(await shore.get('/api/conflicts?state=settled')).toMatchObject({ items: [{ recordId: id }] });
    await until(
      'the conflict settled on board',
      async () => (await aurora.call('conflicts.list', {})).total === 0 || null,
    );
    expect((await aurora.call('workOrders.get', { id })).dueDate).toBe('2026-12-05');

    const { items: ashore } = historyPage.parse(await shore.get(`/api/work-orders/${id}/history`));
    const { items: onBoard } = await aurora.call('history.list', { entity: 'work_order', id });
    const told = ({ number, origin, by, fields }: HistoryEvent) => ({ number, origin, by, fields });
    expect(ashore.map(told)).toEqual(onBoard.map(told));
    expect(ashore[0]).toMatchObject({ fields: [{ field: 'dueDate', conflict: 'settled' }] });
  });

  test('with a second vessel, an order must say for which it is', async () => {
    const borealis = await startVessel('borealis', 'MV Borealis', broker.url);
    await borealis.call('workOrders.create', { title: 'Of the other ship' });
    await until(
      'the second vessel',
      async () =>
        z.object({ items: z.array(vesselSummary) }).parse(await shore.get('/api/vessels')).items.length ===
          2 || null,
    );
    const unclear = await shore.ask('/api/work-orders', { method: 'POST', body: { title: 'For whom?' } });
    expect(unclear.status).toBe(400);
    expect(errorIn(unclear).details).toMatchObject([{ path: 'vessel', message: 'One of aurora, borealis' }]);
    expect((await raise({ title: 'For her', vessel: 'borealis' })).vesselId).toBe('borealis');
    expect((await shore.ask('/api/sync/journal')).status).toBe(400);
    expect((await orders('?vessel=borealis')).items.length).toBeGreaterThanOrEqual(1);
    await borealis.stop();
  });

  test('the OpenAPI document names every path with its parameters and errors', async () => {
    const document = z
      .object({
        openapi: z.string(),
        paths: z.record(
          z.string(),
          z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
        ),
      })
      .parse(await shore.get('/api/openapi.json'));
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/work-orders',
        '/api/work-orders/{id}',
        '/api/sync/health',
        '/api/mqtt/reliable-sync/health',
        '/api/sync/journal',
        '/api/conflicts',
        '/api/conflicts/{id}/settle',
        '/api/work-orders/{id}/history',
      ]),
    );
    expect(Object.keys(document.paths['/api/work-orders'] ?? {})).toEqual(['get', 'post']);
    expect(document.paths['/api/work-orders/{id}']?.['patch']?.responses).toHaveProperty('default');
  });

  test('while Postgres is away it says so and loses nothing; back again, it goes on', async () => {
    const { id } = await raise({ title: 'Before the outage', vessel: 'aurora' });
    await postgres.stop();
    const away = await shore.ask(`/api/work-orders/${id}`);
    expect(away.status).toBe(503);
    expect(errorIn(away)).toMatchObject({ code: 'unavailable', retryable: true });
    expect(away.headers['retry-after']).toBeDefined();
    const health = await shore.ask('/api/sync/health');
    expect(health.status).toBe(503);
    expect(health.json).toMatchObject({ database: { state: 'down' } });
    await aurora.call('workOrders.create', { title: 'Written during the outage' });

    await postgres.restart();

    await until('the order again', async () => (await shore.ask(`/api/work-orders/${id}`)).status === 200);
    await until(
      'what was written meanwhile',
      async () => (await orders('?search=outage')).items.length === 2,
      { within: 60_000 },
    );
  }, 120_000);
});

describe('a client that asks without end', () => {
  test('is told to wait, and others are answered', async () => {
    const broker = await startMosquitto();
    const shore = await startShore([
      '--database',
      await migratedDatabase(),
      '--mqtt',
      broker.url,
      '--requests',
      '20',
    ]);
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => (await shore.ask('/api/vessels')).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const answer = await shore.ask('/api/vessels');
    expect(errorIn(answer)).toMatchObject({ code: 'unavailable', retryable: true });
    await shore.stop();
    await broker.remove();
  });
});
