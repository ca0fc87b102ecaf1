import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProgram } from '#support/processes.ts';
import { projectRoot } from '#support/project.ts';
import { smallDisk } from '#support/small-disk.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { openTestVessel } from '#support/vessel.ts';
import { makePrivate } from '#link/private-files.ts';
import { lockDirectory } from '#vessel/store/directory-lock.ts';
import { MoveError, type MovePorts, begunMove } from '../../../src/main/electron/place/move-ship.ts';
import { settleShipPlace, standingShipPlace } from '../../../src/main/electron/place/ship-place.ts';
import type { Places } from '../../../src/main/electron/place/places.ts';

const warnings: string[] = [];
const ports: MovePorts = {
  platform: process.platform,
  account: 'bridge1',
  lock: lockDirectory,
  settleRights: makePrivate,
  log: { info: () => {}, warn: (_about, text) => void warnings.push(text ?? '') },
};

/** A computer with a folder for all accounts, and one account's own with a ship in it that has a record. */
async function computer(): Promise<Places & { id: string }> {
  const folder = temporaryDirectory('place');
  const [shared, own] = [join(folder, 'shared'), join(folder, 'own')];
  mkdirSync(shared);
  chmodSync(shared, 0o2770);
  mkdirSync(own);
  return { shared, own, former: [own], id: await ship(own) };
}

async function ship(folder: string): Promise<string> {
  const vessel = openTestVessel({ directory: join(folder, 'vessel') });
  const { id } = await vessel.call('workOrders.create', { title: 'Test the horn' });
  await vessel.node.close();
  writeFileSync(join(folder, 'arus.json'), JSON.stringify({ vessel: 'polaris', ca: 'office.pem' }));
  writeFileSync(join(folder, 'office.pem'), 'an authority');
  writeFileSync(join(folder, 'broker-password-0a0b0c0d.txt'), 'secret');
  writeFileSync(join(folder, 'window-state.json'), '{}');
  return id;
}

async function titleIn(folder: string, id: string): Promise<string> {
  const vessel = openTestVessel({ directory: join(folder, 'vessel') });
  const { title } = await vessel.call('workOrders.get', { id });
  await vessel.node.close();
  return title;
}

async function cutOff({ own, shared }: Places, step: string): Promise<void> {
  const program = join(projectRoot, 'tests', 'support', 'move-cut-off-program.ts');
  expect(await startProgram(process.execPath, [program, own, shared, step]).ended).toMatchObject({
    signal: 'SIGKILL',
  });
}

describe('a ship that lies in an account’s own folder', () => {
  test('is moved to the folder for all accounts once, with its record, and the group may work with it', async () => {
    const places = await computer();
    const { own, shared, id } = places;
    expect(standingShipPlace(places)).toBe(own);
    const place = settleShipPlace(places, ports);
    expect(place).toMatchObject({ folder: shared, isShared: true, note: null });
    expect(place.news).toContain(`were moved from ${own} to ${shared}`);
    expect(readdirSync(own).toSorted()).toEqual(['Where the ship is.txt', 'window-state.json']);
    expect(readFileSync(join(own, 'Where the ship is.txt'), 'utf8')).toContain(shared);
    expect(readdirSync(shared).toSorted()).toEqual([
      'arus.json',
      'broker-password-0a0b0c0d.txt',
      'office.pem',
      'vessel',
    ]);
    const modeOf = (...path: string[]): number => statSync(join(shared, ...path)).mode & 0o7777;
    expect(modeOf('vessel')).toBe(0o2770);
    expect(modeOf('vessel', 'backups')).toBe(0o2770);
    expect(modeOf('vessel', 'arus.db')).toBe(0o660);
    expect(modeOf('broker-password-0a0b0c0d.txt')).toBe(0o660);
    expect(await titleIn(shared, id)).toBe('Test the horn');
    expect(settleShipPlace(places, ports)).toEqual({
      folder: shared,
      isShared: true,
      note: null,
      news: null,
    });
    expect(standingShipPlace(places)).toBe(shared);
  });

  test.each([
    'marked',
    'broker-password-0a0b0c0d.txt',
    'office.pem',
    'vessel',
    'arus.json',
    'rights',
    'notice',
    'mark removed',
  ])('is moved wholly at the next start where the computer was cut off after: %s', async (step) => {
    const places = await computer();
    const { own, shared, id } = places;
    await cutOff(places, step);
    if (step !== 'mark removed') {
      expect(() => standingShipPlace(places)).toThrow(MoveError);
      const another = { ...places, own: join(own, 'other'), former: [join(own, 'other')] };
      // What is wholly here keeps nobody out: the account that moved it may not come back.
      if (['arus.json', 'rights', 'notice'].includes(step))
        expect(settleShipPlace(another, ports)).toMatchObject({ folder: shared, news: null });
      else
        expect(() => settleShipPlace(another, ports)).toThrow(
          /Account bridge1 was moving .* Log on as that account/,
        );
    }
    expect(settleShipPlace(places, ports)).toMatchObject({ folder: shared, isShared: true });
    expect(begunMove(shared)).toBeNull();
    expect(readdirSync(own).toSorted()).toEqual(['Where the ship is.txt', 'window-state.json']);
    expect(await titleIn(shared, id)).toBe('Test the horn');
    expect(statSync(join(shared, 'vessel', 'arus.db')).mode & 0o777).toBe(0o660);
  });

  test('stays where it was, whole, where something has the name of its settings meanwhile', async () => {
    const places = await computer();
    await cutOff(places, 'vessel');
    writeFileSync(join(places.shared, 'arus.json'), '{}');
    const place = settleShipPlace(places, ports);
    expect(place).toMatchObject({ folder: places.own, isShared: false, news: null });
    expect(place.note).toContain('arus.json is there already');
    expect(await titleIn(places.own, places.id)).toBe('Test the horn');
    expect(existsSync(join(places.own, 'office.pem'))).toBe(true);
    expect(begunMove(places.shared)).toBeNull();
  });

  test('is waited for by an account that comes first, which is told so and sets up no other', async () => {
    const places = await computer();
    const newcomer = { ...places, own: join(places.own, 'other'), former: [join(places.own, 'other')] };
    expect(settleShipPlace(newcomer, ports)).toMatchObject({
      folder: places.shared,
      note: expect.stringContaining('do not set up a ship here: log on as that account') as string,
    });
    mkdirSync(join(places.shared, 'vessel'));
    expect(settleShipPlace(places, ports)).toMatchObject({ folder: places.shared });
    expect(settleShipPlace(newcomer, ports)).toMatchObject({ folder: places.shared, note: null });
  });

  test('stays while a node works on it', async () => {
    const places = await computer();
    const vessel = openTestVessel({ directory: join(places.own, 'vessel') });
    expect(settleShipPlace(places, ports)).toMatchObject({
      folder: places.own,
      note: expect.stringContaining('another ARUS has it open') as string,
    });
    expect(readdirSync(places.shared)).toEqual([]);
    await vessel.node.close();
    expect(settleShipPlace(places, ports).folder).toBe(places.shared);
  });

  test('stays where the other folder lies on another disk, and says so', async () => {
    const disk = smallDisk(16);
    if (disk === null) return;
    const places = { ...(await computer()), shared: join(disk.directory, 'shared') };
    mkdirSync(places.shared);
    chmodSync(places.shared, 0o2770);
    const place = settleShipPlace(places, ports);
    expect(place).toMatchObject({ folder: places.own, isShared: false });
    expect(place.note).toContain('the two lie on different disks');
    expect(warnings.at(-1)).toBe(place.note);
    expect(readdirSync(places.shared)).toEqual([]);
  });

  test('stays where there is a ship in the folder for all, and the person is told', async () => {
    const places = await computer();
    await ship(places.shared);
    const before = readdirSync(places.own);
    const place = settleShipPlace(places, ports);
    expect(place).toMatchObject({ folder: places.shared, isShared: true });
    expect(place.news).toContain(`older folder with a ship in it, ${places.own}`);
    expect(place.note).toBe(place.news);
    expect(readdirSync(places.own)).toEqual(before);
  });

  test('loses nothing that is not the ship’s to a mark that somebody put there', async () => {
    const places = await computer();
    const mark = { from: places.own, account: 'x', names: ['window-state.json', 'arus.json'] };
    writeFileSync(join(places.shared, 'being-moved.json'), JSON.stringify(mark));
    expect(settleShipPlace(places, ports).folder).toBe(places.shared);
    expect(readdirSync(places.own)).toContain('window-state.json');
    expect(await titleIn(places.shared, places.id)).toBe('Test the horn');
  });

  test('stays whole where such a mark leaves out what has moved, and takes nothing in that was never the ship’s', async () => {
    const { own, shared, ...places } = await computer();
    const mark = { from: own, account: 'x', names: ['screen'] };
    writeFileSync(join(shared, 'being-moved.json'), JSON.stringify(mark));
    writeFileSync(join(shared, 'arus.json'), '{}');
    mkdirSync(join(shared, 'screen'));
    const before = readdirSync(own).toSorted();
    expect(settleShipPlace({ ...places, own, shared }, ports)).toMatchObject({
      folder: own,
      note: expect.stringContaining('They are complete there.') as string,
    });
    expect(readdirSync(own).toSorted()).toEqual(before);
    expect(await titleIn(own, places.id)).toBe('Test the horn');
  });
});

describe('a folder of the name of that for all accounts', () => {
  const refused: [string, (shared: string) => void, string][] = [
    [
      'is a link',
      (shared) => {
        mkdirSync(`${shared}-elsewhere`);
        chmodSync(`${shared}-elsewhere`, 0o2770);
        symlinkSync(`${shared}-elsewhere`, shared);
      },
      'it is a link to another place',
    ],
    ['is a file', (shared) => writeFileSync(shared, ''), 'it is not a folder'],
    [
      'may be written to by everybody',
      (shared) => {
        mkdirSync(shared);
        chmodSync(shared, 0o2777);
      },
      'everybody may write to it',
    ],
    [
      'is for one user alone',
      (shared) => {
        mkdirSync(shared);
        chmodSync(shared, 0o700);
      },
      'it is not set up for a group',
    ],
  ];
  test.each(refused)('that %s is not used, and the person is told why', async (_what, put, why) => {
    const { own, former } = await computer();
    const shared = `${own}-shared`;
    put(shared);
    const place = settleShipPlace({ shared, own, former }, ports);
    expect(place).toMatchObject({ folder: own, isShared: false, news: null });
    expect(place.note).toContain(why);
  });
});
