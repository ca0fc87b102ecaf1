import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { systemEnvironment } from '#link/system-environment.ts';
import { rowsOf, type Database } from '#shore/store/database.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { silentLog } from '#support/silent-log.ts';
import { migratedDatabase } from '#support/shared-databases.ts';
import { officeOn } from './support/office.ts';
import { newId, orderValues } from './support/ship.ts';

const environment = systemEnvironment(silentLog);
const prepared = z.object({ statement: z.string(), calls: z.coerce.number() });

describe('statements on Postgres', () => {
  let url: string;
  let database: Database;

  beforeEach(async () => {
    url = await migratedDatabase();
    database = openPostgres({ url, connections: 1 }, environment);
  });
  afterEach(() => database.close());

  /** What the connection has prepared. */
  const preparedIn = (which: Database) =>
    rowsOf(
      which.reader,
      sql.raw('select statement, generic_plans + custom_plans as calls from pg_prepared_statements'),
      prepared,
    );

  /** Somebody else on the database, such as a newer gateway that migrates it. */
  async function meanwhile(statement: string): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  test('a write is prepared once, however many there are', async () => {
    const office = officeOn(database);
    await office.addVessel('nordlys');
    for (let index = 0; index < 4; index += 1)
      await office.write('nordlys', (unit) => unit.create('work_order', newId(), orderValues()));
    const journal = (await preparedIn(database)).filter(({ statement }) =>
      statement.startsWith('insert into "sync_journal"'),
    );
    expect(journal).toEqual([{ statement: journal[0]?.statement, calls: 4 }]);
  });

  test('none has a name where a pooler does not know of names', async () => {
    const plain = openPostgres({ url, connections: 1, prepared: false }, environment);
    const office = officeOn(plain);
    await office.addVessel('nordlys');
    await office.write('nordlys', (unit) => unit.create('work_order', newId(), orderValues()));
    expect(await preparedIn(plain)).toEqual([]);
    expect(await office.count('sync_journal')).toBe(1);
    await plain.close();
  });

  test('texts that vary without end do not fill the server', async () => {
    for (let index = 0; index < 450; index += 1)
      await rowsOf(database.reader, sql`select ${index}::int as ${sql.identifier(`c${index}`)}`, z.unknown());
    expect((await preparedIn(database)).length).toBe(400);
  });

  test('a table that is changed under them fails nobody: they are planned anew', async () => {
    const office = officeOn(database);
    await office.addVessel('nordlys');
    const read = () =>
      rowsOf(database.reader, sql`select * from vessel where vessel_id = ${'nordlys'}`, z.looseObject({}));
    const write = () => office.write('nordlys', (unit) => unit.create('work_order', newId(), orderValues()));
    for (let index = 0; index < 6; index += 1) {
      await read();
      await write();
    }
    await meanwhile(
      'alter table vessel add column flag text; alter table vessel alter column hash type varchar(99)',
    );
    await write();
    await meanwhile('alter table vessel add column port text');
    expect(await read()).toMatchObject([{ vessel_id: 'nordlys', port: null }]);
    expect(await office.count('sync_journal')).toBe(7);
  });

  test('that are sent behind each other are done in their order, and one that fails takes the commit with it', async () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    await database.transaction(async (tx, send) => {
      await tx.execute(sql`create table told (at serial, number int)`);
      const answers = send([
        ...numbers.map((number) => sql`insert into told (number) values (${number})`),
        sql`select number from told order by at`,
      ]);
      expect(await answers.at(-1)).toEqual(numbers.map((number) => ({ number })));
    });

    const failing = database.transaction((_tx, send) => {
      for (const answer of send([
        sql`insert into told (number) values (${100})`,
        sql`insert into told (number) values (${'no number'})`,
        sql`insert into told (number) values (${101})`,
      ]))
        answer.catch(() => undefined);
      return Promise.resolve('nobody may hear this');
    });
    await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('no number') });
    expect(
      await rowsOf(database.reader, sql`select number from told where number > 99`, z.unknown()),
    ).toEqual([]);
  });
});
