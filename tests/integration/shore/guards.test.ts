import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Database } from '#shore/store/database.ts';
import { guardsOf } from '#shore/store/guards.ts';
import { migrate } from '#shore/store/migrate.ts';
import { kinds, newDatabase } from './support/databases.ts';
import { testEnvironment, type TestEnvironment } from './support/environment.ts';

describe.each(kinds)('guards on %s', (kind) => {
  let database: Database;
  let environment: TestEnvironment;

  beforeEach(async () => {
    environment = testEnvironment();
    database = await newDatabase(kind, environment);
  });
  afterEach(() => database.close());

  const run = (statement: string) =>
    database.transaction(async (tx) => void (await tx.execute(sql.raw(statement))));
  const refused = (statement: string): Promise<unknown> =>
    run(statement).then(
      () => `'${statement}' went through`,
      (error: unknown) => (error instanceof Error && error.cause instanceof Error ? error.cause : error),
    );
  /** What the log says of guards at the next start. */
  const atNextStart = async (): Promise<unknown[]> => {
    environment.lines.length = 0;
    await migrate(database, environment);
    return environment.lines.flatMap(({ fields }) => ('guards' in fields ? [fields.guards] : []));
  };

  test.each(recordSpecs.map(({ entity }) => entity))(
    'refuse what is written past them into %s',
    async (table) => {
      for (const statement of [
        `delete from "${table}"`,
        `update "${table}" set updated_by = 'Nobody'`,
        `insert into "${table}" (vessel_id) values ('mv-aurora')`,
        `truncate "${table}"`,
      ])
        expect(String(await refused(statement))).toContain('did not go through recordAndPublish');
    },
  );

  test('are all there on a healthy start, and nothing is said of them', async () => {
    expect(await atNextStart()).toEqual([]);
  });

  test('are made anew at a start where one is gone, switched off, changed, or of somebody else', async () => {
    await run('drop trigger arus_guard on attachment');
    expect(await atNextStart()).toEqual([['attachment.arus_guard']]);
    expect(String(await refused('delete from attachment'))).toContain('did not go through');

    await run('alter table equipment disable trigger arus_guard');
    expect(await atNextStart()).toEqual([['equipment.arus_guard']]);
    expect(String(await refused('delete from equipment'))).toContain('did not go through');

    await run(
      'create or replace function arus_guard() returns trigger language plpgsql as $$begin return null; end$$',
    );
    await run('delete from work_order');
    expect(await atNextStart()).toEqual([['arus_guard']]);
    expect(String(await refused('delete from work_order'))).toContain('did not go through');

    await run(`create trigger arus_guard_more before insert on vessel execute function arus_guard()`);
    expect(await atNextStart()).toEqual([['vessel.arus_guard_more']]);

    await run('drop trigger arus_guard_append_only_update on sync_journal');
    await run(
      'create trigger arus_guard_append_only_update before update of "fields" on sync_journal execute function arus_append_only()',
    );
    expect(await atNextStart()).toEqual([['sync_journal.arus_guard_append_only_update']]);
    expect(await atNextStart()).toEqual([]);
  });
});

test('a kind that is declared is guarded, whoever declares it', () => {
  const guards = guardsOf([...recordSpecs, { entity: 'spare_part' }]);
  expect(guards.filter(({ table }) => table === 'spare_part')).toMatchObject([
    { name: 'arus_guard', events: ['INSERT', 'DELETE', 'UPDATE', 'TRUNCATE'], columns: [] },
  ]);
});
