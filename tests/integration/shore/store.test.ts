import { cpSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execFileSync } from 'node:child_process';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnOf, type RecordSpec } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { databaseMessage } from '#shore/store/database-error.ts';
import { DatabaseRefused } from '#shore/store/database-refused.ts';
import { migrate } from '#shore/store/migrate.ts';
import { migrations } from '#shore/store/migrations.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { recordTables } from '#shore/store/record-tables.ts';
import { projectRoot } from '#support/project.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { embeddedMigrations } from '../../../scripts/embed-migrations.ts';
import { kinds } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { openOffice, type Office } from './support/office.ts';
import { Ship } from './support/ship.ts';

const tables: readonly PgTable[] = Object.values(recordTables);
const tableOf = (entity: string): PgTable => {
  const found = tables.find((table) => getTableConfig(table).name === entity);
  if (found === undefined) throw new Error(`There is no table ${entity}`);
  return found;
};
const types = { text: 'text', real: 'double precision', integer: 'bigint', boolean: 'boolean' };
const store = join(projectRoot, 'src/shore/store');

describe('the schema', () => {
  test.each(recordSpecs.map((spec): [string, RecordSpec] => [spec.entity, spec]))(
    'has exactly the columns of %s',
    (entity, spec) => {
      const own = ['vessel_id', 'id', 'deleted', 'updated_at', 'updated_by'];
      const columns = getTableConfig(tableOf(entity)).columns.filter((column) => !own.includes(column.name));
      expect(columns.map((column) => [column.name, column.getSQLType(), column.notNull])).toEqual(
        Object.entries(spec.fields).map(([name, field]) => [
          columnOf(name),
          types[field.kind],
          !field.nullable,
        ]),
      );
    },
  );

  test('is what the embedded migrations make, and those are the files', () => {
    expect(readFileSync(join(store, 'migrations.ts'), 'utf8')).toBe(
      embeddedMigrations(join(store, 'migrations')),
    );
  });

  test('has not drifted from its migrations', () => {
    const copy = temporaryDirectory('drift');
    cpSync(join(store, 'migrations'), copy, { recursive: true });
    const drizzleKit = join(projectRoot, 'node_modules/drizzle-kit/bin.cjs');
    const generate = [
      'generate',
      '--dialect',
      'postgresql',
      '--schema',
      'src/shore/store/schema-for-kit.cjs',
    ];
    const output = execFileSync(
      process.execPath,
      [drizzleKit, ...generate, '--out', relative(projectRoot, copy)],
      {
        cwd: projectRoot,
        encoding: 'utf8',
      },
    );
    expect(output).toContain('No schema changes');
  });
});

describe('migrating', () => {
  test('gateways that start together on an empty database migrate it once', async () => {
    const environment = testEnvironment();
    const url = await emptyDatabase();
    const databases = [1, 2, 3, 4].map(() => openPostgres({ url }, environment));
    await Promise.all(databases.map((database) => migrate(database, environment)));
    const names = await databases[0]?.reader.execute(sql`select name from arus_migration order by position`);
    expect(names).toEqual(migrations.map(({ name }) => ({ name })));
    expect(environment.lines.filter(({ message }) => message.includes('brought up to date'))).toHaveLength(1);
    await Promise.all(databases.map((database) => database.close()));
  });

  test('a database of a newer program is refused and left as it is', async () => {
    const environment = testEnvironment();
    const database = openPostgres({ url: await emptyDatabase() }, environment);
    await migrate(database, environment);
    await database.reader.execute(
      sql`insert into arus_migration (position, name) values (99, '0099_from_the_future')`,
    );
    await expect(migrate(database, environment)).rejects.toThrow(DatabaseRefused);
    await expect(migrate(database, environment)).rejects.toThrow(/newer ARUS gateway.*Nothing was changed/);
    await database.close();
  });
});

describe.each(kinds)('the guard on %s', (kind) => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice(kind);
    const ship = new Ship('nordlys');
    ship.create();
    await office.stored(ship.batch(1, 1));
  });
  afterAll(() => office.close());

  const refused = async (statement: string): Promise<string> => {
    try {
      await office.database.reader.execute(sql.raw(statement));
      return 'it was let through';
    } catch (error) {
      return databaseMessage(error);
    }
  };

  const guarded = [
    'equipment',
    'crew_member',
    'work_order',
    'attachment',
    'meter',
    'meter_reading',
    'sync_versions',
    'sync_journal',
    'sync_outbox',
    'sync_conflicts',
    'sync_head',
    'vessel',
  ];
  test.each(guarded)('refuses every write to %s that did not go through recordAndPublish', async (table) => {
    const message = 'ARUS: this write did not go through recordAndPublish';
    expect(await refused(`update ${table} set vessel_id = vessel_id`)).toBe(message);
    expect(await refused(`delete from ${table}`)).toBe(message);
    expect(await refused(`truncate ${table}`)).toBe(message);
    const insert = `insert into ${table} overriding system value select * from ${table} limit 0`;
    expect(await refused(insert)).toBe(message);
  });

  test('a context ends with its transaction', async () => {
    await office.store.transaction('write', async (tx) => {
      await tx.addProblems([]);
    });
    expect(await refused('delete from work_order')).toContain('did not go through');
  });

  test('the journal only grows, even within a unit of work', async () => {
    for (const statement of [
      'delete from sync_journal',
      'truncate sync_journal',
      `update sync_journal set fields = '{}'`,
      'update sync_journal set number = number + 1',
    ]) {
      await expect(
        office.database.transaction(async (tx) => {
          await tx.execute(sql`select set_config('arus.context', 'write', true)`);
          await tx.execute(sql.raw(statement));
        }),
        statement,
      ).rejects.toSatisfy((error) => databaseMessage(error) === 'ARUS: the journal only grows');
    }
    expect(await office.count('sync_journal')).toBe(1);
  });
});
