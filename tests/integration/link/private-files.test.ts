import { chmodSync, linkSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giveToGroup, newFileMode } from '#files/group-folder.ts';
import { makePrivate } from '#link/private-files.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o1777).toString(8);

function filled(): string {
  const folder = join(temporaryDirectory('private'), 'data');
  for (const each of [folder, join(folder, 'backups'), join(folder, 'pictures')]) {
    mkdirSync(each);
    chmodSync(each, 0o755);
  }
  for (const name of ['arus.db', 'arus.db-wal', 'backups/before.db', 'pictures/own.jpg', 'notes.txt']) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o644);
  }
  return folder;
}

test('a data folder that everybody may read is closed to others, whole folders of ours included', () => {
  const folder = filled();
  expect(makePrivate(folder, ['arus.db', 'backups'])).toEqual([]);
  expect([folder, join(folder, 'backups')].map(modeOf)).toEqual(['700', '700']);
  expect(['arus.db', 'arus.db-wal', 'backups/before.db'].map((name) => modeOf(join(folder, name)))).toEqual([
    '600',
    '600',
    '600',
  ]);
});

test('what is not ours stays as it is: other files, what links lead to, a folder that everybody may write to', () => {
  const folder = filled();
  const elsewhere = join(temporaryDirectory('elsewhere'), 'file');
  writeFileSync(elsewhere, '');
  chmodSync(elsewhere, 0o644);
  symlinkSync(elsewhere, join(folder, 'arus.db-shm'));
  chmodSync(folder, 0o1777);
  makePrivate(folder, ['arus.db', 'backups']);
  expect(modeOf(folder)).toBe('1777');
  expect(modeOf(join(folder, 'pictures/own.jpg'))).toBe('644');
  expect(modeOf(join(folder, 'notes.txt'))).toBe('644');
  expect(modeOf(elsewhere)).toBe('644');
  expect(modeOf(join(folder, 'arus.db'))).toBe('600');
});

test('a folder that is not there yet is no trouble', () => {
  expect(makePrivate(join(temporaryDirectory('nothing'), 'none'), ['arus.db'])).toEqual([]);
});

test('in a folder for a group, that group gets what everybody else is kept from', () => {
  const folder = filled();
  chmodSync(folder, 0o2770);
  chmodSync(join(folder, 'arus.db-wal'), 0o600);
  expect(makePrivate(folder, ['arus.db', 'backups'])).toEqual([]);
  expect(['.', 'backups'].map((name) => modeOf(join(folder, name)))).toEqual(['770', '770']);
  expect(['arus.db', 'arus.db-wal', 'backups/before.db'].map((name) => modeOf(join(folder, name)))).toEqual([
    '660',
    '660',
    '660',
  ]);
  expect(modeOf(join(folder, 'notes.txt'))).toBe('644');
  expect(newFileMode(join(folder, 'arus.json'))).toBe(0o660);
  expect(newFileMode(join(temporaryDirectory('own'), 'arus.json'))).toBe(0o600);
});

test('what somebody put in the place of a file or of a folder above it is not given to the group', () => {
  const folder = filled();
  chmodSync(folder, 0o2770);
  const within = { folder, gid: statSync(folder).gid };
  const elsewhere = join(temporaryDirectory('elsewhere'), 'backups');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'before.db'), '');
  chmodSync(join(elsewhere, 'before.db'), 0o600);
  // As between the moment at which the folder is read and the one at which its file is reached.
  renameSync(join(folder, 'backups'), join(folder, 'away'));
  symlinkSync(elsewhere, join(folder, 'backups'));
  symlinkSync(join(elsewhere, 'before.db'), join(folder, 'arus.db-shm'));
  linkSync(join(elsewhere, 'before.db'), join(folder, 'arus.db-other'));
  for (const name of ['backups/before.db', 'arus.db-shm', 'arus.db-other'])
    expect(() => giveToGroup(join(folder, name), within)).toThrow();
  expect(modeOf(join(elsewhere, 'before.db'))).toBe('600');
  giveToGroup(join(folder, 'away/before.db'), within);
  expect(modeOf(join(folder, 'away/before.db'))).toBe('660');
});
