import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as nextTick } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import type { CopiesList } from '#shared/contract/copies.ts';
import { storageStatus } from '#shared/contract/storage.ts';
import type { Environment } from '#shared/ports.ts';
import { attach, photo, readWhole } from '#support/attachments.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { smallDisk } from '#support/small-disk.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until as untilWithin } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel, type TestVesselOptions } from '#support/vessel.ts';
import { requestRestoreByName } from '#vessel/copies/restore-request.ts';
import { verifyConnection } from '#vessel/store/verify/verify.ts';

const cutOffProgram = fileURLToPath(new URL('../../support/restore-cut-off-program.ts', import.meta.url));
/** Each copy is the work of a process of its own, which takes its time on a busy computer. */
const until: typeof untilWithin = (what, ask) => untilWithin(what, ask, { within: 40_000 });

const opened: TestVessel[] = [];
afterEach(async () => {
  for (const vessel of opened.splice(0)) await vessel.node.close();
});

function ship(options: TestVesselOptions = {}): TestVessel {
  const vessel = openTestVessel({ copies: true, ...options });
  opened.push(vessel);
  return vessel;
}

async function stop(vessel: TestVessel): Promise<void> {
  opened.splice(opened.indexOf(vessel), 1);
  await vessel.node.close();
}

const list = (vessel: TestVessel): Promise<CopiesList> => vessel.call('copies.list', {});

/** Waits until nothing is done any more. */
const atRest = (vessel: TestVessel): Promise<CopiesList> =>
  until('the copies at rest', async () => {
    const told = await list(vessel);
    return told.doing === null ? told : null;
  });

async function makeCopy(vessel: TestVessel): Promise<CopiesList['items'][number]> {
  let before = 0;
  await until('its turn', async () => {
    before = (await list(vessel)).items.length;
    return (await vessel.node.call({ method: 'copies.make' })).ok ? true : null;
  });
  const [made] = await until('the copy', async () => {
    const told = await list(vessel);
    if (told.trouble !== null) throw new Error(told.trouble);
    return told.items.length > before && told.doing === null ? told.items : null;
  });
  if (made === undefined) throw new Error('No copy');
  return made;
}

const create = (vessel: TestVessel, title: string) => vessel.call('workOrders.create', { title });
const titles = async (vessel: TestVessel): Promise<string[]> =>
  (await vessel.call('workOrders.list', { limit: 100 })).items.map(({ title }) => title).sort();
const backups = (vessel: TestVessel): string => join(vessel.directory, 'backups');

/** A clock that can be set on, and timers of minutes that come in moments. */
function hurriedTime(): Environment & { set(days: number): void } {
  const system = systemEnvironment(silentLog);
  let ahead = 0;
  const shorter: Readonly<Record<number, number>> = { 20_000: 10, 600_000: 150 };
  return {
    ...system,
    now: () => system.now() + ahead,
    monotonic: () => system.monotonic() + ahead,
    after: (milliseconds, action) => system.after(shorter[milliseconds] ?? milliseconds, action),
    set: (days) => {
      ahead = days * 86_400_000;
    },
  };
}

/** Where a page of a table begins, past its root. */
function pageOf(directory: string, table: string): number {
  const connection = new Database(join(directory, 'arus.db'), { readonly: true });
  try {
    const page = connection
      .prepare(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' LIMIT 1 OFFSET 2`)
      .pluck()
      .get(table);
    return (Number(page) - 1) * Number(connection.pragma('page_size', { simple: true }));
  } finally {
    connection.close();
  }
}

function spoil(file: string, at: number): void {
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, Buffer.alloc(3_000, 7), 0, 3_000, at);
  } finally {
    closeSync(handle);
  }
}

describe('a copy of the database', () => {
  test('made while writes go on is of one moment, is checked by folding, and says what it holds', async () => {
    const vessel = ship();
    await create(vessel, 'The first');
    const making = new AbortController();
    const writing = (async () => {
      for (let index = 0; !making.signal.aborted; index += 1) {
        await create(vessel, `While it is made ${index}`);
        await nextTurn();
      }
    })();
    const made = await makeCopy(vessel);
    making.abort();
    await writing;
    expect(made).toMatchObject({ kind: 'hand', state: 'checked', trouble: null });
    expect(made.contents?.lastChange).toMatchObject({ by: 'Bridge PC' });
    const copy = new Database(join(backups(vessel), made.name), { readonly: true });
    const verified = verifyConnection(copy);
    const orders = copy.prepare('SELECT title FROM work_order ORDER BY number').pluck().all();
    copy.close();
    expect(verified).toMatchObject({ ok: true, changes: made.contents?.changes });
    expect(orders).toHaveLength(made.contents?.orders ?? 0);
    // As many as were written by then, and none left out between.
    expect(orders).toEqual(['The first', ...orders.slice(1).map((_, index) => `While it is made ${index}`)]);
    expect(readdirSync(backups(vessel)).filter((name) => name.includes('.part'))).toEqual([]);
  });

  test('is made by itself every day, and no second one that day', async () => {
    const environment = hurriedTime();
    const vessel = ship({ environment });
    await create(vessel, 'Of the first day');
    const daily = (count: number) =>
      until(`${count} daily copies`, async () => {
        const { items, doing } = await list(vessel);
        return items.length === count && doing === null ? items : null;
      });
    await daily(1);
    // Some looks later there is none more.
    await nextTick(500);
    expect(await daily(1)).toMatchObject([{ kind: 'daily', state: 'checked' }]);
    environment.set(1.1);
    expect(await daily(2)).toMatchObject([{ kind: 'daily' }, { kind: 'daily' }]);
  });

  test('of which the making was killed half way counts as none, and what was left of it goes at the next start', async () => {
    const directory = temporaryDirectory('killed-copy');
    fillWithOrders(directory, 'mv-aurora', 2_000);
    const vessel = ship({ directory });
    await vessel.call('copies.make', {});
    const parts = (): string[] => readdirSync(backups(vessel)).filter((name) => name.includes('.part'));
    await until('a part of a copy', async () => (parts().length > 0 ? true : null));
    await stop(vessel);
    expect(parts()).not.toEqual([]);
    const again = ship({ directory });
    expect(parts()).toEqual([]);
    expect((await list(again)).items).toEqual([]);
  });

  test('that has become damaged since is told of at the next look, and is not offered', async () => {
    const environment = hurriedTime();
    const vessel = ship({ environment });
    await create(vessel, 'Kept');
    const { name } = await makeCopy(vessel);
    spoil(join(backups(vessel), name), 9_000);
    // The preview reads all of it and sees it at once.
    expect(await vessel.refusal('copies.preview', { name })).toMatchObject({
      message: expect.stringContaining('its file was damaged or changed'),
    });
    expect((await list(vessel)).items.find((each) => each.name === name)).toMatchObject({ state: 'unfit' });
    const other = await makeCopy(vessel);
    spoil(join(backups(vessel), other.name), 9_000);
    environment.set(1.5);
    const notes = await until('the look', async () => {
      const told = (await vessel.call('storage.status', {})).notes;
      return told.length > 0 ? told : null;
    });
    expect(notes[0]).toContain("A copy of the ship's database");
    expect(notes[0]).toContain('cannot be used any more');
  });

  test('is not begun where the disk has not twice the room: it is told, and those that are there stay', async () => {
    const disk = smallDisk(12);
    if (disk === null) return;
    const directory = join(disk.directory, 'vessel');
    mkdirSync(directory);
    const vessel = ship({ directory });
    await create(vessel, 'Kept');
    const first = await makeCopy(vessel);
    disk.fill();
    const handle = openSync(join(disk.directory, 'filler'), 'r+');
    ftruncateSync(handle, fstatSync(handle).size - 600_000);
    closeSync(handle);
    await vessel.call('copies.make', {});
    const told = await until('that it is told', async () => (await list(vessel)).trouble);
    expect(told).toMatch(/^No copy of the ship's database could be made\. The disk has 1 MB free/);
    expect(told).toContain(first.name);
    expect((await vessel.call('storage.status', {})).notes).toEqual([told]);
    expect((await atRest(vessel)).items.map(({ name }) => name)).toEqual([first.name]);
    await create(vessel, 'Orders go on');
    disk.free();
    await makeCopy(vessel);
    expect((await vessel.call('storage.status', {})).notes).toEqual([]);
  });

  test('made before the database changed its form is folded as it will be when it is put back', async () => {
    const directory = temporaryDirectory('older-form');
    fillWithOrders(directory, 'mv-aurora', 5);
    const older = new Database(join(directory, 'arus.db'));
    // As a program left it that knew five of the migrations.
    older.exec('ALTER TABLE sync_heads DROP COLUMN out_of_lane; DROP INDEX sync_problems_kind');
    older.exec('DROP TABLE meter; DROP TABLE meter_reading; DROP TABLE draft');
    older.pragma('user_version = 5');
    older.close();
    const vessel = ship({ directory, environment: hurriedTime() });
    const copies = await until('its check', async () => {
      const { items } = await list(vessel);
      return items.some(({ kind, state }) => kind === 'update' && state === 'checked') ? items : null;
    });
    expect(copies.find(({ kind }) => kind === 'update')).toMatchObject({
      contents: { orders: 5, changes: 5 },
    });
  });
});

describe('the second place', () => {
  test('gets each copy; its absence is told with since when; back again it gets the newest', async () => {
    const environment = hurriedTime();
    const vessel = ship({ environment });
    await create(vessel, 'Kept');
    const stick = join(temporaryDirectory('second'), 'stick');
    expect(await vessel.refusal('copies.setSecondPlace', { folder: 'stick' })).toMatchObject({
      code: 'invalid_input',
    });
    expect(await vessel.refusal('copies.setSecondPlace', { folder: vessel.directory })).toMatchObject({
      message: expect.stringContaining('another disk'),
    });
    mkdirSync(stick);
    await until('the daily copy', async () => {
      const { items, doing } = await list(vessel);
      return items.length > 0 && doing === null ? true : null;
    });
    await vessel.call('copies.setSecondPlace', { folder: stick });
    const reached = async (at: string) =>
      until('the newest copy there', async () => {
        const { secondPlace } = await list(vessel);
        return secondPlace?.newestAt === at && secondPlace.trouble === null ? secondPlace : null;
      });
    await reached((await list(vessel)).items[0]?.at ?? '');
    const [mine = ''] = readdirSync(join(stick, 'ARUS copies'));
    const there = (): string[] =>
      readdirSync(join(stick, 'ARUS copies', mine)).filter((name) => name.endsWith('.db'));
    expect(there()).toContain((await list(vessel)).items[0]?.name);

    // Pulled out: on Linux the folder that it was mounted on may stay.
    renameSync(stick, `${stick}-out`);
    mkdirSync(stick);
    const later = await makeCopy(vessel);
    const gone = await until('its absence', async () => (await list(vessel)).secondPlace?.trouble);
    expect(gone).toMatch(/has not got the newest one: .*another stick.*\. It was last reached on \d{4}-/);
    expect(readdirSync(stick)).toEqual([]);
    expect((await vessel.call('storage.status', {})).notes).toEqual([]);
    environment.set(4);
    await until('that it is told on every page', async () =>
      (await vessel.call('storage.status', {})).notes.some((note) => note.startsWith('The second place'))
        ? true
        : null,
    );

    rmSync(stick, { recursive: true });
    renameSync(`${stick}-out`, stick);
    const newest = await until('it is back', async () => {
      const { items, secondPlace } = await list(vessel);
      return secondPlace?.trouble === null && secondPlace.newestAt === items[0]?.at ? items[0] : null;
    });
    expect(newest.at >= later.at).toBe(true);
    expect((await vessel.call('storage.status', {})).notes).toEqual([]);
    expect(there()).toContain(newest.name);
  });
});

describe('a copy that is put back', () => {
  test('takes the place of the database, which is kept as a copy itself, and can be put back in turn', async () => {
    const vessel = ship();
    await create(vessel, 'Before the copy');
    const copy = await makeCopy(vessel);
    const later = await create(vessel, 'After the copy');
    const bytes = photo(5_000);
    const attached = await attach(vessel, later.id, bytes);
    const preview = await vessel.call('copies.preview', { name: copy.name });
    expect(preview).toMatchObject({
      copy: { contents: { orders: 1 } },
      here: { isReadable: true, orders: 2 },
      since: { changes: 2, ashore: 0, onlyHere: 2 },
    });
    await create(vessel, 'While somebody read the preview');
    const { name } = copy;
    expect(await vessel.refusal('copies.restore', { name, token: preview.token })).toMatchObject({
      code: 'stale',
    });
    const { token } = await vessel.call('copies.preview', { name });
    const heard: string[] = [];
    vessel.node.subscribe(({ event }) => heard.push(event));
    await vessel.call('copies.restore', { name, token });
    const note = await until('the restored node', async () => {
      const told = await vessel.node.call({ method: 'storage.status' });
      return told.ok ? storageStatus.parse(told.output).notes[0] : null;
    });
    expect(await titles(vessel)).toEqual(['Before the copy']);
    await until('that screens were told', async () => (heard.includes('storage.changed') ? true : null));
    expect(heard).toContain('records.changed');
    expect(note).toContain('Bridge PC put the ship');
    expect(note).toContain(
      '3 changes written on this computer since are not in it: shore is not known to hold any of them.',
    );
    expect((await vessel.call('sync.problems', {})).items).toMatchObject([
      { code: 'database_restored', message: note },
    ]);
    await create(vessel, 'On the restored one');

    await stop(vessel);
    // Days later files that no attachment has would be let go.
    const environment = hurriedTime();
    environment.set(3);
    const again = ship({ directory: vessel.directory, environment });
    expect((await again.call('storage.status', {})).notes).toEqual([]);
    const replaced = await until('its check', async () =>
      (await list(again)).items.find(({ kind, state }) => kind === 'replaced' && state === 'checked'),
    );
    expect(note).toContain(replaced.name);
    const back = await again.call('copies.preview', { name: replaced.name });
    expect(back).toMatchObject({ copy: { contents: { orders: 3 } }, since: { changes: 1 } });
    await again.call('copies.restore', { name: replaced.name, token: back.token });
    await until('what was replaced', async () =>
      (await titles(again).catch(() => [])).length === 3 ? true : null,
    );
    expect(await titles(again)).toEqual([
      'After the copy',
      'Before the copy',
      'While somebody read the preview',
    ]);
    expect(Buffer.from(await readWhole(again, attached.id)).equals(bytes)).toBe(true);
  });

  test('comes to a damaged database from its own page, and the damaged one is kept and not offered', async () => {
    const directory = temporaryDirectory('damaged-and-back');
    fillWithOrders(directory, 'mv-aurora', 500);
    let vessel = ship({ directory });
    const { name } = await makeCopy(vessel);
    await create(vessel, 'Lost with it');
    await stop(vessel);
    spoil(join(directory, 'arus.db'), pageOf(directory, 'work_order'));
    vessel = ship({ directory, environment: hurriedTime() });
    const damaged = await until('the damage', async () => {
      const told = await vessel.call('storage.status', {});
      return told.state === 'damaged' ? told.message : null;
    });
    expect(damaged).toContain(
      `(${name}, with 500 work orders). One change written on this computer since is not in it`,
    );
    expect(damaged).toContain("open Sync, Copies, and choose 'Go back to this copy…'");
    expect(await vessel.refusal('copies.make', {})).toMatchObject({ code: 'unavailable' });
    const { token } = await vessel.call('copies.preview', { name });
    await vessel.call('copies.restore', { name, token });
    await until('a database that is well', async () =>
      (await vessel.node.call({ method: 'workOrders.create', input: { title: 'Written again' } })).ok
        ? true
        : null,
    );
    expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(501);
    const kept = await until('the look at what was replaced', async () =>
      (await list(vessel)).items.find(({ kind, state }) => kind === 'replaced' && state === 'unfit'),
    );
    expect(await vessel.refusal('copies.preview', { name: kept.name })).toMatchObject({
      code: 'not_allowed',
    });
  });

  test('is named by a start that a damaged database refuses, and is put back by its name', async () => {
    const vessel = ship();
    await create(vessel, 'Kept');
    const { name } = await makeCopy(vessel);
    await create(vessel, 'Lost');
    await stop(vessel);
    const { directory } = vessel;
    writeFileSync(join(directory, 'arus.db'), 'no database'.repeat(1_000));
    expect(() => openTestVessel({ directory })).toThrow(
      new RegExp(
        `with 1 work order\\). One change .* is not in it; .* choose it in the app's window, or start ARUS with --restore-copy=${name}`,
      ),
    );
    const by = { vesselId: 'mv-aurora', by: 'Whoever started ARUS', at: Date.now() };
    expect(() => requestRestoreByName(directory, '../../etc/passwd', by)).toThrow(/no checked copy/);
    expect(() => requestRestoreByName(directory, name, { ...by, vesselId: 'mv-other' })).toThrow(/mv-aurora/);
    requestRestoreByName(directory, 'newest', by);
    const again = ship({ directory });
    expect(await titles(again)).toEqual(['Kept']);
    // Carried to a new computer, it is all that there is.
    const empty = temporaryDirectory('new-computer');
    mkdirSync(join(empty, 'backups'));
    for (const each of [name, name.replace(/db$/, 'json')])
      cpSync(join(directory, 'backups', each), join(empty, 'backups', each));
    requestRestoreByName(empty, 'newest', by);
    expect(await titles(ship({ directory: empty }))).toEqual(['Kept']);
  });

  test('that was spoilt after it was asked for changes nothing, and that is told', async () => {
    const vessel = ship();
    await create(vessel, 'Kept');
    const { name } = await makeCopy(vessel);
    await create(vessel, 'Since');
    await stop(vessel);
    requestRestoreByName(vessel.directory, name, { vesselId: 'mv-aurora', by: 'A. Berg', at: Date.now() });
    spoil(join(backups(vessel), name), 9_000);
    const again = ship({ directory: vessel.directory });
    expect(await titles(again)).toEqual(['Kept', 'Since']);
    expect((await again.call('storage.status', {})).notes[0]).toMatch(
      /was not put back .* Nothing was changed/,
    );
    expect(existsSync(join(vessel.directory, 'arus.db.restoring'))).toBe(false);
  });

  test('is written through no link that another account put in its way', async () => {
    const vessel = ship();
    await create(vessel, 'Kept');
    const { name } = await makeCopy(vessel);
    await stop(vessel);
    const { directory } = vessel;
    const mine = join(directory, 'mine');
    writeFileSync(mine, 'mine');
    symlinkSync(mine, join(directory, 'arus.db.restoring'));
    requestRestoreByName(directory, name, { vesselId: 'mv-aurora', by: 'A. Berg', at: Date.now() });
    expect(await titles(ship({ directory }))).toEqual(['Kept']);
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    expect(lstatSync(join(directory, 'arus.db')).isSymbolicLink()).toBe(false);
  });

  test('cut off by a kill at whatever step, is in its place after the next start, and what was here is kept once', async () => {
    const vessel = ship();
    await create(vessel, 'Kept');
    const { name } = await makeCopy(vessel);
    await create(vessel, 'Since');
    await stop(vessel);
    requestRestoreByName(vessel.directory, name, { vesselId: 'mv-aurora', by: 'A. Berg', at: Date.now() });
    const stepsSeen: number[] = [];
    for (let line = 1; line <= 6; line += 1) {
      const directory = temporaryDirectory('cut-off');
      cpSync(vessel.directory, directory, { recursive: true });
      const { signal } = spawnSync(process.execPath, [cutOffProgram, directory, String(line)]);
      if (signal === 'SIGKILL') stepsSeen.push(line);
      const again = openTestVessel({ directory });
      const shown = await titles(again);
      const notes = (await again.call('storage.status', {})).notes;
      await again.node.close();
      expect({ line, shown }).toEqual({ line, shown: ['Kept'] });
      expect(notes[0]).toContain('A. Berg put the ship');
      const replaced = readdirSync(join(directory, 'backups')).filter((each) => each.startsWith('replaced-'));
      expect(replaced).toHaveLength(1);
      const kept = new Database(join(directory, 'backups', replaced[0] ?? ''), { readonly: true });
      expect(kept.prepare('SELECT title FROM work_order ORDER BY title').pluck().all()).toEqual([
        'Kept',
        'Since',
      ]);
      kept.close();
      expect(readdirSync(directory).filter((each) => /restor/.test(each))).toEqual([]);
    }
    expect(stepsSeen).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
