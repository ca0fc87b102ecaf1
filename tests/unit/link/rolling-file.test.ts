import fs, { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rollingFile } from '#link/rolling-file.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

const most = 1_000;
const line = `${'x'.repeat(99)}\n`;
let folder: string;
let file: string;
let aside: string;
let rolled: string[];

const open = () => rollingFile(file, most, (how) => rolled.push(how));
const size = (of: string): number => statSync(of, { throwIfNoEntry: false })?.size ?? 0;
const failAll = (name: 'renameSync' | 'copyFileSync' | 'ftruncateSync', code: string): void => {
  vi.spyOn(fs, name).mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
  syncBuiltinESMExports();
};

beforeEach(() => {
  folder = join(temporaryDirectory('log'), 'logs');
  file = join(folder, 'arus.log');
  aside = join(folder, 'arus.1.log');
  rolled = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('a log', () => {
  test('is put aside while it is written to, and two files hold twice the limit and two lines', () => {
    const log = open();
    for (let lines = 0; lines < 100; lines += 1) {
      expect(log.write(line)).toBe(true);
      expect(size(file)).toBeLessThanOrEqual(most + line.length);
      expect(size(aside)).toBeLessThanOrEqual(most + line.length);
    }
    expect(size(aside)).toBeGreaterThan(0);
    expect(rolled).toEqual([]);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('that an earlier run let grow is put aside before the first line', () => {
    mkdirSync(folder);
    writeFileSync(file, 'y'.repeat(most + 1));
    open().write(line);
    expect(readFileSync(file, 'utf8')).toBe(line);
    expect(size(aside)).toBe(most + 1);
  });

  test('that another program holds is copied, goes on empty, and says so', () => {
    failAll('renameSync', 'EXDEV');
    const log = open();
    for (let lines = 0; lines < 11; lines += 1) log.write(line);
    expect(rolled).toEqual([]);
    log.write('last\n');
    expect(rolled).toEqual(['copied']);
    expect(readFileSync(aside, 'utf8')).toBe(line.repeat(11));
    expect(readFileSync(file, 'utf8')).toBe('last\n');
  });

  test('that can be neither moved nor copied stays within twice the limit, a line and an eighth', () => {
    failAll('renameSync', 'EXDEV');
    failAll('copyFileSync', 'ENOSPC');
    const log = open();
    for (let lines = 0; lines < 100; lines += 1) {
      expect(log.write(line)).toBe(true);
      expect(size(file)).toBeLessThanOrEqual(2.125 * most + line.length);
    }
    expect(new Set(rolled)).toEqual(new Set(['cut']));
    expect(existsSync(aside)).toBe(false);
  });

  test('loses nothing where it cannot even be cut', () => {
    for (const name of ['renameSync', 'copyFileSync', 'ftruncateSync'] as const) failAll(name, 'EACCES');
    mkdirSync(folder);
    writeFileSync(file, 'y'.repeat(3 * most));
    const log = open();
    expect(log.write(line)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(`${'y'.repeat(3 * most)}${line}`);
  }, 30_000);

  test('of two programs is moved by one of them, and both go on in the new one', () => {
    const [one, other] = [open(), open()];
    for (let lines = 0; lines < 9; lines += 1) other.write(line);
    for (let lines = 0; lines < 12; lines += 1) one.write(line);
    const moved = readFileSync(aside, 'utf8');
    for (let lines = 0; lines < 3; lines += 1) other.write(line);
    other.write('other\n');
    expect(readFileSync(aside, 'utf8').startsWith(moved)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('other\n');
  });

  test('whose folder cannot be made goes to standard error', () => {
    const elsewhere = join(temporaryDirectory('log'), 'a-file');
    writeFileSync(elsewhere, '');
    const log = rollingFile(join(elsewhere, 'arus.log'), most, () => {});
    expect(log.write('A line of the log that has no file.\n')).toBe(true);
  });
});
