import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { until } from '#support/until.ts';
import { openReader } from './support/reader.ts';
import { type Shore, startShore } from '#support/shore.ts';
import { startVessel, type Vessel } from './support/vessel.ts';

describe('what the gateway pushes over /ws', () => {
  let broker: Mosquitto;
  let database: string;
  let shore: Shore;
  let aurora: Vessel;
  let borealis: Vessel;

  beforeAll(async () => {
    broker = await startMosquitto();
    database = await emptyDatabase();
    shore = await startShore(['--database', database, '--mqtt', broker.url, '--gateway', 'one']);
    aurora = await startVessel('aurora', 'MV Aurora', broker.url);
    borealis = await startVessel('borealis', 'MV Borealis', broker.url);
    await aurora.call('workOrders.create', { title: 'First of Aurora' });
    await borealis.call('workOrders.create', { title: 'First of Borealis' });
    await until(
      'both ashore',
      async () => (await shore.ask('/api/work-orders')).text.match(/First of/g)?.length === 2,
    );
  });
  afterAll(async () => {
    await Promise.all([aurora.stop(), borealis.stop()]);
    await shore.stop();
    await broker.remove();
  });

  const raise = async (title: string): Promise<string> => {
    const { id } = await aurora.call('workOrders.create', { title });
    return id;
  };

  test('a change written on board, carried by MQTT, reaches whoever listens', async () => {
    const reader = await openReader(shore.port);
    expect(reader.position('aurora')).toBeGreaterThan(0);

    const id = await raise('Seen at once');

    const change = await reader.change('the change', ({ ids }) => ids.includes(id));
    expect(change).toMatchObject({ vesselId: 'aurora', entity: 'work_order', ids: [id], cause: 'vessel' });
    expect(change.changes).toBeUndefined();
    await reader.close();
  });

  test('what the office writes is pushed as its own, and again when the ship has it', async () => {
    const reader = await openReader(shore.port, '?vessel=aurora&changes=1');
    const answer = await shore.ask('/api/work-orders', {
      method: 'POST',
      body: { title: 'From the office', vessel: 'aurora' },
      headers: { 'x-arus-actor': 'K. Ito' },
    });
    const { id } = answer.json as { id: string };

    const change = await reader.change(
      'the change',
      ({ ids, cause }) => cause === 'shore' && ids.includes(id),
    );
    expect(change.changes).toMatchObject([{ id, operation: 'create', by: 'K. Ito' }]);
    expect(change.changes?.[0]?.fields).toContain('title');
    await reader.change('the ship’s word', ({ ids, cause }) => cause === 'sync' && ids.includes(id));
    await reader.close();
  });

  test('a client that was away is told what it missed, and nothing twice', async () => {
    const before = await openReader(shore.port);
    const first = await raise('Before it went');
    await before.change('the first', ({ ids }) => ids.includes(first));
    const position = before.position('aurora');
    await before.close();

    const missed = [await raise('Missed one'), await raise('Missed two'), await raise('Missed three')];
    await until(
      'all three ashore',
      async () => (await shore.ask('/api/work-orders?search=Missed')).text.match(/Missed/g)?.length === 3,
    );

    const back = await openReader(shore.port, `?after=aurora:${position}`);
    await until('what was missed', () =>
      missed.every((id) => back.changes().some(({ ids }) => ids.includes(id))),
    );
    expect(back.changes().flatMap(({ ids }) => ids)).not.toContain(first);
    expect(back.position('aurora')).toBe(position + 3);
    const next = await raise('After it came back');
    await back.change('the next', ({ ids }) => ids.includes(next));
    const told = back
      .changes()
      .filter(({ cause }) => cause === 'vessel')
      .flatMap(({ ids }) => ids);
    expect(told).toEqual([...missed, next]);
    await back.close();
  });

  test('changes that come while a client is being told what it missed are not lost either', async () => {
    const writing = Promise.all(Array.from({ length: 40 }, (_, index) => raise(`Rush ${index}`)));
    const reader = await openReader(shore.port, '?vessel=aurora&after=0');
    const ids = await writing;
    await until('all of them', () => {
      const told = new Set(reader.changes().flatMap((change) => change.ids));
      return ids.every((id) => told.has(id));
    });
    await reader.close();
  });

  test('a client that wants one vessel hears of no other', async () => {
    const reader = await openReader(shore.port, '?vessel=borealis');
    await raise('Not for it');
    const { id } = await borealis.call('workOrders.create', { title: 'For it' });
    await reader.change('its own', ({ ids }) => ids.includes(id));
    expect(reader.changes().every(({ vesselId }) => vesselId === 'borealis')).toBe(true);
    await reader.close();
  });

  test('a client that knows more than shore does is told to ask again', async () => {
    const reader = await openReader(shore.port, '?after=borealis:999999');
    const change = await reader.change(
      'the word to ask again',
      ({ vesselId, ids }) => vesselId === 'borealis' && ids.length === 0,
    );
    expect(change.feed).toBeLessThan(999_999);
    await reader.close();
  });

  test('broken JSON is answered with an error, a ping with a pong, and the connection stands', async () => {
    const reader = await openReader(shore.port);
    for (const text of ['{"ping":', 'null', '{"subscribe":"everything"}', '[]', '"x"'])
      reader.socket.send(text);
    reader.socket.send(Buffer.from([0xff, 0xfe]));
    const errors = () => reader.messages.filter((message) => 'error' in message);
    await until('six errors', () => errors().length === 6);
    expect(errors()[0]).toMatchObject({ error: { code: 'invalid_input', retryable: false } });

    reader.socket.send('{"ping": 7}');
    await until('the pong', () => reader.messages.some((message) => 'pong' in message && message.pong === 7));
    const id = await raise('Still told');
    await reader.change('the change', ({ ids }) => ids.includes(id));
    expect(shore.program.output()).toContain('not understood');
    await reader.close();
  });

  test('a message that is too large closes that client’s connection and no other', async () => {
    const [large, other] = await Promise.all([openReader(shore.port), openReader(shore.port)]);
    large.socket.send('x'.repeat(5_000));
    expect((await large.closed).code).toBe(1009);
    const id = await raise('For the others');
    await other.change('the change', ({ ids }) => ids.includes(id));
    await other.close();
  });

  test.each(['?after=12', '?after=aurora:many', '?vessel=no/slash', '?after=aurora:-1'])(
    'the address /ws%s is refused in words',
    async (query) => {
      const reader = await openReader(shore.port, query);
      expect(reader.messages[0]).toMatchObject({ error: { code: 'invalid_input' } });
      expect((await reader.closed).code).toBe(1008);
    },
  );

  test('a request to /ws that is no WebSocket is told so', async () => {
    expect((await shore.ask('/ws')).status).toBe(426);
  });

  test('a change that another gateway committed is pushed by this one too', async () => {
    const two = await startShore(['--database', database, '--mqtt', broker.url, '--gateway', 'two']);
    const reader = await openReader(shore.port);
    const answer = await two.ask('/api/work-orders', {
      method: 'POST',
      body: { title: 'By the other', vessel: 'borealis' },
    });
    const { id } = answer.json as { id: string };
    expect((await reader.change('the change', ({ ids }) => ids.includes(id))).cause).toBe('shore');
    await reader.close();
    await two.stop();
  });

  test('when the gateway ends, its clients are told to come back', async () => {
    const other = await startShore([
      '--database',
      await emptyDatabase(),
      '--mqtt',
      broker.url,
      '--gateway',
      'three',
    ]);
    const reader = await openReader(other.port);
    const [closed] = await Promise.all([reader.closed, other.stop()]);
    expect(closed).toEqual({ code: 1001, reason: 'The gateway is closing' });
  });
});
