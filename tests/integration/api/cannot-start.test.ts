import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { type RunningProgram, startOurProgram } from '#support/processes.ts';
import { startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

const program = 'src/shore/shore-program.ts';
/** Nobody listens there: what keeps a gateway from starting is not its broker. */
const noBroker = ['--mqtt', 'mqtt://127.0.0.1:1', '--log-level', 'warn', '--port', '0'];

/** What a program that cannot start says, once it has ended by itself. */
async function endOf(started: RunningProgram): Promise<{ code: number | null; said: string }> {
  const { code } = await started.ended;
  return { code, said: started.output() };
}

const startedOn = (database: string): Promise<{ code: number | null; said: string }> =>
  endOf(startOurProgram(program, ['--database', database, ...noBroker]));

describe('a gateway whose database will not do says so in words and ends with 3', () => {
  let postgres: Postgres;
  const address = (user: string, database: string): string =>
    `postgres://${user}@127.0.0.1:${postgres.port}/${database}`;

  beforeAll(async () => {
    const folder = temporaryDirectory('hba');
    chmodSync(folder, 0o755);
    const hba = join(folder, 'pg_hba.conf');
    writeFileSync(
      hba,
      [
        'host all postgres 127.0.0.1/32 trust',
        'host all gateway 127.0.0.1/32 scram-sha-256',
        'host all guest 127.0.0.1/32 trust',
        'host all nobody 127.0.0.1/32 trust',
        '',
      ].join('\n'),
    );
    postgres = await startPostgres({ fsync: false, settings: { hba_file: hba } });
    await postgres.createDatabase('office');
    const dba = new Client({ connectionString: postgres.url });
    await dba.connect();
    await dba.query("create role gateway login password 'right-one'; create role guest login");
    await dba.end();
  });
  afterAll(() => postgres.remove());

  test.each([
    { what: 'a wrong password', user: 'gateway:hush-hush', says: /does not take the password .*Correct it/ },
    { what: 'no password', user: 'gateway', says: /does not take the password .*Correct it/ },
    {
      what: 'a user that is not there',
      user: 'nobody',
      says: /does not let this gateway in \(role "nobody"/,
    },
    {
      what: 'a user that no rule lets in',
      user: 'stranger',
      says: /does not let this gateway in \(no pg_hba/,
    },
    {
      what: 'a database that is not there',
      user: 'guest',
      database: 'shore',
      says: /no such database \(database "shore" does not exist\)/,
    },
    {
      what: 'a user who may make no tables',
      user: 'guest',
      says: /may not set up its tables .*grant it CREATE/,
    },
    {
      what: 'a server without TLS',
      user: 'guest',
      database: 'office?sslmode=require',
      says: /cannot be trusted/,
    },
    {
      what: 'an address with a file that is not there',
      user: 'guest',
      database: 'office?sslrootcert=/nowhere/ca.pem',
      says: /address cannot be used .*\/nowhere\/ca\.pem/,
    },
  ])('$what', async ({ user, database = 'office', says }) => {
    const { code, said } = await startedOn(address(user, database));
    expect(said).toMatch(says);
    expect(said).toMatch(/^ARUS cannot start: /m);
    expect(said).not.toMatch(/^\s+at /m);
    expect(said).not.toContain('hush');
    expect(code).toBe(3);
  });

  test('a database that a newer program wrote', async () => {
    const database = await postgres.createDatabase('newer');
    const first = await startShore(['--database', database, ...noBroker]);
    await first.stop();
    const dba = new Client({ connectionString: database });
    await dba.connect();
    await dba.query("insert into arus_migration (position, name) values (900, 'tomorrow')");
    await dba.end();
    const { code, said } = await startedOn(database);
    expect(said).toMatch(/written by a newer ARUS gateway .*Install the newer version/);
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(3);
  });

  test('a password that is corrected lets it in', async () => {
    const dba = new Client({ connectionString: postgres.url });
    await dba.connect();
    await dba.query('alter database office owner to gateway');
    await dba.end();
    const shore = await startShore(['--database', address('gateway:right-one', 'office'), ...noBroker]);
    expect((await shore.ask('/api/vessels')).status).toBe(200);
    await shore.stop();
  });
});

describe('two gateways on one folder', () => {
  test(
    'the second is refused in words, also by another way to it; after kill -9 the next one starts',
    { timeout: 120_000 },
    async () => {
      const folder = join(temporaryDirectory('pglite'), 'records');
      const first = await startShore(['--database', `pglite:${folder}`, ...noBroker]);
      for (const way of [folder, join(folder, '..', 'records')]) {
        const { code, said } = await startedOn(`pglite:${way}`);
        expect(said).toMatch(/ARUS cannot start: Another ARUS gateway is running on .*Close it first/);
        expect(said).not.toMatch(/^\s+at /m);
        expect(code).toBe(3);
      }
      expect((await first.ask('/api/vessels')).status).toBe(200);
      await first.program.kill();

      const next = await startShore(['--database', `pglite:${folder}`, ...noBroker]);
      expect((await next.ask('/api/vessels')).status).toBe(200);
      await next.stop();
    },
  );

  test('a folder that holds something else is refused in words', async () => {
    const folder = temporaryDirectory('not-a-database');
    writeFileSync(join(folder, 'letter.txt'), 'Dear captain');
    const { code, said } = await startedOn(`pglite:${folder}`);
    expect(said).toMatch(/ARUS cannot start: The database in .* cannot be opened/);
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(3);
  });
});
