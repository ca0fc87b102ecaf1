import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { Bridge, type StartOptions, polaris } from '#support/electron-stand-in/start.ts';
import { startProgram } from '#support/processes.ts';
import { until } from '#support/until.ts';
import { projectRoot } from '#support/project.ts';
import { installationOf } from './installation-of.ts';

let computer: Bridge;
beforeEach(() => {
  computer = new Bridge();
  chmodSync(computer.home, 0o755);
});
afterEach(() => computer.leave());

/** A group of users of this system; they need no names. */
const group = 54_320;
const other = 54_330;

/** The folder for all accounts, as an installer makes it. */
function makeShared(gid: number): string {
  const shared = computer.file('shared');
  mkdirSync(shared);
  chownSync(shared, process.getuid?.() ?? 0, gid);
  chmodSync(shared, 0o2770);
  return shared;
}

/** How the app is started in an account with a folder of its own. */
function account(name: string, user?: StartOptions['user']): StartOptions & { userData: string } {
  const userData = computer.file(name);
  mkdirSync(userData);
  if (user !== undefined) chownSync(userData, user.uid, user.gid);
  const environment = { ARUS_SHARED_FOLDER: computer.file('shared'), HOME: userData };
  return { userData, environment, ...(user === undefined ? {} : { user }) };
}

function setUp({ userData, user }: StartOptions & { userData: string }): void {
  const file = join(userData, 'arus.json');
  writeFileSync(file, JSON.stringify(polaris));
  if (user !== undefined) chownSync(file, user.uid, user.gid);
}

async function ask(app: DesktopApp, method: string, input: object): Promise<unknown> {
  return JSON.parse(String(await app.call('arus:call', [JSON.stringify({ id: 1, method, input })])));
}
const raise = (app: DesktopApp, title: string): Promise<unknown> => ask(app, 'workOrders.create', { title });
async function titles(app: DesktopApp): Promise<string[]> {
  const answer = z
    .object({ output: z.object({ items: z.array(z.object({ title: z.string() })) }) })
    .parse(await ask(app, 'workOrders.list', {}));
  return answer.output.items.map(({ title }) => title).toSorted();
}

/** What somebody outside of the group may do something with, or the group may not write to. */
function wronglyGuarded(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const { mode, gid } = lstatSync(join(folder, name));
    const isRight = (mode & 0o007) === 0 && (mode & 0o060) === 0o060 && gid === group;
    return isRight ? [] : [`${name} ${(mode & 0o7777).toString(8)} ${gid}`];
  });
}

describe('a ship on a computer with a folder for all accounts', () => {
  test('is moved there once, found again, and the person is told once and on the settings page', async () => {
    const own = account('first');
    setUp(own);
    const alone = await computer.start(own);
    await raise(alone, 'Test the horn');
    expect((await installationOf(alone).read()).place).toEqual({
      folder: own.userData,
      isShared: false,
      note: null,
    });
    await alone.close();

    const shared = makeShared(process.getgid?.() ?? 0);
    const moved = await computer.start(own);
    expect(await titles(moved)).toEqual(['Test the horn']);
    expect((await installationOf(moved).read()).place).toEqual({
      folder: shared,
      isShared: true,
      note: null,
    });
    expect(await moved.askedFor('dialog.showMessageBox')).toEqual([
      {
        type: 'info',
        title: 'MV Polaris – ARUS',
        message: expect.stringContaining(
          `The ship’s records were moved from ${own.userData} to ${shared}`,
        ) as string,
      },
    ]);
    await moved.close();
    const again = await computer.start(own);
    expect(await titles(again)).toEqual(['Test the horn']);
    expect(await again.askedFor('dialog.showMessageBox')).toEqual([]);
    await again.close();
    expect(readdirSync(shared).toSorted()).toEqual(['arus.json', 'logs', 'vessel']);
    expect(readdirSync(join(own.userData, 'logs'))).toContain('arus.log');
  });

  test('is not mixed with one that another account has of its own: that person is told, once', async () => {
    makeShared(process.getgid?.() ?? 0);
    const [first, second] = [account('first'), account('second')];
    setUp(first);
    setUp(second);
    await (await computer.start(first)).close();
    const app = await computer.start(second);
    const words = expect.stringContaining(`older folder with a ship in it, ${second.userData}`) as string;
    expect(await app.askedFor('dialog.showMessageBox')).toMatchObject([{ message: words }]);
    expect((await installationOf(app).read()).place).toMatchObject({ isShared: true, note: words });
    await app.close();
    const again = await computer.start(second);
    expect(await again.askedFor('dialog.showMessageBox')).toEqual([]);
    await again.close();
  });
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stdout.write('Not tried: only root can start a program as somebody else\n');

describe.skipIf(!isRoot)('two users of the system in one group', () => {
  const [one, two] = [
    { uid: 54_321, gid: group },
    { uid: 54_322, gid: group },
  ];

  test('work on one ship in turn, and the second is told who has it', async () => {
    const shared = makeShared(group);
    const [first, second] = [account('first', one), account('second', two)];
    setUp(first);
    const a = await computer.start(first);
    await raise(a, 'Raised by the first');
    const b = await computer.start(second);
    const words =
      /^Account number 54321 has had this ship open on this computer since \d\d? \w+ \d\d:\d\d\. Nothing was changed\. Close ARUS there, or log that account off; then the ship opens here\.$/;
    expect(await b.nodeSettled()).toMatchObject({
      phase: 'stopped',
      reason: expect.stringMatching(words) as string,
      nextAttemptAt: expect.any(Number) as number,
    });
    expect(wronglyGuarded(shared)).toEqual([]);
    const inUse = join(shared, 'broker-ca-00000000.pem');
    writeFileSync(inUse, 'read by the first when its link comes back');
    expect((await installationOf(b).read()).idIsFixed).toContain('Close it there first');
    expect(await installationOf(b).change({ timeZone: 'Asia/Tokyo' })).toMatchObject({
      said: 'saved',
      words: expect.stringContaining('goes on with what was set before') as string,
    });
    expect(existsSync(inUse)).toBe(true);
    rmSync(inUse);
    await b.nodeSettled();

    // As by a power cut, with its log and index left behind.
    a.kill();
    await a.exited;
    await b.call('arus:start-node', ['']);
    await until('the ship opens for the second', async () => (await b.nodeSettled()).phase === 'up');
    expect(await titles(b)).toEqual(['Raised by the first']);
    await raise(b, 'Raised by the second');
    expect(await installationOf(b).change({ name: 'MV Borealis' })).toMatchObject({ said: 'saved' });
    await b.nodeSettled();
    expect(await ask(b, 'copies.make', {})).toMatchObject({ ok: true });
    expect((await b.close()).code).toBe(0);
    expect(wronglyGuarded(shared)).toEqual([]);

    const later = await computer.start(first);
    expect(await titles(later)).toEqual(['Raised by the first', 'Raised by the second']);
    expect((await installationOf(later).read()).choice.name).toBe('MV Borealis');
    await raise(later, 'Raised by the first again');
    expect((await later.close()).code).toBe(0);
    expect(readdirSync(join(shared, 'vessel'))).not.toContain('in-use.json');
  });

  test('are told where the station host has the ship', async () => {
    const shared = makeShared(group);
    const [first, second] = [account('first', one), account('second', two)];
    setUp(first);
    expect((await (await computer.start(first)).close()).code).toBe(0);
    const program = join(projectRoot, 'src', 'main', 'station', 'vessel-program.ts');
    const options = ['--data', join(shared, 'vessel'), '--vessel', 'polaris', '--name', 'MV Polaris'];
    const station = startProgram(process.execPath, [program, ...options, '--no-mqtt', '--port', '0'], {
      user: one,
      directory: shared,
    });
    await station.line(/ at http:\/\/127\.0\.0\.1/);
    expect(await (await computer.start(second)).nodeSettled()).toMatchObject({
      reason: expect.stringContaining('Account number 54321 has been serving this ship (') as string,
    });
    expect(wronglyGuarded(shared)).toEqual([]);
    await station.stop();
  });

  test('and a third one outside of it keeps to itself, and is told why', async () => {
    makeShared(group);
    const third = account('third', { uid: 54_323, gid: other });
    const app = await computer.start(third);
    expect((await installationOf(app).read()).place).toMatchObject({
      folder: third.userData,
      isShared: false,
      note: expect.stringContaining('it is not used: this account may not write to it') as string,
    });
    expect((await app.close()).code).toBe(0);
  });
});
