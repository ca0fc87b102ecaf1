import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { LinkMessage, OpenLink } from '#shared/ports.ts';
import type { Database } from '#shore/store/database.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { SqlStore } from '#shore/store/sql-store.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { freePort } from '#support/ports.ts';
import { type RunningProgram, startOurProgram } from '#support/processes.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { type Shore, startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { databaseFileName, openDatabase } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { readShip, readShore } from '../../chaos/ends.ts';

const vesselId = 'mv-aurora';
const orders = 5_000;
const environment = systemEnvironment(silentLog);

/** A ship whose computer was lost, with all its records ashore, and computers that take its place. */
describe('a new computer takes the ship from shore', () => {
  let broker: Mosquitto;
  let shore: Shore;
  let database: Database;
  let url: string;
  let known: { id: string; title: string }[];
  const vessels: TestVessel[] = [];
  const programs: RunningProgram[] = [];

  const openShore = async (): Promise<Shore> =>
    startShore(['--database', url, '--mqtt', broker.url, '--requests', '1000000', '--log-level', 'warn']);

  const plainLink = (): OpenLink =>
    mqttLink(brokerConfiguration({ mqtt: broker.url }, { shortestWait: 100, longestWait: 300 }), environment);

  const board = (directory?: string, openLink = plainLink()): TestVessel => {
    const vessel = openTestVessel({
      environment,
      vesselId,
      openLink,
      ...(directory === undefined ? {} : { directory }),
    });
    vessels.push(vessel);
    return vessel;
  };

  const status = (vessel: TestVessel): Promise<MethodOutput<'sync.status'>> => vessel.call('sync.status', {});

  const officeSays = async (method: string, path: string, body: object): Promise<{ id: string }> => {
    const answer = await shore.ask(path, { method, body });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json as { id: string };
  };

  /** Waits until the snapshot is over and nothing waits on either side. */
  const settled = (vessel: TestVessel): Promise<unknown> =>
    until(
      'everything taken and both queues empty',
      async () => {
        const now = await status(vessel);
        const head = await new SqlStore(database).vessel(vesselId);
        return (
          now.snapshot === null &&
          now.journal.fromShore > 0 &&
          now.queue.depth === 0 &&
          head !== null &&
          head.acknowledged.upTo === head.last
        );
      },
      { within: 90_000, every: 50 },
    );

  /** Closes the vessel and holds its database against shore's: by record, by digest, and each by its own proof. */
  const expectEqualEnds = async (directory: string): Promise<void> => {
    const file = join(directory, databaseFileName);
    expect(verifyJournal(file)).toMatchObject({ ok: true, waiting: 0 });
    expect(await verifyShore(database)).toMatchObject({ holds: true });
    const ship = readShip(file, null);
    const office = await readShore(database, vesselId, null);
    expect(ship.records.size).toBeGreaterThanOrEqual(orders);
    expect([...ship.records].filter(([key, text]) => office.records.get(key) !== text)).toEqual([]);
    expect(ship.records.size).toBe(office.records.size);
    expect([...ship.conflicts].toSorted()).toEqual([...office.conflicts].toSorted());
    const opened = openDatabase(directory, environment);
    const store = new VesselStore(opened.connection, vesselId, environment);
    while (!store.digests.advance());
    expect(store.digests.current()).toBe((await new SqlStore(database).vessel(vesselId))?.digest);
    opened.close();
    const numbers = [...ship.numbers].filter(([, ids]) => ids.length > 1);
    expect(numbers).toEqual([]);
  };

  beforeAll(async () => {
    broker = await startMosquitto();
    url = await emptyDatabase();
    database = openPostgres({ url, connections: 2 }, environment);
    shore = await openShore();
    const directory = temporaryDirectory('lost-computer');
    fillWithOrders(directory, vesselId, orders);
    const lost = board(directory);
    const crew = await lost.call('crew.create', { name: 'M. Santos', rank: 'Second engineer' });
    const { items } = await lost.call('workOrders.list', { limit: 500, sort: 'number' });
    known = items.map(({ id, title }) => ({ id, title }));
    for (const { id } of known.slice(0, 20))
      await lost.call('workOrders.update', { id, changes: { assigneeId: crew.id } });
    await lost.call('workOrders.delete', { id: known[499]?.id ?? '' });
    await until('an empty queue on board', async () => (await status(lost)).queue.depth === 0, {
      within: 60_000,
    });
    await officeSays('PATCH', `/api/work-orders/${known[1]?.id}`, { title: 'By the office' });
    await until('the office on board', async () => (await status(lost)).journal.fromShore === 1);
    await lost.node.close();
    vessels.length = 0;
    // Written while nobody is there.
    await officeSays('PATCH', `/api/work-orders/${known[2]?.id}`, { title: 'While the computer was gone' });
    await officeSays('POST', '/api/work-orders', { vessel: vesselId, title: 'Raised ashore meanwhile' });
  }, 120_000);

  afterEach(async () => {
    for (const vessel of vessels.splice(0)) await vessel.node.close();
    for (const program of programs.splice(0)) await program.kill();
  });
  afterAll(async () => {
    await shore.stop();
    await database.close();
    await broker.remove();
  });

  test('page by page, while people work on board and ashore', async () => {
    const seenOnTheWay: string[] = [];
    const pages: number[] = [];
    const tapped = tap(plainLink(), (message) => {
      if (message.topic.endsWith('/page')) pages.push(message.payload.length);
      return true;
    });
    const vessel = board(undefined, tapped);
    const first = await until('the first page', async () => {
      const { snapshot } = await status(vessel);
      return snapshot !== null && snapshot.total > 0 ? snapshot : null;
    });
    expect(first.total).toBeGreaterThan(orders);
    expect(first.taken).toBeLessThan(first.total);
    seenOnTheWay.push(`${first.taken}`);

    // Usable while it arrives: the newest open orders are there, and what is new gets a number of its own.
    const list = await vessel.call('workOrders.list', { limit: 10, sort: 'number', direction: 'desc' });
    expect(list.items[0]?.number).toBe('WO-2026-500001');
    const raised = await vessel.call('workOrders.create', { title: 'Raised while the rest arrives' });
    expect(raised.number).toBe(`WO-2026-${String(orders + 1).padStart(6, '0')}`);
    const [open] = (await vessel.call('workOrders.list', { limit: 1, status: ['open'], sort: 'updatedAt' }))
      .items;
    const edited = await vessel.call('workOrders.update', {
      id: open?.id ?? '',
      changes: { title: 'Edited while the rest arrives' },
    });
    await officeSays('PATCH', `/api/work-orders/${known[3]?.id}`, { title: 'By the office, meanwhile' });
    await officeSays('PATCH', `/api/work-orders/${edited.id}`, { description: 'By the office, meanwhile' });

    await settled(vessel);
    expect(pages.length).toBeGreaterThanOrEqual(5);
    expect((await vessel.call('workOrders.get', { id: known[3]?.id ?? '' })).title).toBe(
      'By the office, meanwhile',
    );
    expect((await vessel.call('workOrders.get', { id: known[2]?.id ?? '' })).title).toBe(
      'While the computer was gone',
    );
    const both = await vessel.call('workOrders.get', { id: edited.id });
    expect(both).toMatchObject({
      title: edited.title,
      description: 'By the office, meanwhile',
      conflicts: [],
    });
    expect((await status(vessel)).conflicts).toBe(0);
    expect((await status(vessel)).problems).toBe(0);
    await vessel.node.close();
    vessels.length = 0;
    await expectEqualEnds(vessel.directory);

    // Once it has everything it never asks again.
    const asks: string[] = [];
    const again = board(
      vessel.directory,
      tap(
        plainLink(),
        () => true,
        (topic) => asks.push(topic),
      ),
    );
    await until('the link', async () => (await status(again)).link.state === 'online');
    await settled(again);
    expect(asks.filter((topic) => topic.endsWith('/ask'))).toEqual([]);
  });

  test('with pages lost, doubled and out of order', async () => {
    let count = 0;
    const held: (() => void)[] = [];
    const tapped = tap(plainLink(), (message, deliver) => {
      if (!message.topic.endsWith('/page')) return true;
      count += 1;
      if (count === 2) return false;
      if (count === 4) {
        held.push(() => deliver(message));
        return false;
      }
      if (count === 5) {
        deliver(message);
        for (const late of held.splice(0)) late();
      }
      return true;
    });
    const vessel = board(undefined, tapped);
    await settled(vessel);
    expect(count).toBeGreaterThan(6);
    await vessel.node.close();
    vessels.length = 0;
    await expectEqualEnds(vessel.directory);
  });

  test('over kills of vessel node, gateway and broker at any page', async () => {
    const directory = temporaryDirectory('new-computer');
    const port = await freePort();
    const token = 'snapshot-snapshot-snapshot';
    const start = async (): Promise<RunningProgram> => {
      const program = startOurProgram('src/main/station/vessel-program.ts', [
        '--data',
        directory,
        '--vessel',
        vesselId,
        '--name',
        'MV Aurora',
        '--mqtt',
        broker.url,
        '--port',
        String(port),
        '--token',
        token,
        '--log-level',
        'warn',
      ]);
      programs.push(program);
      await program.line(/^ARUS vessel node /);
      return program;
    };
    const taken = async (): Promise<MethodOutput<'sync.status'>> => {
      const response = await fetch(`http://127.0.0.1:${port}/call/sync.status`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
      });
      return ((await response.json()) as { output: MethodOutput<'sync.status'> }).output;
    };
    const reaches = (records: number): Promise<number> =>
      until(
        `${records} records taken`,
        async () => {
          const { snapshot, journal } = await taken();
          if (snapshot === null) return journal.fromShore > 0 ? orders : null;
          return snapshot.taken >= records ? snapshot.taken : null;
        },
        { within: 60_000, every: 5 },
      );

    let program = await start();
    const stands: number[] = [await reaches(1)];
    await program.kill();
    program = await start();
    stands.push(await reaches((stands.at(-1) ?? 0) + 1));
    await shore.program.kill();
    shore = await openShore();
    stands.push(await reaches((stands.at(-1) ?? 0) + 1));
    await broker.kill();
    await program.kill();
    await broker.restart();
    program = await start();
    // What had come before a kill is not asked for again.
    expect((await taken()).snapshot?.taken ?? orders).toBeGreaterThanOrEqual(stands.at(-1) ?? 0);
    await reaches(orders);
    await program.stop();
    const vessel = board(directory);
    await settled(vessel);
    await vessel.node.close();
    vessels.length = 0;
    await expectEqualEnds(directory);
  });
});

/** A link through which a test sees each message before the node does, and may keep it back. */
function tap(
  open: OpenLink,
  passes: (message: LinkMessage, deliver: (message: LinkMessage) => void) => boolean,
  onPublish: (topic: string) => void = () => {},
): OpenLink {
  return (settings, events) => {
    const link = open(settings, {
      ...events,
      onMessage: (message) => {
        if (passes(message, events.onMessage)) events.onMessage(message);
      },
    });
    return {
      get connected() {
        return link.connected;
      },
      open: () => link.open(),
      close: () => link.close(),
      publish(topic, payload, options) {
        onPublish(topic);
        return link.publish(topic, payload, options);
      },
    };
  };
}
