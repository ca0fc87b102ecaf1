import fs, {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { patiently } from '#files/held-files.ts';
import { rollingFile } from '#link/rolling-file.ts';
import { copyPieces } from '#vessel/copies/copy-file.ts';
import { syncFolder, writeNew, writeWhole } from '#files/whole-files.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

const failing = (code: string): Error => Object.assign(new Error(`${code}: on purpose`), { code });

/** Lets one function of the system fail so often, then go as usual. */
function fail(name: 'fsyncSync' | 'linkSync' | 'renameSync', code: string, times: number): void {
  const spy = vi.spyOn(fs, name);
  for (let time = 0; time < times; time += 1)
    spy.mockImplementationOnce(() => {
      throw failing(code);
    });
  syncBuiltinESMExports();
}

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('what another program holds for a moment', () => {
  test.each(['EBUSY', 'EPERM', 'EACCES'])('is done when it lets go (%s)', (code) => {
    let calls = 0;
    const done = patiently(() => {
      calls += 1;
      if (calls < 4) throw failing(code);
      return 'done';
    });
    expect([done, calls]).toEqual(['done', 4]);
  });

  test('is given up with the reason when it never does', () => {
    const action = vi.fn<() => void>(() => {
      throw failing('EBUSY');
    });
    expect(() => patiently(action)).toThrow('EBUSY: on purpose');
    expect(action).toHaveBeenCalledTimes(8);
  });

  test.each(['ENOSPC', 'ENOENT', 'EROFS', 'EIO'])(
    'is not waited for where it is something else (%s)',
    (code) => {
      const action = vi.fn<() => void>(() => {
        throw failing(code);
      });
      expect(() => patiently(action)).toThrow(code);
      expect(action).toHaveBeenCalledTimes(1);
    },
  );
});

describe('a file that is written whole', () => {
  test('takes the place of the one before it, for this user alone, through a scanner that holds it', () => {
    const file = join(temporaryDirectory('files'), 'settings.json');
    writeWhole(file, 'first');
    fail('renameSync', 'EPERM', 3);
    writeWhole(file, 'second');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('leaves the one before it, and no draft, where it cannot', () => {
    const folder = temporaryDirectory('files');
    const file = join(folder, 'settings.json');
    writeWhole(file, 'first');
    fail('renameSync', 'ENOSPC', 1);
    expect(() => writeWhole(file, 'second')).toThrow('ENOSPC');
    expect(readFileSync(file, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });
});

describe('a link that another account put in a shared folder', () => {
  test('is not written through, and is in nobody’s way afterwards', () => {
    const folder = temporaryDirectory('files');
    const [file, mine] = [join(folder, 'arus.json'), join(folder, 'mine')];
    writeFileSync(mine, 'mine');
    symlinkSync(mine, `${file}.next`);
    expect(() => writeWhole(file, 'settings')).toThrow('ELOOP');
    writeWhole(file, 'settings');
    expect([readFileSync(mine, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['mine', 'settings']);
    const log = join(folder, 'vessel.log');
    symlinkSync(mine, log);
    rollingFile(log, 1_000, () => {}).write('a line\n');
    expect(() => copyPieces(file, log, () => {})).toThrow('ELOOP');
    expect(readFileSync(mine, 'utf8')).toBe('mine');
  });
});

describe('a file that is new', () => {
  // exFAT under Linux, macOS and Windows, and network disks.
  test.each(['EPERM', 'ENOTSUP', 'EISDIR', 'EINVAL', 'ENOSYS'])(
    'is there also where the file system knows no second name (%s)',
    (code) => {
      const folder = temporaryDirectory('files');
      const file = join(folder, 'keys.json');
      fail('linkSync', code, 1);
      expect(writeNew(file, `${file}.draft`, 'keys')).toBe(true);
      expect(readFileSync(file, 'utf8')).toBe('keys');
      expect(readdirSync(folder)).toEqual(['keys.json']);
    },
  );

  test.each([null, 'EPERM'])('never takes the place of another one (link: %s)', (code) => {
    const folder = temporaryDirectory('files');
    const file = join(folder, 'keys.json');
    writeFileSync(file, 'of somebody');
    if (code !== null) fail('linkSync', code, 1);
    expect(writeNew(file, `${file}.draft`, 'ours')).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('of somebody');
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  test.each(['ENOSPC', 'EROFS', 'EIO'])(
    'is not made, and says why, where the disk is in trouble (%s)',
    (code) => {
      const folder = temporaryDirectory('files');
      fail('linkSync', code, 1);
      const file = join(folder, 'keys.json');
      expect(() => writeNew(file, `${file}.draft`, 'ours')).toThrow(code);
      expect(existsSync(file)).toBe(false);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

test.each(['EINVAL', 'ENOTSUP', 'EPERM'])(
  'a folder that cannot be asked to keep its names is no trouble (%s)',
  (code) => {
    const folder = join(temporaryDirectory('files'), 'made');
    mkdirSync(folder);
    fail('fsyncSync', code, 1);
    expect(() => syncFolder(folder)).not.toThrow();
    fail('fsyncSync', 'EIO', 1);
    expect(() => syncFolder(folder)).toThrow('EIO');
  },
);
