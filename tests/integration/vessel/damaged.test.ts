import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';
import { until } from '#support/until.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { StartFailure } from '#vessel/vessel-node.ts';

const fileOf = (directory: string): string => join(directory, databaseFileName);

/** A closed node's folder with so many orders, and a database without a log. */
async function folderWith(orders: number): Promise<string> {
  const vessel = openTestVessel();
  await vessel.call('workOrders.create', { title: 'Kept' });
  await vessel.node.close();
  fillWithOrders(vessel.directory, 'mv-aurora', orders);
  return vessel.directory;
}

function overwrite(file: string, from: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, bytes, 0, bytes.length, from);
  } finally {
    closeSync(handle);
  }
}

/** The number of a page of a table, past its root. */
function pageOf(directory: string, table: string): { at: number; size: number } {
  const connection = new Database(fileOf(directory), { readonly: true });
  try {
    const size = Number(connection.pragma('page_size', { simple: true }));
    const page = connection
      .prepare(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' LIMIT 1 OFFSET 2`)
      .pluck()
      .get(table);
    return { at: (Number(page) - 1) * size, size };
  } finally {
    connection.close();
  }
}

function opened(directory: string): TestVessel | StartFailure {
  try {
    return openTestVessel({ directory });
  } catch (error) {
    if (error instanceof StartFailure) return error;
    throw error;
  }
}

/** The same bytes every time. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
}

describe('a damaged database', () => {
  test('is found while the node runs: writes are refused in words and nothing typed is lost, what can be read is shown, and it is so after a restart', async () => {
    const directory = await folderWith(500);
    const { at } = pageOf(directory, 'work_order');
    overwrite(fileOf(directory), at, new Uint8Array(8_192));
    const vessel = openTestVessel({ directory });
    const heard: unknown[] = [];
    vessel.node.subscribe(({ event, payload }) => event === 'storage.changed' && heard.push(payload));
    const status = await until('the damage', async () => {
      const told = await vessel.call('storage.status', {});
      return told.state === 'damaged' ? told : null;
    });
    expect(status.takesWrites).toBe(false);
    expect(status.message).toContain("The ship's database on this computer is damaged");
    expect(status.message).toContain('None of the 501 changes written on this computer had reached shore');
    expect(status.message).toContain(`There is no copy of the database in ${join(directory, 'backups')}`);
    expect(heard).toHaveLength(1);

    const refused = await vessel.refusal('workOrders.create', { title: 'Into a broken file' });
    expect(refused).toMatchObject({ code: 'unavailable', retryable: false });
    expect(refused.message).toContain('what you have typed is still here');
    expect(refused.message).not.toContain('something went wrong');
    expect((await vessel.call('sync.status', {})).link).toMatchObject({ state: 'offline' });
    // What does not lie on that page.
    expect((await vessel.call('crew.list', {})).items).toEqual([]);
    await vessel.node.close();

    const again = openTestVessel({ directory });
    expect((await again.call('storage.status', {})).state).toBe('damaged');
    expect(await again.refusal('workOrders.create', { title: 'Again' })).toMatchObject({
      code: 'unavailable',
    });
    await again.node.close();
  });

  test('is found by the read that meets it, and answered in words', async () => {
    const directory = await folderWith(500);
    const { at } = pageOf(directory, 'work_order');
    overwrite(fileOf(directory), at, noise(8_192, 7));
    const vessel = openTestVessel({ directory });
    const messages: string[] = [];
    for (let offset = 0; offset < 500; offset += 100) {
      const result = await vessel.node.call({ method: 'workOrders.list', input: { offset, limit: 100 } });
      if (!result.ok) messages.push(result.error.message);
    }
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message).toContain('is damaged');
    await vessel.node.close();
  });

  test('at two in a hundred of its pages wherever they lie, it starts and is told of, or does not start, in words', async () => {
    const whole = await folderWith(500);
    const size = statSync(fileOf(whole)).size;
    const outcomes = { refused: 0, told: 0, unharmed: 0 };
    for (let seed = 1; seed <= 12; seed += 1) {
      const directory = temporaryDirectory('two-percent');
      copyFileSync(fileOf(whole), fileOf(directory));
      const places = noise(Math.ceil((size / 4_096) * 0.02) * 4, seed);
      const view = new DataView(places.buffer);
      for (let each = 0; each + 4 <= places.length; each += 4) {
        const page = 1 + (view.getUint32(each) % (size / 4_096 - 1));
        overwrite(fileOf(directory), page * 4_096, noise(4_096, seed * 100 + each));
      }
      const vessel = opened(directory);
      if (vessel instanceof StartFailure) {
        expect(vessel).toMatchObject({ code: 'damaged_database' });
        expect(vessel.message).toContain('move all of');
        outcomes.refused += 1;
      } else {
        const told = await until('the look at the database', async () =>
          (await vessel.call('storage.status', {})).state === 'damaged' ? true : null,
        );
        expect(told).toBe(true);
        outcomes.told += 1;
        await vessel.node.close();
      }
      removeDirectory(directory);
    }
    expect(outcomes.refused + outcomes.told).toBe(12);
    expect(outcomes.told).toBeGreaterThan(0);
  }, 60_000);

  test('that is shorter than it says is refused', async () => {
    const directory = await folderWith(500);
    truncateSync(fileOf(directory), statSync(fileOf(directory)).size - 40_960);
    expect(opened(directory)).toMatchObject({ code: 'damaged_database' });
  });

  test('names the newest copy that nobody has checked yet as such', async () => {
    const directory = await folderWith(5);
    copyFileSync(fileOf(directory), join(directory, 'backups', 'before-schema-9-2026-11-28.db'));
    writeFileSync(fileOf(directory), 'no database'.repeat(1_000));
    const refused = opened(directory);
    expect(refused).toMatchObject({ code: 'damaged_database' });
    expect(refused instanceof StartFailure && refused.message).toContain(
      'No copy of the database has been checked; the newest',
    );
  });

  test('that is put in the place of another one while the node runs takes no more', async () => {
    const directory = await folderWith(1);
    const environment = virtualEnvironment(silentLog);
    const vessel = openTestVessel({ directory, environment });
    rmSync(fileOf(directory));
    copyFileSync(join(directory, 'node.lock'), fileOf(directory));
    environment.advance(31_000);
    expect((await vessel.call('storage.status', {})).state).toBe('damaged');
    await vessel.node.close();
  });
});

describe('a database that is not there any more', () => {
  test.each([
    ['gone', (file: string) => rmSync(file)],
    ['empty', (file: string) => truncateSync(file, 0)],
  ])('%s: the folder is not begun anew in silence', async (_, harm) => {
    const vessel = openTestVessel();
    await vessel.call('workOrders.create', { title: 'Unsent' });
    await vessel.node.close();
    harm(fileOf(vessel.directory));
    const refused = opened(vessel.directory);
    expect(refused).toMatchObject({ code: 'damaged_database' });
    expect(refused instanceof StartFailure && refused.message).toContain(
      'None of the 1 changes written on this computer had reached shore',
    );
    expect(existsSync(fileOf(vessel.directory)) && statSync(fileOf(vessel.directory)).size).toBeFalsy();
  });

  test('gone, with its log still there: the log is left as it is', async () => {
    const directory = temporaryDirectory('log-alone');
    writeFileSync(`${fileOf(directory)}-wal`, 'what was written last');
    expect(opened(directory)).toMatchObject({ code: 'damaged_database' });
    expect(readFileSync(`${fileOf(directory)}-wal`, 'utf8')).toBe('what was written last');
  });

  test('a log that is lost takes nothing of the schema, and what it took is told', async () => {
    const vessel = openTestVessel();
    await vessel.call('workOrders.create', { title: 'In the log alone' });
    const copy = temporaryDirectory('log-lost');
    // As a crash leaves it: the database, no log, and the mark as of a moment later.
    copyFileSync(fileOf(vessel.directory), fileOf(copy));
    await vessel.node.close();
    copyFileSync(join(vessel.directory, 'database-mark.json'), join(copy, 'database-mark.json'));
    const found = openTestVessel({ directory: copy });
    const [problem] = (await found.call('sync.problems', {})).items;
    expect(problem).toMatchObject({ code: 'changes_lost' });
    expect(problem?.message).toMatch(
      /^Changes 1 to 1 that were written on this computer before .* are not in its database any more/,
    );
    expect(problem?.message).toContain('1 of them were only here');
    expect((await found.call('storage.status', {})).notes).toEqual([problem?.message]);
    await found.node.close();
    const later = openTestVessel({ directory: copy });
    expect((await later.call('sync.problems', {})).total).toBe(1);
    expect((await later.call('storage.status', {})).notes).toEqual([]);
    await later.node.close();
  });
});
