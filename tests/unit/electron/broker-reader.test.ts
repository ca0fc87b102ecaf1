import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readFromDisk } from '#link/configuration.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { brokerReader } from '../../../src/main/electron/broker-reader.ts';

const option = '--mqtt-password-file';
let own: string;
let shared: string;
beforeEach(() => {
  const folder = temporaryDirectory('broker-reader');
  own = join(folder, 'diary.txt');
  shared = join(folder, 'shared');
  mkdirSync(shared);
  writeFileSync(own, 'mine alone');
  writeFileSync(join(shared, 'broker-password-1.txt'), 'secret');
});
const read = (file: string, isShared: boolean, ofThisRun: string | null = null): string =>
  brokerReader({
    settingsFile: join(shared, 'arus.json'),
    isShared,
    ofThisRun,
    fromDisk: readFromDisk,
  })(file, option);

test('where several accounts write the settings, a password is read from a plain file beside them alone', () => {
  expect(read(join(shared, 'broker-password-1.txt'), true)).toBe('secret');
  symlinkSync(own, join(shared, 'link.txt'));
  linkSync(own, join(shared, 'other-name.txt'));
  for (const file of [own, join(shared, 'link.txt'), join(shared, 'other-name.txt')])
    expect(() => read(file, true)).toThrow();
});

test('whoever starts the app may name any file, and so may settings that are one account’s own', () => {
  expect(read(own, true, own)).toBe('mine alone');
  expect(read(own, false)).toBe('mine alone');
});
