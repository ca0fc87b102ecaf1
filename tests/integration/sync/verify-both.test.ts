import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { fromRow } from '#vessel/store/journal/journal.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { startOurProgram } from '#support/processes.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { type Shore, startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel } from '#support/vessel.ts';

const vesselId = 'mv-aurora';

describe('npm run verify, ship and shore', () => {
  let broker: Mosquitto;
  let database: string;
  let shore: Shore;
  let url: string;
  let directory: string;
  let file: string;

  beforeAll(async () => {
    broker = await startMosquitto();
  });
  afterAll(() => broker.remove());

  beforeEach(async () => {
    database = await emptyDatabase();
    shore = await startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
    url = `http://127.0.0.1:${shore.port}/`;
    directory = temporaryDirectory('verify-both');
    file = join(directory, databaseFileName);
    await sail(async (call) => {
      for (const title of ['First', 'Second', 'Third']) await call('workOrders.create', { title });
    });
    return () => shore.stop();
  });

  type Call = ReturnType<typeof openTestVessel>['call'];

  /** Opens the node, works, and closes it once shore has everything. */
  async function sail(work: (call: Call) => Promise<void>): Promise<void> {
    const environment = systemEnvironment(silentLog);
    const vessel = openTestVessel({
      directory,
      vesselId,
      environment,
      openLink: mqttLink(brokerConfiguration({ mqtt: broker.url }), environment),
    });
    await work(vessel.call);
    await until('an empty queue', async () => (await vessel.call('sync.status', {})).queue.depth === 0, {
      within: 30_000,
    });
    await vessel.node.close();
  }

  async function verify(...parameters: string[]): Promise<{ code: number | null; output: string }> {
    const program = startOurProgram('src/main/station/verify-program.ts', parameters);
    const { code } = await program.ended;
    return { code, output: program.output() };
  }

  function tamper(work: (connection: Database.Database) => void): void {
    const connection = new Database(file);
    const triggers = connection
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
      .pluck()
      .all();
    for (const name of triggers) connection.exec(`DROP TRIGGER ${String(name)}`);
    work(connection);
    connection.close();
  }

  /** Writes the chain anew, as somebody would who knows how it is made. */
  function chainAgain(connection: Database.Database): string {
    const rows = connection.prepare('SELECT * FROM sync_journal ORDER BY number').all();
    let hash = '';
    for (const row of rows) {
      const { change } = fromRow(row);
      hash = chainNext(hash === '' ? chainStart(vesselId, change.origin) : hash, change);
      connection
        .prepare('UPDATE sync_journal SET hash = ? WHERE origin = ? AND number = ?')
        .run(Buffer.from(hash, 'hex'), change.origin, change.number);
    }
    return hash;
  }

  function forgeLast(connection: Database.Database): string {
    connection.exec(
      `UPDATE sync_journal SET fields = json_set(fields, '$.title', 'Forged') WHERE number = 3`,
    );
    connection.exec(`UPDATE work_order SET title = 'Forged' WHERE title = 'Third'`);
    return chainAgain(connection);
  }

  test('shows that ship and shore are the same, and leaves nothing behind in the folder', async () => {
    const before = readdirSync(directory).sort();
    const both = await verify('--data', directory, '--shore', url);
    expect(both).toMatchObject({ code: 0 });
    expect(both.output).toContain('Ship = shore: 3 records and 3 changes are the same on both ends.');
    expect(readdirSync(directory).sort()).toEqual(before);
    expect(existsSync(`${file}-wal`)).toBe(false);

    const ashore = await verify('--database', database, '--vessel', vesselId);
    expect(ashore).toMatchObject({ code: 0 });
    expect(ashore.output).toContain('3 changes of 1 vessels give exactly the 3 records ashore');
    expect(await verify('--database', database, '--vessel', 'mv-other')).toMatchObject({ code: 1 });
  });

  test('a computer that began from a snapshot is the same as shore, and what it has no changes of is said', async () => {
    directory = temporaryDirectory('verify-replaced');
    file = join(directory, databaseFileName);
    await sail(async (call) => {
      await until(
        'the snapshot',
        async () => (await call('workOrders.list', { limit: 10 })).items.length === 3,
        {
          within: 30_000,
        },
      );
    });
    const taken = await verify('--data', directory, '--shore', url);
    expect(taken.output).toContain('Ship = shore: 3 records and 0 changes are the same on both ends.');
    expect(taken.output).toContain(
      'Of 3 changes from before this computer was set up it has the outcome alone',
    );
    expect(taken.code).toBe(0);
    await sail(async (call) => {
      await call('workOrders.create', { title: 'Fourth' });
    });
    expect((await verify('--data', directory, '--shore', url)).output).toContain('4 records and 1 changes');
    tamper((connection) => connection.exec(`UPDATE sync_base_heads SET hash = zeroblob(32)`));
    const altered = await verify('--data', directory, '--shore', url);
    expect(altered.code).toBe(1);
    expect(altered.output).toMatch(/entry 3, or one before it, is not the one that shore holds/);
  });

  test('names a record that is another one ashore', async () => {
    const client = new Client({ connectionString: database });
    await client.connect();
    await client.query(`select set_config('arus.context', 'test', false)`);
    await client.query(`update work_order set title = 'Altered ashore' where title = 'Second'`);
    await client.end();
    const { code, output } = await verify('--data', directory, '--shore', url);
    expect(code).toBe(1);
    expect(output).toMatch(/Second \(work_order \S+\) is not the same on board and ashore/);
    expect(output).not.toContain('First');
    const ashore = await verify('--database', database);
    expect(ashore.code).toBe(1);
    expect(ashore.output).toMatch(/Not verified: mv-aurora: The row of work_order/);
  });

  test('finds the last acknowledged entry altered and the chain made anew, by the head that shore acknowledged', async () => {
    tamper(forgeLast);
    const { code, output } = await verify('--data', directory);
    expect(code).toBe(1);
    expect(output).toContain('entry 3 is not the one that shore acknowledged');
  });

  test('finds it at shore also where the acknowledged head was forged along with it', async () => {
    tamper((connection) => {
      const hash = forgeLast(connection);
      connection.prepare('UPDATE sync_heads SET acknowledged_hash = ?').run(Buffer.from(hash, 'hex'));
    });
    const { code, output } = await verify('--data', directory, '--shore', url);
    expect(code).toBe(1);
    expect(output).toMatch(/Journal v\w+: entry 3, or one before it, is not the one that shore holds/);
    expect(output).toMatch(/Forged \(work_order \S+\) is not the same on board and ashore/);
  });

  test('finds the tail cut off, with the record that it made', async () => {
    tamper((connection) => {
      connection.exec(`DELETE FROM sync_journal WHERE number = 3`);
      connection.exec(`DELETE FROM work_order WHERE title = 'Third'`);
    });
    const alone = await verify('--data', directory);
    expect(alone.code).toBe(1);
    expect(alone.output).toContain('ends at entry 2, but shore acknowledged 3');
    const both = await verify('--data', directory, '--shore', url);
    expect(both.output).toMatch(/shore holds 3 entries, the ship 2. The rest was cut off on board/);
    expect(both.output).toMatch(/work_order \S+ is ashore and not on board/);
  });

  test('without the office it verifies what is on board and says that it could not compare', async () => {
    await shore.stop();
    const { code, output } = await verify('--data', directory, '--shore', url);
    expect(code).toBe(3);
    expect(output).toContain('Verified: 3 changes');
    expect(output).toMatch(/Not compared: the office at \S+ cannot be asked/);
    expect(await verify('--data', directory, '--shore', 'office')).toMatchObject({ code: 2 });
  });
});
