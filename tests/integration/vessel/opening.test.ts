import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel } from '#support/vessel.ts';
import { migrations } from '#vessel/store/migrations.ts';
import { databaseFileName, migrate } from '#vessel/store/open-database.ts';
import { readDatabase } from './database.ts';

describe('opening a node', () => {
  test('what was written is there at the next start, queue and all', async () => {
    const first = openTestVessel();
    const order = await first.call('workOrders.create', { title: 'Renew impeller' });
    await first.node.close();

    const second = openTestVessel({ directory: first.directory });
    expect(await second.call('workOrders.get', { id: order.id })).toMatchObject({
      title: 'Renew impeller',
      sync: 'local',
    });
    expect((await second.call('sync.status', {})).queue.depth).toBe(1);
    expect((await second.call('workOrders.create', { title: 'Next' })).number).toBe(
      order.number.replace('000001', '000002'),
    );
    await second.node.close();
  });

  test('a second process on the same directory is turned away in words', async () => {
    const vessel = openTestVessel();
    expect(() => openTestVessel({ directory: vessel.directory })).toThrow(
      expect.objectContaining({
        code: 'in_use',
        message: expect.stringContaining('Another ARUS node') as string,
      }) as Error,
    );
    await vessel.node.close();
    await openTestVessel({ directory: vessel.directory }).node.close();
  });

  test('a directory of another vessel is refused', async () => {
    const vessel = openTestVessel();
    await vessel.node.close();
    expect(() => openTestVessel({ directory: vessel.directory, vesselId: 'mv-borealis' })).toThrow(
      /belongs to vessel mv-aurora/,
    );
    await openTestVessel({ directory: vessel.directory }).node.close();
  });

  test('a database from a newer version is refused and left as it was', async () => {
    const vessel = openTestVessel();
    await vessel.call('workOrders.create', { title: 'From the future' });
    await vessel.node.close();
    readDatabase(vessel.directory, (connection) =>
      connection.pragma(`user_version = ${migrations.length + 3}`),
    );
    expect(() => openTestVessel({ directory: vessel.directory })).toThrow(/written by a newer ARUS/);
    readDatabase(vessel.directory, (connection) => {
      expect(connection.pragma('user_version', { simple: true })).toBe(migrations.length + 3);
      expect(connection.prepare('SELECT count(*) FROM work_order').pluck().get()).toBe(1);
    });
  });

  test('a file that is no database is refused in words', () => {
    const directory = temporaryDirectory('damaged');
    writeFileSync(
      join(directory, databaseFileName),
      'This is not a database at all, but long enough to look'.repeat(50),
    );
    expect(() => openTestVessel({ directory })).toThrow(
      expect.objectContaining({
        code: 'damaged_database',
        message: expect.stringContaining('backups') as string,
      }) as Error,
    );
  });

  test('a database that exists is checked and copied before its schema changes', () => {
    const directory = temporaryDirectory('migration');
    openTestVessel({ directory })
      .node.close()
      .catch(() => {});
    const connection = new Database(':memory:');
    migrate(connection, { isNew: true, directory: null, environment: systemEnvironment(silentLog) });
    expect(connection.pragma('user_version', { simple: true })).toBe(migrations.length);

    // A database one schema behind, as far as the migrator can tell: it must copy before it tries.
    const old = new Database(join(directory, 'old.db'));
    old.exec('CREATE TABLE kept (note TEXT)');
    old.exec(`INSERT INTO kept VALUES ('still here')`);
    migrate(old, { isNew: false, directory, environment: systemEnvironment(silentLog) });
    const [copy] = readdirSync(join(directory, 'backups')).filter((name) =>
      name.startsWith('before-schema-'),
    );
    expect(copy).toBeDefined();
    const backup = new Database(join(directory, 'backups', copy ?? ''), { readonly: true });
    expect(backup.prepare('SELECT note FROM kept').pluck().get()).toBe('still here');
    expect(backup.pragma('user_version', { simple: true })).toBe(0);
  });
});
