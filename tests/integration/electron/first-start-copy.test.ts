import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CopyToRestore, InstallationAnswer } from '#shared/contract/installation.ts';
import { copyOnStick, madeOnStick } from '#support/copy-on-stick.ts';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { openTestVessel } from '#support/vessel.ts';
import { bridgeOf } from './bridge-of.ts';
import { installationOf, polarisChoice } from './installation-of.ts';

const stick = temporaryDirectory('stick');
const lost = temporaryDirectory('lost');
let copy: string;

beforeAll(async () => {
  fillWithOrders(lost, 'polaris', 400, () => 'x'.repeat(4_000));
  const ship = openTestVessel({
    directory: lost,
    vesselId: 'polaris',
    options: { vesselName: 'MV Polaris', device: 'Lost PC' },
  });
  const { id } = await ship.call('crew.create', { name: 'K. Ito', rank: 'Chief engineer' });
  await ship.call('workOrders.create', { title: 'Fit the zinc anodes' }, id);
  await ship.node.close();
  copy = copyOnStick(lost, stick);
});

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

async function choose(app: DesktopApp, path: string): Promise<InstallationAnswer> {
  await app.do({ do: 'will choose files', paths: [path] });
  return installationOf(app).ask({ ask: 'choose copy' });
}

async function chosen(app: DesktopApp, path = copy): Promise<CopyToRestore> {
  const answer = await choose(app, path);
  if (answer.said !== 'copy' || answer.copy === null) throw new Error(JSON.stringify(answer));
  return answer.copy;
}

const start = (app: DesktopApp, id?: string): Promise<InstallationAnswer> =>
  installationOf(app).ask({
    ask: 'save',
    choice: polarisChoice,
    ...(id === undefined ? {} : { copy: id }),
  });

/** Nothing but what the app makes at any start. */
const nothingMade = (): boolean =>
  !existsSync(bridge.file('vessel')) && !existsSync(bridge.file('arus.json'));

/** A copy of the copy with something done to it, as its own file on the stick. */
function altered(name: string, alter: (file: string) => void): string {
  const file = join(stick, name);
  copyFileSync(copy, file);
  alter(file);
  return file;
}

const sql =
  (...statements: string[]) =>
  (file: string): void => {
    const connection = new Database(file);
    for (const statement of statements) connection.exec(statement);
    connection.close();
  };

async function titles(app: DesktopApp): Promise<unknown> {
  const { call } = bridgeOf(openPage(app));
  return call({ id: 1, method: 'workOrders.list', input: { search: 'zinc anodes', limit: 5 } });
}

describe('a copy from a stick at a first start', () => {
  test('is read and checked, says whose it is, and the ship begins with it on Start alone', async () => {
    const before = readdirSync(dirname(copy));
    const app = await bridge.start();
    const taken = await chosen(app);
    expect(taken).toMatchObject({
      vessel: 'polaris',
      name: 'MV Polaris',
      file: 'daily-2026-11-28T02-00-00-000Z.db',
      madeAt: new Date(madeOnStick).toISOString(),
      orders: 401,
      records: 402,
      changes: 402,
      lastChange: { by: 'K. Ito, Chief engineer', device: 'Lost PC' },
      asMade: 'same',
      isSomethingHere: false,
    });
    expect(await installationOf(app).read()).toMatchObject({ isSetUp: false, copy: { id: taken.id } });
    expect(existsSync(bridge.file('arus.json'))).toBe(false);
    expect(readdirSync(bridge.file('vessel', 'backups'))).toEqual([`${taken.file}.part`]);
    // Nothing is written to the stick, which may be gone by now.
    expect(readdirSync(dirname(copy))).toEqual(before);
    const away = `${stick}-away`;
    copyFileSync(copy, away);
    rmSync(copy);
    try {
      expect(await start(app, taken.id)).toMatchObject({ said: 'saved' });
    } finally {
      copyFileSync(away, copy);
    }
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    expect(await titles(app)).toMatchObject({ output: { items: [{ title: 'Fit the zinc anodes' }] } });
    expect(readdirSync(bridge.file('vessel', 'backups')).toSorted()).toEqual([
      taken.file,
      taken.file.replace(/db$/, 'json'),
    ]);
    expect(existsSync(bridge.file('vessel', 'restore-request.json'))).toBe(false);
    expect(JSON.parse(readFileSync(bridge.file('arus.json'), 'utf8'))).toEqual(polaris);
    // It goes on as any restored database: under the name under which it wrote, until it meets shore.
    expect(await installationOf(app).read()).toMatchObject({ isSetUp: true, copy: null });
    expect(await choose(app, copy)).toMatchObject({ said: 'refused' });
  });

  test('is refused in words where it is none that can be gone back to, and nothing stays of it', async () => {
    const app = await bridge.start();
    const loop = join(stick, 'loop.db');
    symlinkSync(loop, loop);
    const files: [string, RegExp][] = [
      [altered('words.db', (file) => writeFileSync(file, 'not a database '.repeat(60))), /is not a copy of/],
      [altered('short.db', (file) => truncateSync(file, 60)), /is not a copy of/],
      [altered('cut.db', (file) => truncateSync(file, 900_000)), /damaged/],
      [altered('newer.db', sql('PRAGMA user_version = 999')), /newer ARUS/],
      [
        altered(
          'trigger.db',
          sql(
            'CREATE TRIGGER "t; DROP TABLE crew_member" AFTER INSERT ON work_order BEGIN DELETE FROM crew_member; END',
          ),
        ),
        /form is another/,
      ],
      [
        altered(
          'view.db',
          sql(
            'DROP TABLE node_settings',
            'CREATE VIEW node_settings AS WITH RECURSIVE n(name, value) AS (SELECT 1, 1 UNION ALL SELECT name + 1, 1 FROM n) SELECT * FROM n',
          ),
        ),
        /form is another/,
      ],
      [
        altered(
          'other.db',
          sql(
            'DROP TRIGGER work_order_journal_update',
            "UPDATE work_order SET title = 'Not so' WHERE title LIKE '%anodes'",
          ),
        ),
        /journal does not give its records/,
      ],
      [
        altered('nobody.db', sql("UPDATE node_settings SET value = '../up/#' WHERE name = 'vessel_id'")),
        /cannot be gone back to/,
      ],
      [altered('live.db', sql('PRAGMA journal_mode = WAL')), /as ARUS works on it/],
      [join(stick, 'gone.db'), /cannot be read to its end \(ENOENT\)/],
      [loop, /cannot be read to its end \(ELOOP\)/],
      [stick, /is not a file/],
    ];
    for (const [file, words] of files) {
      expect(await choose(app, file), file).toMatchObject({
        said: 'refused',
        words: expect.stringMatching(words) as unknown,
      });
      expect(nothingMade(), file).toBe(true);
    }
    // What was chosen before stays chosen.
    const taken = await chosen(app);
    expect(await choose(app, files[0]?.[0] ?? '')).toMatchObject({ said: 'refused' });
    expect(await installationOf(app).read()).toMatchObject({ copy: { id: taken.id } });
    expect(await installationOf(app).ask({ ask: 'leave copy' })).toEqual({ said: 'copy', copy: null });
    expect(nothingMade()).toBe(true);
    expect(await app.nodeSettled()).toMatchObject({ phase: 'first-start' });
  });

  test('says what the note beside it is worth, and believes nothing else of it', async () => {
    const app = await bridge.start();
    const note = JSON.parse(readFileSync(copy.replace(/db$/, 'json'), 'utf8')) as Record<string, unknown>;
    const named = altered('by-hand-2026-11-20T10-00-00-000Z.db', () => {});
    const beside = named.replace(/db$/, 'json');
    writeFileSync(beside, JSON.stringify({ ...note, sha256: 'ff', vessel: 'borealis', orders: 7, at: 5 }));
    const byName = { vessel: 'polaris', orders: 401, madeAt: '2026-11-20T10:00:00.000Z' };
    expect(await chosen(app, named)).toMatchObject({ ...byName, asMade: 'changed' });
    for (const text of ['{', '['.repeat(60_000), JSON.stringify({ ...note, held: 'x'.repeat(200_000) })]) {
      writeFileSync(beside, text);
      expect(await chosen(app, named)).toMatchObject({ ...byName, asMade: 'none' });
    }
    rmSync(beside);
    mkdirSync(beside);
    expect(await chosen(app, named)).toMatchObject({ ...byName, asMade: 'none' });
    expect(readdirSync(bridge.file('vessel', 'backups'))).toHaveLength(1);
  });

  test('is told in words where its stick is pulled out or the disk is full, and can be chosen again', async () => {
    const app = await bridge.start();
    // The first read is of its beginning.
    app.failFiles({ calls: 'read', path: copy, code: 'EIO', after: 3 });
    expect(await choose(app, copy)).toMatchObject({
      said: 'refused',
      words: expect.stringMatching(
        /cannot be read to its end \(EIO\)\. Look whether the disk or stick is still in.*Nothing was changed/s,
      ) as unknown,
    });
    expect(nothingMade()).toBe(true);
    app.failFiles({ calls: 'write', path: '.part', code: 'ENOSPC', after: 1 });
    expect(await choose(app, copy)).toMatchObject({
      said: 'refused',
      words: expect.stringMatching(/The disk is full.*Nothing was changed/s) as unknown,
    });
    expect(nothingMade()).toBe(true);
    expect(app.filesFailed()).toHaveLength(2);
    expect(await chosen(app)).toMatchObject({ vessel: 'polaris' });
  });

  test('is not begun with where the settings cannot be written, and is once they can', async () => {
    const app = await bridge.start();
    const taken = await chosen(app);
    for (const path of ['restore-request.json', 'arus.json']) {
      const right = app.failFiles({ calls: 'write', path, code: 'ENOSPC', times: Infinity });
      expect(await start(app, taken.id)).toMatchObject({
        said: 'refused',
        words: expect.stringMatching(/ENOSPC.*Nothing was changed/s) as unknown,
      });
      right();
      expect(existsSync(bridge.file('arus.json'))).toBe(false);
      expect(existsSync(bridge.file('vessel', 'restore-request.json'))).toBe(false);
      expect(await app.nodeSettled()).toMatchObject({ phase: 'first-start' });
    }
    expect(await start(app, taken.id)).toMatchObject({ said: 'saved' });
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    expect(await titles(app)).toMatchObject({ output: { items: [{ title: 'Fit the zinc anodes' }] } });
  });

  test('is forgotten with the app, and no other ship, and no ship without it, begins by mistake', async () => {
    const app = await bridge.start();
    const taken = await chosen(app);
    const other = { ...polarisChoice, vessel: 'borealis' };
    expect(await installationOf(app).ask({ ask: 'save', choice: other, copy: taken.id })).toMatchObject({
      said: 'refused',
      problems: { vessel: 'The copy is of polaris, and can be no other ship’s' },
    });
    app.kill();
    await app.exited;
    expect(existsSync(bridge.file('vessel', 'backups'))).toBe(true);
    appendFileSync(bridge.file('vessel', 'restore-request.json'), 'left by a power cut');
    const again = await bridge.start();
    expect(nothingMade()).toBe(true);
    expect(await installationOf(again).read()).toMatchObject({ copy: null });
    expect(await start(again, taken.id)).toMatchObject({
      said: 'refused',
      problems: { copy: 'Choose the copy again, or leave it out' },
    });
    expect(nothingMade()).toBe(true);
  });

  test('is taken away again where the power went between its being put in place and the settings', async () => {
    const app = await bridge.start();
    const { file } = await chosen(app);
    app.kill();
    await app.exited;
    const folder = bridge.file('vessel', 'backups');
    const [draft = ''] = readdirSync(folder).filter((name) => name.startsWith(file));
    renameSync(join(folder, draft), join(folder, file));
    const keepAs = 'replaced-2026-03-01T00-00-00-000Z.db';
    const request = { name: file, sha256: 'ab', at: 1, by: 'Somebody', keepAs, isBrought: true };
    writeFileSync(bridge.file('vessel', 'restore-request.json'), JSON.stringify(request));
    const again = await bridge.start();
    expect(nothingMade()).toBe(true);
    expect(await start(again)).toMatchObject({ said: 'saved' });
    expect(await again.nodeSettled()).toMatchObject({ phase: 'up' });
  });

  test('that cannot be put in place after all is named with the reason, and offered again', async () => {
    const app = await bridge.start();
    const taken = await chosen(app);
    app.failFiles({ calls: 'write', path: 'arus.db.restoring', code: 'ENOSPC' });
    expect(await start(app, taken.id)).toMatchObject({ said: 'saved' });
    expect(await app.nodeSettled()).toMatchObject({
      phase: 'stopped',
      reason: expect.stringMatching(
        /^The copy \S+ could not be put in the database's place: .*ENOSPC/,
      ) as unknown,
      copy: { name: taken.file },
    });
    await app.call('arus:go-back-to', [taken.file]);
    await until('the ship begins with it', async () => (await app.nodeSettled()).phase === 'up');
  });

  test('is for the whole group where the ship’s folder is one for a group', async () => {
    const shared = bridge.file('shared');
    mkdirSync(shared);
    chmodSync(shared, 0o2770);
    const app = await bridge.start({ environment: { ARUS_SHARED_FOLDER: shared } });
    const taken = await chosen(app);
    const answer = await start(app, taken.id);
    expect(answer).toMatchObject({ said: 'saved' });
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    const modeOf = (...path: string[]): number => statSync(join(shared, 'vessel', ...path)).mode & 0o777;
    expect([modeOf(), modeOf('backups'), modeOf('arus.db'), modeOf('backups', taken.file)]).toEqual([
      0o770, 0o770, 0o660, 0o660,
    ]);
  });
});
