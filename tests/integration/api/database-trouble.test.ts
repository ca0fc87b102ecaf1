import { chmodSync, chownSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fleet, syncHealth, type SyncHealth } from '#shared/office/sync.ts';
import { type FaultProxy, startFaultProxy } from '#support/fault-proxy.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { type Answer, errorIn, type Shore, startShore } from '#support/shore.ts';
import { smallDisk } from '#support/small-disk.ts';
import { until } from '#support/until.ts';
import { startVessel, type Vessel } from './support/vessel.ts';

const words = 'the-words-of-a-note-that-no-log-may-hold';
let broker: Mosquitto;
let postgres: Postgres;
let way: FaultProxy;
let vessel: Vessel;
let shore: Shore | null = null;

beforeAll(async () => {
  broker = await startMosquitto();
  postgres = await startPostgres({ fsync: false });
  way = await startFaultProxy(postgres.port);
  vessel = await startVessel('aurora', 'MV Aurora', broker.url);
  await asDba('create role gateway login');
});
afterEach(() => shore?.stop());
afterAll(async () => {
  await vessel.stop();
  await way.close();
  await postgres.remove();
  await broker.remove();
});

async function asDba(...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
const cutAll = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gateway'";

/** The gateway on a new database of that name, and the ship known to it. */
async function startGateway(name: string, tablespace = 'pg_default'): Promise<Shore> {
  await asDba(`create database ${name} owner gateway tablespace ${tablespace}`);
  const database = `postgres://gateway@127.0.0.1:${way.port}/${name}`;
  const started = await startShore(['--database', database, '--mqtt', broker.url]);
  shore = started;
  await until('the ship', async () => (await started.ask('/api/vessels')).text.includes('aurora'));
  return started;
}

const healthOf = async (asked: Shore): Promise<{ status: number; database: SyncHealth['database'] }> => {
  const { status, json } = await asked.ask('/api/sync/health');
  return { status, database: syncHealth.parse(json).database };
};
const raise = (asked: Shore, notes = words): Promise<Answer> =>
  asked.ask('/api/work-orders', {
    method: 'POST',
    body: { vessel: 'aurora', title: 'Renew gasket', notes },
  });
const isDown = async (asked: Shore): Promise<boolean> => (await healthOf(asked)).status === 503;
const isWell = async (asked: Shore): Promise<boolean> => (await healthOf(asked)).database.state === 'ok';

test('one that takes no writes is told within seconds, since when, without a write, and its return too', async () => {
  const asked = await startGateway('read_only');
  expect((await raise(asked)).status).toBe(201);
  const began = Date.now();
  await asDba('alter database read_only set default_transaction_read_only = on', cutAll);
  await until('bad health', () => isDown(asked), { within: 15_000, every: 200 });

  const { database } = await healthOf(asked);
  expect(database).toMatchObject({
    state: 'down',
    error: expect.stringMatching(/^The database takes no writes/),
  });
  expect(Date.parse(database.since ?? '')).toBeGreaterThanOrEqual(began - 1_000);
  const { databaseTrouble } = fleet.parse(await asked.get('/api/vessels'));
  expect(databaseTrouble?.since).toBe(database.since);

  const before = asked.program.output().length;
  for (let count = 0; count < 40; count += 1) {
    const answer = await raise(asked, words.repeat(100));
    expect(answer.status).toBe(503);
    expect(errorIn(answer).details).toMatchObject([{ path: 'database', at: database.since }]);
  }
  await vessel.call('workOrders.create', { title: 'On board', notes: words });
  await wait(5_000);
  const said = asked.program.output().slice(before);
  expect(said).not.toContain(words);
  expect(said.length).toBeLessThan(10_000);
  expect((await healthOf(asked)).database.since).toBe(database.since);

  await asDba('alter database read_only reset default_transaction_read_only');
  await until('good health', () => isWell(asked), { within: 15_000, every: 200 });
  expect((await raise(asked)).status).toBe(201);
  expect(fleet.parse(await asked.get('/api/vessels')).databaseTrouble).toBeNull();
  expect(asked.program.output()).toMatch(/the database is not well/);
  expect(asked.program.output()).toMatch(/the database is well again/);
});

test('one that takes no writes is told also where nobody writes', async () => {
  await asDba('create database quiet owner gateway');
  const database = `postgres://gateway@127.0.0.1:${way.port}/quiet`;
  const nobody = ['--vessels', 'another-ship'];
  const asked = await startShore(['--database', database, '--mqtt', broker.url, ...nobody]);
  shore = asked;
  expect(await isWell(asked)).toBe(true);
  await asDba('alter database quiet set default_transaction_read_only = on', cutAll);
  await until('bad health', () => isDown(asked), { within: 15_000, every: 200 });
  await asDba('alter database quiet reset default_transaction_read_only');
  await until('good health', () => isWell(asked), { within: 15_000, every: 200 });
});

test('a host that falls silent is told within 15 s, also to a page that lists the ships', async () => {
  const asked = await startGateway('silent');
  way.silence();
  const began = performance.now();
  const told = async (path: string): Promise<number> => {
    await until(path, async () => (await asked.ask(path)).status === 503, { within: 30_000, every: 1_000 });
    return performance.now() - began;
  };
  const [health, page] = await Promise.all([told('/api/sync/health'), told('/api/vessels')]);
  expect(health).toBeLessThan(15_000);
  expect(page).toBeLessThan(15_000);
  const since = Date.parse((await healthOf(asked)).database.since ?? '');
  expect(Date.now() - since).toBeGreaterThan(0);
  expect(Date.now() - since).toBeLessThan(20_000);
  way.heal();
  await until('good health', () => isWell(asked), { within: 15_000, every: 200 });
});

test('a disk without room is told until something can be added again', async () => {
  const disk = smallDisk(24);
  if (disk === null) return;
  // Postgres does not run as root, and wants the folder for itself.
  const { uid, gid } = statSync(`/proc/${postgres.pid}`);
  chownSync(disk.directory, uid, gid);
  chmodSync(disk.directory, 0o700);
  await asDba(`create tablespace small location '${disk.directory}'`);
  const asked = await startGateway('small_disk', 'small');
  expect((await raise(asked)).status).toBe(201);
  disk.fill();
  // The tables have some room left in the pages that they have.
  await until('no room', async () => (await raise(asked, 'x '.repeat(2_000))).status === 503, {
    within: 30_000,
    every: 0,
  });
  const { status, database } = await healthOf(asked);
  expect(status).toBe(503);
  expect(database.error).toMatch(/^The database has no room left on its disk/);
  await wait(14_000);
  expect((await healthOf(asked)).database).toMatchObject({ state: 'down', since: database.since });

  disk.free();
  await until('good health', () => isWell(asked), { within: 15_000, every: 200 });
  expect((await raise(asked, 'x '.repeat(2_000))).status).toBe(201);
});

test("while a DBA's lock lasts every write of the office is answered within 30 s, and afterwards as always", async () => {
  const asked = await startGateway('locked');
  const dba = new Client({ connectionString: postgres.url.replace(/postgres$/, 'locked') });
  await dba.connect();
  await dba.query('begin');
  await dba.query('lock table vessel in access exclusive mode');
  const waited = async (): Promise<{ status: number; ms: number }> => {
    const began = performance.now();
    const { status } = await raise(asked);
    return { status, ms: performance.now() - began };
  };
  const first = Array.from({ length: 5 }, waited);
  await wait(3_000);
  const answers = await Promise.all([...first, ...Array.from({ length: 5 }, waited)]);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 503));
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(30_000);
  await dba.query('rollback');
  await dba.end();
  expect((await raise(asked)).status).toBe(201);
  expect(await isWell(asked)).toBe(true);
});

test('one that lets nobody in, is dropped and made anew is well again without a restart', async () => {
  const asked = await startGateway('anew');
  await asDba('alter database anew allow_connections false', cutAll);
  await until('bad health', () => isDown(asked), { within: 15_000, every: 200 });
  await asDba('alter database anew allow_connections true');
  await until('good health', () => isWell(asked), { within: 15_000, every: 200 });
  await asDba('drop database anew with (force)');
  await until('bad health', () => isDown(asked), { within: 15_000, every: 200 });
  await asDba('create database anew owner gateway');
  await until('good health', () => isWell(asked), { within: 15_000, every: 200 });
  await until('the ship is back', async () => (await raise(asked)).status === 201, { within: 60_000 });
});
