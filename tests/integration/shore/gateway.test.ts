import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeFrame, frameLimit, plainAck, type Ack, type Batch } from '#shared/sync/frame.ts';
import type { Lane } from '#shared/records/record.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { outOfOrderIn } from '#shared/sync/out-of-order.ts';
import { gatewayPresence, gatewayPresences, pieceInbox, shoreInbox } from '#shared/sync/topics.ts';
import { linkCodec } from '#link/link-codec.ts';
import type { Database } from '#shore/store/database.ts';
import { migrate } from '#shore/store/migrate.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { startPostgres } from '#support/postgres.ts';
import { until } from '#support/until.ts';
import { kinds, newDatabase } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { presence, startGateway, type TestGateway } from './support/gateway.ts';
import { officeOn, superintendent, type Office } from './support/office.ts';
import { Ship } from './support/ship.ts';
import { TestBroker } from './support/test-broker.ts';

/** Waits until a count has not grown for a while. */
async function quiet(count: () => number): Promise<void> {
  let last = -1;
  const isQuiet = (): boolean => {
    const before = last;
    last = count();
    return last === before;
  };
  await until('quiet', isQuiet, { every: 400 });
}

describe.each(kinds)('a gateway on %s', (kind) => {
  let database: Database;
  let gateway: TestGateway;
  let office: Office;
  let ship: Ship;

  beforeEach(async () => {
    database = await newDatabase(kind, testEnvironment());
    office = officeOn(database);
    gateway = await startGateway(database);
    ship = new Ship('nordlys');
  });
  afterEach(async () => {
    await gateway.shore.close();
    await database.close();
  });

  const problems = async () => (await gateway.shore.service.problems({})).items;
  const warned = (text: string) =>
    gateway.environment.lines.some((line) => line.level === 'warn' && line.message.includes(text));

  test('stores a batch and then says so', async () => {
    ship.create({ title: 'From the ship' });
    const committed: number[] = [];
    gateway.broker.onPublish = ({ topic }) => {
      if (topic.endsWith('/down/ack')) void office.count('work_order').then((count) => committed.push(count));
    };
    const ack = await gateway.exchange(ship.batch(1, 1));
    expect(ack).toMatchObject({ held: 1, hash: ship.hashes[0], outcome: 'stored' });
    await until('the look at the database', () => committed.length > 0);
    expect(committed).toEqual([1]);
    const { items } = await gateway.shore.service.workOrders.list({});
    expect(items).toMatchObject([{ title: 'From the ship', vesselId: 'nordlys', sync: 'held' }]);
  });

  test('answers a hello with what it holds, and knows the vessel from then on', async () => {
    gateway.hello(ship);
    const ack = await until('the answer', () => gateway.acks('nordlys')[0]);
    expect(ack).toMatchObject({
      outcome: 'status',
      attempt: null,
      held: 0,
      hash: chainStart('nordlys', ship.origin),
      origin: ship.origin,
    });
    expect(await gateway.shore.service.vessels()).toMatchObject([
      { vesselId: 'nordlys', name: 'MV nordlys', online: true, changesHeld: 0, changesWaitingOnBoard: 0 },
    ]);
  });

  test('notes presence and telemetry', async () => {
    gateway.send('nordlys', 'presence', presence(true));
    gateway.send('nordlys', 'telemetry', {
      kind: 'telemetry',
      vessel: 'nordlys',
      at: Date.now(),
      queueDepth: 17,
      oldestAgeMs: 60_000,
      bytesSent: 1,
      bytesReceived: 2,
    });
    await until(
      'telemetry',
      async () => (await gateway.shore.service.vessels())[0]?.changesWaitingOnBoard === 17,
    );
    expect(await gateway.shore.service.vessels()).toMatchObject([
      { name: 'MV Nordlys', online: true, version: '1.2.3', presenceSince: '2026-03-01T10:00:00.000Z' },
    ]);
    gateway.send('nordlys', 'presence', presence(false));
    await until('the vessel gone', async () => (await gateway.shore.service.vessels())[0]?.online === false);
  });

  test('a ship that is gone is offline since its last contact, whatever its will says and whenever that is read again', async () => {
    const seen = async () => (await gateway.shore.service.vessels())[0];
    gateway.send('nordlys', 'presence', presence(true));
    await until('the vessel', async () => (await seen())?.online === true);
    const contact = (await seen())?.lastContactAt ?? '';
    gateway.send('nordlys', 'presence', presence(false));
    await until('the vessel gone', async () => (await seen())?.online === false);
    expect(await seen()).toMatchObject({ presenceSince: contact, lastContactAt: contact });
    // A gateway that starts is told by the broker what it had kept.
    gateway.broker.send('arus/nordlys/up/presence', presence(true), { retained: true });
    await until('what was kept', async () => (await seen())?.online === true);
    expect(await seen()).toMatchObject({ lastContactAt: contact });
  });

  test('is present on the broker itself, and leaves a will', async () => {
    const { settings } = gateway.broker.clients[0] ?? {};
    expect(settings).toMatchObject({
      subscriptions: [
        { topic: shoreInbox, qos: 1 },
        { topic: gatewayPresences, qos: 1 },
      ],
      will: { topic: gatewayPresence('test') },
    });
    expect(gateway.broker.published[0]).toMatchObject({ topic: gatewayPresence('test'), retained: true });
    await gateway.shore.close();
    const last = gateway.broker.published.at(-1);
    expect(JSON.parse(new TextDecoder().decode(last?.payload))).toMatchObject({
      online: false,
      name: 'test',
    });
  });

  test('records named by their creation are looked up; where shore does not hold it, nothing is stored and the vessel is told', async () => {
    const id = ship.create({ title: 'Known' });
    await gateway.exchange(ship.batch(1, 1));
    ship.update(id, { title: 'Edited' });
    const creationOf = (number: number) => () => ({ origin: ship.origin, number });
    const frame = (number: number) => encodeFrame(ship.batch(2, 2), linkCodec, creationOf(number));
    const answered = async (payload: Uint8Array) => {
      const before = gateway.acks('nordlys').length;
      gateway.send('nordlys', 'normal', payload);
      return until('an answer', () => gateway.acks('nordlys')[before]);
    };
    expect(await answered(frame(7))).toMatchObject({ outcome: 'unresolved', held: 1 });
    expect(await answered(frame(1))).toMatchObject({ outcome: 'stored', held: 2 });
    expect(await gateway.shore.service.workOrders.get({ id })).toMatchObject({ title: 'Edited' });
  });

  test('what is malformed, of an unknown version, of another vessel or too large is refused with a log line and a problem; nothing is stored, nothing stops', async () => {
    ship.create({ title: 'Good' });
    await gateway.exchange(ship.batch(1, 1));
    const good = encodeFrame(ship.batch(1, 1), linkCodec);
    const unknownVersion = Uint8Array.from(good);
    unknownVersion[1] = 99;
    const cut = good.slice(0, good.length - 5);
    const foreign = encodeFrame({ ...ship.batch(1, 1), vessel: 'other' }, linkCodec);
    const noise = new TextEncoder().encode('{"hello": "world"}');

    for (const payload of [
      unknownVersion,
      cut,
      foreign,
      noise,
      new Uint8Array(frameLimit + 1),
      new Uint8Array(0),
    ])
      gateway.send('nordlys', 'normal', payload);
    gateway.send('nordlys', 'presence', noise);
    gateway.send('nordlys', 'urgent', good);
    gateway.broker.send('arus/nordlys/down/normal', good);
    gateway.broker.send('something/else', good);

    ship.create({ title: 'Still works' });
    await gateway.exchange(ship.batch(2, 2));

    const codes = (await problems()).map(({ code }) => code).toSorted();
    expect(codes).toEqual(['malformed', 'oversize', 'unknown_version', 'wrong_vessel']);
    expect(warned('a message was refused')).toBe(true);
    expect(await office.count('sync_journal')).toBe(2);
    expect(gateway.shore.service.mqttHealth().messages.refused).toBe(10);
  });

  test('a stranger’s nonsense fills no table', async () => {
    gateway.send('stranger', 'normal', new Uint8Array([1, 2, 3]));
    await until('the refusal', () => warned('a message was refused'));
    expect(await problems()).toEqual([]);
    expect(await gateway.shore.service.vessels()).toEqual([]);
  });

  test('sends what the office writes, and keeps it in the queue until the vessel holds it', async () => {
    gateway.hello(ship);
    await until('the answer', () => gateway.acks('nordlys')[0]);
    const { service } = gateway.shore;
    const order = await service.workOrders.create('nordlys', { title: 'From the office' }, superintendent);
    const batch = await until('the batch', () => gateway.batchesTo('nordlys')[0]);
    const vessel = await office.vessel('nordlys');
    expect(batch).toMatchObject({
      origin: vessel.origin,
      lane: 'normal',
      after: 0,
      hash: vessel.hash,
      changes: [{ recordId: order.id, number: 1, operation: 'create' }],
    });
    expect((await service.workOrders.get({ id: order.id })).sync).toBe('pending');

    gateway.send('nordlys', 'ack', {
      kind: 'ack',
      vessel: 'nordlys',
      origin: vessel.origin,
      held: 1,
      hash: vessel.hash,
      ...plainAck,
      outcome: 'stored',
      attempt: batch.attempt,
      problems: [],
    });
    await until('the queue empty', async () => (await office.count('sync_outbox')) === 0);
    expect((await service.workOrders.get({ id: order.id })).sync).toBe('held');
  });

  test('nothing is sent to a vessel that is away; at its hello it gets what it lacks', async () => {
    await office.addVessel('nordlys');
    const { service } = gateway.shore;
    await service.workOrders.create('nordlys', { title: 'One' }, superintendent);
    await service.workOrders.create('nordlys', { title: 'Two' }, superintendent);
    expect(gateway.batchesTo('nordlys')).toEqual([]);

    const { origin } = await office.vessel('nordlys');
    gateway.hello(ship, { [origin]: 1 });

    const batch = await until('the batch', () => gateway.batchesTo('nordlys')[0]);
    expect(batch.changes.map(({ number }) => number)).toEqual([2]);
    expect(await office.count('sync_outbox')).toBe(1);
  });

  test('a vessel whose computer was replaced gets again what the old one had acknowledged', async () => {
    gateway.hello(ship);
    await until('the answer', () => gateway.acks('nordlys')[0]);
    await gateway.shore.service.workOrders.create('nordlys', { title: 'One' }, superintendent);
    const { origin, hash } = await office.vessel('nordlys');
    gateway.send('nordlys', 'ack', {
      kind: 'ack',
      vessel: 'nordlys',
      origin,
      held: 1,
      hash,
      ...plainAck,
      outcome: 'stored',
      attempt: 1,
      problems: [],
    });
    await until('the queue empty', async () => (await office.count('sync_outbox')) === 0);
    const sent = gateway.batchesTo('nordlys').length;

    gateway.hello(new Ship('nordlys', 'vnewpc001'));

    const batch = await until('the batch', () => gateway.batchesTo('nordlys')[sent]);
    expect(batch.changes).toMatchObject([{ number: 1 }]);
    expect((await office.vessel('nordlys')).acknowledged).toEqual({ upTo: 0, beyond: [] });
  });

  test('a vessel that holds more of ours than we have is sent what waits, so that it says from where on its journal is another, and people are told', async () => {
    await office.addVessel('nordlys');
    const { origin } = await office.vessel('nordlys');
    await gateway.shore.service.workOrders.create('nordlys', { title: 'One' }, superintendent);
    gateway.hello(ship, { [origin]: 7 });
    await until('the problem', async () => (await problems()).some(({ code }) => code === 'shore_restored'));
    const batch = await until('the batch', () => gateway.batchesTo('nordlys')[0]);
    expect(batch.changes).toMatchObject([{ number: 1, fields: { title: 'One' } }]);
    expect(await office.count('sync_outbox')).toBe(1);
    ship.create();
    expect(await gateway.exchange(ship.batch(1, 1))).toMatchObject({ outcome: 'stored' });
  });

  test('a vessel that knows less of its own journal than shore, or another one, is told of to people', async () => {
    const id = ship.create();
    const copy = ship.clone();
    ship.update(id, { title: 'By the bridge' });
    await gateway.exchange(ship.batch(1, 2));
    gateway.hello(copy);
    await until('the first problem', async () => (await problems())[0]?.code === 'vessel_restored');
    copy.update(id, { title: 'By the copy' });
    await until('the answer', () => gateway.acks('nordlys').length === 2);
    expect(await gateway.exchange(copy.batch(2, 2))).toMatchObject({
      outcome: 'fork',
      fork: { number: 2, hash: ship.hashes[0] },
    });
    await until('the second problem', async () => (await problems())[0]?.code === 'fork');
    expect(await problems()).toHaveLength(2);
    expect(await office.count('sync_journal')).toBe(2);
  });

  test('an acknowledgement of what was never written, or of another journal, takes nothing out of the queue', async () => {
    gateway.hello(ship);
    await until('the answer', () => gateway.acks('nordlys')[0]);
    await gateway.shore.service.workOrders.create('nordlys', { title: 'One' }, superintendent);
    const { origin } = await office.vessel('nordlys');
    const ack: Omit<Ack, 'held' | 'hash'> = {
      kind: 'ack',
      vessel: 'nordlys',
      origin,
      ...plainAck,
      outcome: 'stored',
      attempt: 1,
      problems: [],
    };
    gateway.send('nordlys', 'ack', { ...ack, held: 9, hash: 'a'.repeat(64) });
    gateway.send('nordlys', 'ack', { ...ack, held: 1, hash: 'b'.repeat(64) });
    gateway.hello(ship);
    await until('both taken', () => gateway.acks('nordlys').length === 2);
    expect(await office.count('sync_outbox')).toBe(1);
  });

  test('1,500 changes go down in batches that keep their order, a lost one is sent again, and an urgent one overtakes', async () => {
    await office.addVessel('nordlys');
    const ids = await office.write('nordlys', async (unit) => {
      const made: string[] = [];
      for (let i = 0; i < 1_500; i += 1) {
        const id = ship.create({ title: `Order ${i}` });
        made.push(id);
        await unit.create('work_order', id, { ...ship.journal.at(-1)?.fields });
      }
      return made;
    });
    const { service } = gateway.shore;
    const urgently = (index: number) =>
      service.workOrders.patch({ id: ids[index] ?? '' }, { priority: 'critical' }, superintendent);
    const inLane = (lane: Lane, from = 0) =>
      gateway
        .batchesTo('nordlys')
        .slice(from)
        .filter((batch) => batch.lane === lane);
    const numbersOf = (batch: Batch) => batch.changes.map(({ number }) => number);
    gateway.hello(new Ship('nordlys'));
    await until('a full window', () => inLane('normal').length >= 4);
    expect(inLane('normal').every((batch) => batch.changes.length <= 250)).toBe(true);
    // Each names the one before it, so that the vessel notices when that is missing.
    const ends = inLane('normal').map((batch) => batch.changes.at(-1)?.number);
    expect(inLane('normal').map(({ after }) => after)).toEqual([0, ...ends.slice(0, 3)]);

    await urgently(1_499);
    const urgent = await until('the urgent batch', () => inLane('urgent')[0]);
    expect(numbersOf(urgent)).toEqual([1_500, 1_501]);

    // One that is drawn into the urgent lane stands there before what has left already.
    await urgently(1_400);
    const { origin } = await office.vessel('nordlys');
    const ack: Ack = {
      kind: 'ack',
      vessel: 'nordlys',
      origin,
      held: [0, [1_500, 1_501]],
      hash: chainStart('nordlys', origin),
      ...plainAck,
      outcome: 'stored',
      attempt: urgent.attempt,
      problems: [],
    };
    const beyond = outOfOrderIn(urgent, { upTo: 0, beyond: [[1_500, 1_501]] });
    if (beyond === undefined) throw new Error('The urgent batch lies beyond the cursor');
    gateway.send('nordlys', 'ack', { ...ack, outOfOrder: beyond });
    const second = await until('the second urgent batch', () => inLane('urgent')[1]);
    expect(numbersOf(second)).toEqual([1_401, 1_502]);

    // The first batch was lost. Each one behind it is answered with a gap; all is sent again once.
    const sent = gateway.batchesTo('nordlys').length;
    for (let i = 0; i < 3; i += 1) gateway.send('nordlys', 'ack', { ...ack, outcome: 'gap' });
    await until('a full window again', () => inLane('normal', sent).length >= 3);
    await quiet(() => gateway.broker.published.length);
    expect(gateway.batchesTo('nordlys').slice(sent)).toHaveLength(4);
    expect(inLane('normal', sent)[0]?.changes[0]?.number).toBe(1);
  });

  test('what an urgent change takes along goes with all that the vessel may hold from earlier', async () => {
    await office.addVessel('nordlys');
    gateway.hello(new Ship('nordlys'));
    await until('the answer', () => gateway.acks('nordlys')[0]);
    const { workOrders } = gateway.shore.service;
    const { id } = await workOrders.create('nordlys', { title: 'Rudder stock' }, superintendent);
    await workOrders.create('nordlys', { title: 'Crack in the hull', priority: 'critical' }, superintendent);
    const urgent = () =>
      gateway
        .batchesTo('nordlys')
        .flatMap(({ lane, after, changes }) =>
          lane === 'urgent' ? [[after, changes.map(({ number }) => number)]] : [],
        );
    await until('the urgent batch', () => urgent().length === 1);
    await workOrders.patch({ id }, { priority: 'critical' }, superintendent);
    await until('the next', () => urgent().length === 2);
    await quiet(() => gateway.broker.published.length);
    expect(urgent()).toEqual([
      [0, [2]],
      [0, [1, 2, 3]],
    ]);
  });

  test('a change reaches whoever listens to commits, with its feed', async () => {
    const heard: unknown[] = [];
    gateway.shore.service.onCommitted((event) => heard.push(event));
    const id = ship.create();
    await gateway.exchange(ship.batch(1, 1));
    expect(heard).toEqual([
      { vesselId: 'nordlys', entity: 'work_order', ids: [id], feed: 1, cause: 'vessel' },
    ]);
  });
});

describe('a gateway whose Postgres goes away', () => {
  test('takes nothing, says so in its health, keeps a bounded number of messages, and goes on by itself', async () => {
    const server = await startPostgres({ fsync: false });
    const environment = testEnvironment();
    const database = openPostgres({ url: await server.createDatabase('shore') }, environment);
    await migrate(database, environment);
    const gateway = await startGateway(database, { environment });
    const { service } = gateway.shore;
    const ship = new Ship('nordlys');
    for (let i = 0; i < 100; i += 1) ship.create({ title: `Order ${i}` });
    await gateway.exchange(ship.batch(1, 1));

    await server.kill();
    for (let n = 2; n <= 100; n += 1) gateway.send('nordlys', 'normal', ship.batch(n, n));
    await until('bad health', async () => (await service.syncHealth()).state === 'down', { within: 20_000 });

    expect(gateway.acks('nordlys')).toHaveLength(1);
    expect(service.mqttHealth().queuedMessages).toBeLessThanOrEqual(64);
    expect(service.mqttHealth().messages.lost).toBe(99 - 64);
    await until('the log', () =>
      environment.lines.some(({ message }) => message.includes('the database is away')),
    );
    expect(environment.lines.filter(({ message }) => message.includes('is not well'))).toHaveLength(1);
    await expect(service.workOrders.list({})).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await expect(service.workOrders.create('nordlys', { title: 'X' }, superintendent)).rejects.toMatchObject({
      code: 'unavailable',
    });

    await server.restart();
    await until('what waited is stored', () => gateway.acks('nordlys').length >= 65, { within: 30_000 });
    expect(gateway.acks('nordlys').at(-1)).toMatchObject({ held: 65, outcome: 'stored' });
    for (let n = 66; n <= 100; n += 1) gateway.send('nordlys', 'normal', ship.batch(n, n));
    await until('the rest', () => gateway.acks('nordlys').at(-1)?.held === 100);
    expect((await service.syncHealth()).database.state).toBe('ok');
    await gateway.shore.close();
    await database.close();
    await server.remove();
  });

  test('starts while Postgres is not there yet', async () => {
    const server = await startPostgres({ fsync: false });
    const url = await server.createDatabase('shore');
    await server.stop();
    const environment = testEnvironment();
    const database = openPostgres({ url }, environment);
    const starting = startGateway(database, { environment });
    await until('a first attempt', () =>
      environment.lines.some(({ message }) => message.includes('waiting for it')),
    );
    await server.restart();
    const gateway = await starting;
    const ship = new Ship('nordlys');
    ship.create();
    expect(await gateway.exchange(ship.batch(1, 1))).toMatchObject({ outcome: 'stored' });
    await gateway.shore.close();
    await database.close();
    await server.remove();
  });
});

describe('two gateways on one Postgres', () => {
  test('one sends, the other leaves it to it; both tell their listeners; a hello moves the vessel over', async () => {
    const environment = testEnvironment();
    const database = await newDatabase('Postgres', environment);
    const broker = new TestBroker();
    const one = await startGateway(database, { broker, options: { gateway: 'one', group: 'shore' } });
    const two = await startGateway(database, { broker, options: { gateway: 'two', group: 'shore' } });
    const ship = new Ship('nordlys');
    one.hello(ship);
    await until('the answer', () => one.acks('nordlys')[0]);
    const heardByTwo: unknown[] = [];
    two.shore.service.onCommitted((event) => heardByTwo.push(event));

    const order = await two.shore.service.workOrders.create(
      'nordlys',
      { title: 'Written at two' },
      superintendent,
    );
    await until('a batch', () => one.batchesTo('nordlys')[0]);
    await one.shore.service.workOrders.patch({ id: order.id }, { title: 'Changed at one' }, superintendent);
    await until('both told', () => heardByTwo.length >= 2);
    await until('the second batch', () => one.batchesTo('nordlys')[1]);
    expect(one.batchesTo('nordlys').map(({ changes }) => changes.map(({ number }) => number))).toEqual([
      [1],
      [2],
    ]);

    two.send('nordlys', 'hello', new Uint8Array(0), 1);
    two.broker.send(
      'arus/nordlys/up/hello',
      encodeFrame(
        {
          kind: 'hello',
          vessel: 'nordlys',
          name: 'MV',
          origin: ship.origin,
          last: 0,
          hash: '0'.repeat(64),
          held: {},
          digest: null,
          acknowledged: 0,
          marks: {},
          recordsVersion: 1,
          at: 1,
        },
        linkCodec,
      ),
      { index: 1 },
    );
    await until(
      'the other gateway sends all again',
      () =>
        one
          .batchesTo('nordlys')
          .slice(2)
          .flatMap(({ changes }) => changes.map(({ number }) => number))
          .join() === '1,2',
    );
    expect(broker.clients.map(({ settings }) => settings.subscriptions.map(({ topic }) => topic))).toEqual([
      [`$share/shore/${shoreInbox}`, 'arus/+/up/presence', pieceInbox, gatewayPresences],
      [`$share/shore/${shoreInbox}`, 'arus/+/up/presence', pieceInbox, gatewayPresences],
    ]);
    await one.shore.close();
    await two.shore.close();
    await database.close();
  });
});
