import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isListening } from '#support/ports.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { emptyDatabase } from '#support/shared-databases.ts';

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return z.array(z.unknown()).parse((await client.query(statement)).rows);
  } finally {
    await client.end();
  }
}

describe('a real Postgres', () => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  test('makes databases that know nothing of one another', async () => {
    const first = await postgres.createDatabase('first');
    const second = await postgres.createDatabase('second');
    await ask(first, 'create table ship (name text)');
    await expect(ask(second, 'select * from ship')).rejects.toThrow('relation "ship" does not exist');
  });

  test('waits for the disk at COMMIT unless told otherwise', async () => {
    expect(await ask(postgres.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await ask(await emptyDatabase(), 'show fsync')).toEqual([{ fsync: 'off' }]);
  });

  test('holds after kill -9 what was committed before, on the same port', async () => {
    const url = await postgres.createDatabase('killed');
    await ask(url, 'create table ship (name text)');
    await ask(url, `insert into ship values ('Nordic Star')`);
    const before = postgres.pid;
    const busy = new Client({ connectionString: url });
    busy.on('error', () => undefined);
    await busy.connect();
    await busy.query('begin');
    await busy.query(`insert into ship values ('never committed')`);
    await postgres.kill();
    expect(await isListening(postgres.port)).toBe(false);
    await postgres.restart();
    expect(postgres.pid).not.toBe(before);
    expect(await ask(url, 'select * from ship')).toEqual([{ name: 'Nordic Star' }]);
  });

  test('stops while somebody is connected', async () => {
    const client = new Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    await postgres.stop();
    expect(await isListening(postgres.port)).toBe(false);
    await postgres.restart();
    expect(await ask(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

test('the shared Postgres gives every caller an empty database of its own', async () => {
  const [first, second] = await Promise.all([emptyDatabase(), emptyDatabase()]);
  expect(first).not.toBe(second);
  await ask(first, 'create table ship (name text)');
  await ask(second, 'create table ship (name text)');
});

test('a Postgres that cannot start shows why', async () => {
  await expect(startPostgres({ settings: { no_such_setting: '1' } })).rejects.toThrow(
    /did not start[^]*no_such_setting/,
  );
});
