import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { electronBinary } from '../../scripts/electron-binary.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

test('an Electron binary is found where the environment says it lies, without a download', () => {
  const directory = temporaryDirectory('electron');
  const named = join(directory, 'electron');
  expect(electronBinary({ ELECTRON_EXEC_PATH: named })).toBeNull();
  expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: directory })).toBeNull();
  writeFileSync(named, '');
  expect(electronBinary({ ELECTRON_EXEC_PATH: named })).toBe(named);
  expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: directory })).toBe(named);
});
