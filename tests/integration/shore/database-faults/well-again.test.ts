import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { databaseFault } from '#shore/store/database-error.ts';
import type { Database } from '#shore/store/database.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { type FaultProxy, startFaultProxy } from '#support/fault-proxy.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';

const most = 10;
const environment = systemEnvironment(silentLog);
let postgres: Postgres;
let proxy: FaultProxy;
let url: string;

beforeAll(async () => {
  postgres = await startPostgres({ fsync: false });
  await postgres.createDatabase('office');
  proxy = await startFaultProxy(postgres.port);
  // Not the superuser, for whom limits do not hold.
  await asDba('create role gateway login');
  await makeTable();
  url = `postgres://gateway@127.0.0.1:${proxy.port}/office`;
});
afterAll(async () => {
  await proxy.close();
  await postgres.remove();
});

async function asDba(statement: string, database = 'postgres'): Promise<void> {
  const client = new Client({ connectionString: postgres.url.replace(/postgres$/, database) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const makeTable = (): Promise<void> =>
  asDba('create table written (at timestamptz default now()); grant all on written to gateway', 'office');

const cutAll = (): Promise<void> =>
  asDba("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gateway'");

const write = (database: Database): Promise<unknown> =>
  database.transaction(async (tx) => {
    await tx.execute(sql`select 1`);
    await tx.execute(sql`insert into written default values`);
  });

/** Runs `fault` under eight writers, then waits until the database is well again and nobody holds a connection. */
async function underWriters(
  fault: (database: Database) => Promise<void>,
): Promise<{ failures: unknown[]; slowest: number; wellAfter: number }> {
  const database = openPostgres({ url, connections: most }, environment);
  const failures: unknown[] = [];
  let slowest = 0;
  const stop = new AbortController();
  try {
    await write(database);
    const writers = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) {
        const began = performance.now();
        try {
          await write(database);
        } catch (error) {
          failures.push(error);
          await wait(20);
        }
        slowest = Math.max(slowest, performance.now() - began);
      }
    });
    await fault(database);
    const over = performance.now();
    await until('a write again', () => write(database).then(() => true), { within: 15_000 });
    const wellAfter = performance.now() - over;
    stop.abort();
    await Promise.all(writers);
    const { total, idle, waiting } = database.pool();
    expect({ inUse: total - idle, waiting }).toEqual({ inUse: 0, waiting: 0 });
    expect(total).toBeLessThanOrEqual(most);
    expect(failures.map(databaseFault).filter((kind) => kind === 'refused')).toEqual([]);
    return { failures, slowest, wellAfter };
  } finally {
    stop.abort();
    await database.close();
  }
}

test('sessions cut by the server forty times', async () => {
  const { failures } = await underWriters(async () => {
    for (let round = 0; round < 4; round += 1) {
      for (let cut = 0; cut < 10; cut += 1) {
        await cutAll();
        await wait(100);
      }
      await wait(300);
    }
  });
  expect(failures.length).toBeGreaterThan(0);
});

test('connections reset by the network twenty times', async () => {
  const { wellAfter } = await underWriters(async () => {
    for (let cut = 0; cut < 20; cut += 1) {
      proxy.reset();
      await wait(100);
    }
  });
  expect(wellAfter).toBeLessThan(15_000);
});

test('a server that is killed and started again', async () => {
  const { wellAfter } = await underWriters(async () => {
    await postgres.kill();
    await wait(1_000);
    await postgres.restart();
  });
  expect(wellAfter).toBeLessThan(15_000);
});

test('a network that swallows everything: whoever waits is told within 15 s', async () => {
  const { failures, slowest } = await underWriters(async () => {
    proxy.silence();
    await wait(16_000);
    proxy.heal();
  });
  expect(failures.length).toBeGreaterThanOrEqual(8);
  expect(slowest).toBeLessThan(15_500);
});

test('whoever asks before a silence is found out is told within 15 s of its beginning', async () => {
  const database = openPostgres({ url, connections: most }, environment);
  const stop = database.listen(
    'nothing',
    () => undefined,
    () => undefined,
  );
  try {
    const ask = (): Promise<unknown> => Promise.resolve(database.reader.execute(sql`select pg_sleep(0.2)`));
    // A connection for each who asks below: a new one would tell by not coming about.
    await Promise.all(Array.from({ length: 5 }, ask));
    const began = performance.now();
    proxy.silence();
    const told = [1_000, 3_500, 5_500, 7_500, 9_000].map(async (after) => {
      await wait(after);
      await expect(ask()).rejects.toSatisfy((error) => databaseFault(error) === 'away');
      return performance.now() - began;
    });
    expect(Math.max(...(await Promise.all(told)))).toBeLessThan(15_500);
  } finally {
    proxy.heal();
    stop();
    await database.close();
  }
});

test('a database that takes no writes', async () => {
  const { failures } = await underWriters(async () => {
    await asDba('alter database office set default_transaction_read_only = on');
    await cutAll();
    await wait(1_000);
    await asDba('alter database office reset default_transaction_read_only');
  });
  expect(failures.length).toBeGreaterThan(0);
});

test('no more connections for the gateway', async () => {
  const { failures } = await underWriters(async () => {
    await asDba('alter role gateway connection limit 0');
    await cutAll();
    await wait(4_000);
    await asDba('alter role gateway connection limit -1');
  });
  expect(failures.length).toBeGreaterThan(0);
});

test('fewer connections than the gateway would like are enough', async () => {
  await asDba('alter role gateway connection limit 4');
  try {
    const { failures } = await underWriters(() => wait(1_000));
    expect(failures).toEqual([]);
  } finally {
    await asDba('alter role gateway connection limit -1');
  }
});

test('a database that lets nobody in, and is then dropped and made anew', async () => {
  const { wellAfter } = await underWriters(async () => {
    await asDba('alter database office allow_connections false');
    await cutAll();
    await wait(1_000);
    await asDba('drop database office with (force)');
    await wait(500);
    await asDba('create database office');
    await wait(200);
    await makeTable();
  });
  expect(wellAfter).toBeLessThan(15_000);
});

test("a table that somebody else holds locked: a writer is told, and nobody's connection is kept", async () => {
  const holder = new Client({ connectionString: postgres.url.replace(/postgres$/, 'office') });
  await holder.connect();
  const { failures, slowest } = await underWriters(async () => {
    await holder.query('begin');
    await holder.query('lock table written in access exclusive mode');
    await wait(7_000);
    await holder.query('rollback');
  });
  await holder.end();
  expect(failures.length).toBeGreaterThan(0);
  expect(slowest).toBeLessThan(15_000);
});

test('a statement that takes too long ends, and its connection is used again', async () => {
  const database = openPostgres({ url, connections: 1 }, environment);
  try {
    const began = performance.now();
    await expect(database.transaction((tx) => tx.execute(sql`select pg_sleep(60)`))).rejects.toSatisfy(
      (error) => databaseFault(error) === 'away',
    );
    // By the server's own limit: ours for the whole transaction is twice as long, and would cut the connection.
    expect(performance.now() - began).toBeLessThan(15_000);
    await database.reader.execute(sql`select 1`);
    expect(database.pool()).toEqual({ total: 1, idle: 1, waiting: 0, most: 1 });
  } finally {
    await database.close();
  }
});

test('a statement that comes after the end of its transaction is refused', async () => {
  const database = openPostgres({ url, connections: 1 }, environment);
  try {
    let late: (() => Promise<unknown>) | null = null;
    await database.transaction((tx) => {
      late = () => Promise.resolve(tx.execute(sql`select 1`));
      return Promise.resolve();
    });
    await expect(Promise.resolve().then(() => late?.())).rejects.toSatisfy(
      (error) => error instanceof Error && /after the end/.test(String(error.cause)),
    );
  } finally {
    await database.close();
  }
});

test('a transaction whose work passed over a failed statement is not taken for committed', async () => {
  const database = openPostgres({ url, connections: 1 }, environment);
  try {
    await expect(
      database.transaction(async (tx) => {
        await tx.execute(sql`select 1/0`).catch(() => undefined);
      }),
    ).rejects.toThrow(/nothing of the transaction was written/);
    expect(database.pool()).toMatchObject({ total: 1, idle: 1 });
  } finally {
    await database.close();
  }
});
