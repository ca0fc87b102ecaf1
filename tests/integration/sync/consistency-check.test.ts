import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { plainAck, type Batch, type Message } from '#shared/sync/frame.ts';
import { topicOf } from '#shared/sync/topics.ts';
import { z } from 'zod';
import { rowsOf, type Database as ShoreDatabase } from '#shore/store/database.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { newDatabase } from '../shore/support/databases.ts';
import { testEnvironment } from '../shore/support/environment.ts';
import { startGateway, type TestGateway } from '../shore/support/gateway.ts';
import { superintendent } from '../shore/support/office.ts';
import { hurried, Wire } from './support/wire.ts';

const vesselId = 'mv-aurora';
const faster = 10;

describe('ship and shore find out whether they agree', () => {
  let database: ShoreDatabase;
  let gateway: TestGateway;
  let wire: Wire;
  let vessel: TestVessel;

  async function start(orders = 0, directory = temporaryDirectory('consistency-check')): Promise<void> {
    if (orders > 0) fillWithOrders(directory, vesselId, orders);
    const environment = testEnvironment();
    database = await newDatabase('Postgres', environment);
    gateway = await startGateway(database, { environment });
    wire = new Wire(gateway.broker, vesselId);
    openVessel(directory);
    if (orders > 0) await settled(120_000);
  }

  function openVessel(directory: string): void {
    vessel = openTestVessel({
      directory,
      vesselId,
      openLink: wire.openLink,
      environment: hurried(systemEnvironment(silentLog), faster),
    });
  }

  afterEach(async () => {
    await vessel.node.close();
    await gateway.shore.close();
    await database.close();
  });

  const agreement = async () => (await vessel.call('sync.status', {})).agreement;
  const settled = (within = 30_000) =>
    until('both to be the same', async () => (await agreement()).state === 'equal', { within, every: 20 });
  const bytes = (passed: { bytes: number }[]): number => passed.reduce((sum, each) => sum + each.bytes, 0);
  const problemsOnBoard = async () => (await vessel.call('sync.problems', { limit: 500 })).items;
  const problemsAshore = async () => (await gateway.shore.service.problems({ limit: 500 })).items;
  const verifyBoth = async (): Promise<void> => {
    expect(verifyJournal(join(vessel.directory, 'arus.db'))).toMatchObject({ ok: true });
    expect(await verifyShore(database)).toMatchObject({ holds: true });
  };

  /** Alters the ship's database as another program would, without our triggers. */
  async function tamper(work: (connection: Database.Database) => void): Promise<void> {
    await vessel.node.close();
    const connection = new Database(join(vessel.directory, 'arus.db'));
    try {
      const triggers = connection
        .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`)
        .all() as { name: string; sql: string }[];
      for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
      work(connection);
      for (const { sql: text } of triggers) connection.exec(text);
    } finally {
      connection.close();
    }
  }

  /** Alters shore's database round the gateway, past its guards. */
  const tamperAshore = (...statements: string[]): Promise<void> =>
    database.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      for (const statement of statements) await tx.execute(sql.raw(statement));
    });

  /** The name that shore writes under. */
  async function shoreOrigin(): Promise<string> {
    const schema = z.object({ origin: z.string() });
    const [row] = await rowsOf(database.reader, sql`select origin from vessel`, schema);
    return row?.origin ?? '';
  }

  /** Somebody with the ship's password sends changes of a record in shore's name, from `first` to `last`. */
  function forgeAsShore(
    origin: string,
    [first, last]: [number, number],
    given: Pick<Change, 'recordId' | 'fields'>,
    versions: readonly number[] = [],
  ): void {
    const changes = Array.from({ length: last - first + 1 }, (_, index): Change => ({
      origin,
      number: first + index,
      time: Date.now() * 1024 + index,
      at: Date.now(),
      seen: {},
      entity: 'work_order',
      operation: 'update',
      version: versions[index] ?? 1,
      lane: 'normal',
      actorId: null,
      actorName: 'Nobody',
      device: 'A laptop',
      ...given,
    }));
    const hash = changes.reduce((before, change) => chainNext(before, change), chainStart(vesselId, origin));
    wire.forge(topicOf(vesselId, 'down', 'normal'), {
      kind: 'batch',
      vessel: vesselId,
      origin,
      lane: 'normal',
      after: 0,
      hash,
      attempt: 0,
      proof: [],
      changes,
    });
  }

  const isCompare = ({ message }: { message: Message }): boolean => message.kind === 'compare';

  test('equal ends settle in one round trip and under 1 KB, and say so on both screens', async () => {
    await start(50);
    const before = await agreement();
    wire.cut();
    wire.take();
    wire.mend();
    await until('the answer', () => wire.passed.some(({ up, message }) => !up && message.kind === 'ack'));
    await settled();
    const passed = wire.take();
    expect(passed.map(({ up, message }) => [up ? 'ship' : 'shore', message.kind])).toEqual([
      ['ship', 'hello'],
      ['shore', 'ack'],
    ]);
    expect(bytes(passed)).toBeLessThan(1_024);
    console.log(`equal ends settle: ${bytes(passed)} bytes of payload, one round trip`);

    const after = await agreement();
    expect(after.state).toBe('equal');
    expect(Date.parse(after.equalAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before.equalAt ?? ''));
    const [health] = (await gateway.shore.service.syncHealth()).vessels;
    expect(health?.agreement).toMatchObject({ state: 'equal', differing: 0 });
  });

  test('after a drain either way they settle once more, and a day of small writes costs few hellos', async () => {
    await start(1);
    wire.take();
    for (let index = 0; index < 10; index += 1)
      await vessel.call('workOrders.create', { title: `Order ${index}` });
    expect((await agreement()).state).toBe('moving');
    await settled();
    const hellos = (passed: ReturnType<Wire['take']>): number =>
      passed.filter(({ up, message }) => up && message.kind === 'hello').length;
    expect(hellos(wire.take())).toBe(1);

    await gateway.shore.service.workOrders.create(vesselId, { title: 'From the office' }, superintendent);
    await until('it on board', async () => (await vessel.call('workOrders.list', {})).total === 12);
    await settled();
    expect(hellos(wire.take())).toBe(1);
    expect(await verifyShore(database)).toMatchObject({ holds: true });
  });

  test('a queue that a word of nobody’s has emptied is found out by the next hello, which does not wait for hours', async () => {
    await start(1);
    const lost: Batch[] = [];
    wire.onMessage = (message, up) => {
      if (!up || message.kind !== 'batch') return true;
      lost.push(message);
      return false;
    };
    await vessel.call('workOrders.create', { title: 'Lost on its way' });
    await until('its batch', () => lost.length > 0);
    const [{ origin, hash, changes }] = lost as [Batch];
    wire.forge(topicOf(vesselId, 'down', 'ack'), {
      kind: 'ack',
      ...plainAck,
      vessel: vesselId,
      origin,
      held: changes.at(-1)?.number ?? 0,
      hash,
      outcome: 'status',
      attempt: null,
      problems: [],
    });
    wire.onMessage = () => true;
    await settled();
    const { items } = await gateway.shore.service.workOrders.list({ vesselId, limit: 10 });
    expect(items).toHaveLength(2);
    expect((await problemsOnBoard()).map(({ code }) => code)).toContain('shore_restored');
  });

  test('what somebody wrote beyond what shore has under its name, and across a gap, keeps nothing of shore’s away', async () => {
    await start(1);
    const origin = await shoreOrigin();
    const [order] = (await vessel.call('workOrders.list', {})).items;
    forgeAsShore(origin, [3, 4], { recordId: order?.id ?? '', fields: { title: 'Nobody’s' } });
    await until('it on board', async () =>
      (await vessel.call('workOrders.list', {})).items.some(({ title }) => title === 'Nobody’s'),
    );
    // Another computer of the ship takes what the office writes: nothing waits for this one.
    wire.onMessage = (message, up) => up || message.kind !== 'batch';
    for (const title of ['One', 'Two'])
      await gateway.shore.service.workOrders.create(vesselId, { title }, superintendent);
    const written = await rowsOf(
      database.reader,
      sql`select last, hash from vessel`,
      z.object({ last: z.coerce.number(), hash: z.string() }),
    );
    gateway.send(vesselId, 'ack', {
      kind: 'ack',
      ...plainAck,
      vessel: vesselId,
      origin,
      held: 2,
      hash: written[0]?.hash ?? '',
      outcome: 'stored',
      attempt: null,
      problems: [],
    });
    await until('nothing to wait', async () => {
      const waiting = await rowsOf(database.reader, sql`select number from sync_outbox`, z.object({}));
      return waiting.length === 0;
    });
    wire.onMessage = () => true;
    wire.cut();
    wire.mend();
    await settled();
    const titles = (await vessel.call('workOrders.list', {})).items.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['One', 'Two']));
    expect((await problemsAshore()).map(({ code }) => code)).toContain('new_epoch');
    await verifyBoth();
  });

  test('what somebody wrote to the ship in shore’s name comes ashore, once shore writes under another, though records wait', async () => {
    await start(1);
    const origin = await shoreOrigin();
    const [order] = (await vessel.call('workOrders.list', {})).items;
    const titles = () =>
      vessel.call('workOrders.list', {}).then(({ items }) => items.map(({ title }) => title));
    const ashore = async () =>
      (await gateway.shore.service.workOrders.list({ vesselId, limit: 10 })).items.map(({ title }) => title);
    // No program there is knows the second: until there is one, the ends do not compare their records.
    forgeAsShore(origin, [2, 3], { recordId: order?.id ?? '', fields: { title: 'Nobody’s' } }, [1, 999_999]);
    await until('it on board', async () => (await titles()).includes('Nobody’s'));
    await until('it ashore', async () => (await ashore()).includes('Nobody’s'), { within: 40_000 });
    expect((await problemsAshore()).map(({ code }) => code)).toContain('new_epoch');
  });

  test('what was known of agreeing is kept through a restart of the ship', async () => {
    await start(20);
    const { equalAt } = await agreement();
    await vessel.node.close();
    vessel = openTestVessel({ directory: vessel.directory, vesselId });
    expect(await agreement()).toMatchObject({ state: 'equal', equalAt });
  });

  test('a row altered behind the triggers on board is found when people ask, repaired, and told of on both ends', async () => {
    await start(300);
    const [order] = (await vessel.call('workOrders.list', { limit: 1 })).items;
    await tamper((connection) =>
      connection.prepare(`UPDATE work_order SET title = 'Forged' WHERE id = ?`).run(order?.id),
    );
    openVessel(vessel.directory);
    expect((await vessel.call('workOrders.get', { id: order?.id ?? '' })).title).toBe('Forged');
    await vessel.call('sync.compare', {});
    await until('the record to be right', async () => {
      const found = await vessel.call('workOrders.get', { id: order?.id ?? '' });
      return found.title === order?.title;
    });
    await settled();
    expect(await problemsOnBoard()).toMatchObject([{ code: 'repaired', recordId: order?.id }]);
    expect(await problemsAshore()).toMatchObject([{ code: 'repaired', recordId: order?.id }]);
    await verifyBoth();
  });

  test('a record’s state damaged ashore, and written on since, is repaired from the journal', async () => {
    await start(300);
    const [order] = (await vessel.call('workOrders.list', { limit: 1 })).items;
    const id = order?.id ?? '';
    await tamperAshore(`update work_order set title = 'Damaged' where id = '${id}'`);
    await vessel.call('workOrders.update', { id, changes: { notes: 'Written on' } });
    await until('the repair', async () => (await problemsAshore()).length > 0);
    await settled();
    expect((await gateway.shore.service.workOrders.get({ id })).title).toBe(order?.title);
    expect(await problemsAshore()).toMatchObject([{ code: 'repaired', recordId: id }]);
    expect(await problemsOnBoard()).toMatchObject([{ code: 'repaired', recordId: id }]);
    await verifyBoth();
  });

  test.each(['on board', 'ashore'])(
    'a journal entry that is missing %s is put back from the other end, and the record with it',
    async (where) => {
      await start(100);
      const [order] = (await vessel.call('workOrders.list', { limit: 1 })).items;
      const id = order?.id ?? '';
      await vessel.call('workOrders.update', { id, changes: { notes: 'This entry goes missing' } });
      await vessel.call('workOrders.create', { title: 'Another one after it' });
      await settled();
      if (where === 'on board')
        await tamper((connection) => {
          connection.prepare(`DELETE FROM sync_journal WHERE number = 101`).run();
          connection.prepare(`UPDATE work_order SET notes = '' WHERE id = ?`).run(id);
        });
      else
        await tamperAshore(
          `delete from sync_journal where number = 101`,
          `update work_order set notes = '' where id = '${id}'`,
          `update sync_versions set digest = null where record_id = '${id}'`,
          `update vessel set digest = null`,
        );
      if (where === 'on board') openVessel(vessel.directory);
      await vessel.call('sync.compare', {});
      await until('the repair', async () => (await problemsOnBoard()).length > 0, { within: 30_000 });
      await settled();
      expect(await problemsOnBoard()).toMatchObject([{ code: 'repaired', recordId: id }]);
      expect((await vessel.call('workOrders.get', { id })).notes).toBe('This entry goes missing');
      expect((await gateway.shore.service.workOrders.get({ id })).notes).toBe('This entry goes missing');
      await verifyBoth();
    },
  );

  test('what cannot be made the same from the journals is told on both ends, with the record, and not asked for ever', async () => {
    await start(50);
    const [order] = (await vessel.call('workOrders.list', { limit: 1 })).items;
    // An entry altered after the fact, and the record with it.
    await tamperAshore(
      `update sync_journal set fields = jsonb_set(fields::jsonb, '{title}', '"Rewritten"')::json where record_id = '${order?.id}'`,
      `update work_order set title = 'Rewritten' where id = '${order?.id}'`,
      `update sync_versions set digest = null where record_id = '${order?.id}'`,
      `update vessel set digest = null`,
    );
    await vessel.call('sync.compare', {});
    await until('people told', async () => (await problemsOnBoard()).length > 0, { within: 30_000 });
    expect(await problemsOnBoard()).toMatchObject([{ code: 'differing', recordId: order?.id }]);
    await until('people told ashore', async () =>
      (await problemsAshore()).some(({ code, recordId }) => code === 'differing' && recordId === order?.id),
    );
    expect(await agreement()).toMatchObject({ state: 'differing', differing: 1 });
    wire.take();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(wire.take().filter(isCompare)).toEqual([]);
  });

  test('1 and 500 records that differ among 20,000 are found and repaired, the link cut in the middle', async () => {
    await start(20_000);
    const ids = await rowsOf(
      database.reader,
      sql`select id from work_order order by id`,
      z.object({ id: z.string() }),
    );
    const differ = async (count: number, cutAt: number | null): Promise<void> => {
      const chosen = ids.filter((_row, index) => index % Math.floor(20_000 / count) === 0).slice(0, count);
      await tamperAshore(
        `update work_order set notes = 'Damaged' where id in (${chosen.map(({ id }) => `'${id}'`).join(',')})`,
        `update sync_versions set digest = null where record_id in (${chosen.map(({ id }) => `'${id}'`).join(',')})`,
        `update vessel set digest = null`,
      );
      wire.take();
      let compared = 0;
      let cuts = 0;
      wire.onMessage = (message) => {
        if (message.kind !== 'compare') return true;
        compared += 1;
        if (compared !== cutAt) return true;
        cuts += 1;
        setImmediate(() => wire.cut());
        setTimeout(() => wire.mend(), 200);
        return false;
      };
      const began = performance.now();
      await vessel.call('sync.compare', {});
      await until(
        'the repair',
        async () =>
          (
            await rowsOf(
              database.reader,
              sql`select 1 from work_order where notes = 'Damaged' limit 1`,
              z.unknown(),
            )
          ).length === 0,
        { within: 60_000 },
      );
      await settled(60_000);
      const passed = wire.take().filter(isCompare);
      expect(cuts).toBe(cutAt === null ? 0 : 1);
      console.log(
        `${count} of 20,000 differ: ${bytes(passed)} bytes in ${passed.length} messages, ${Math.round(performance.now() - began)} ms`,
      );
    };
    await differ(1, null);
    await differ(500, 4);
    expect(await verifyShore(database)).toMatchObject({ holds: true });
    const problems = await problemsAshore();
    expect(problems.some(({ message }) => /^\d+ records of mv-aurora/.test(message))).toBe(true);
  }, 240_000);
});
