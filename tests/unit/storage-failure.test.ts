import { expect, test } from 'vitest';
import { storageFailureOf } from '#vessel/storage/storage-failure.ts';

const error = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

test.each([
  ['EBUSY', 'rename', 'linux', 'busy'],
  ['EBUSY', 'open', 'win32', 'busy'],
  // Windows says so of a file that a scanner holds; where rights are missing, opening it fails before.
  ['EPERM', 'rename', 'win32', 'busy'],
  ['EACCES', 'unlink', 'win32', 'busy'],
  ['EPERM', 'open', 'win32', 'read_only'],
  ['EPERM', 'rename', 'linux', 'read_only'],
  ['EACCES', 'unlink', 'darwin', 'read_only'],
  ['ENOSPC', 'rename', 'win32', 'full'],
] as const)('%s at %s on %s is told as %s', (code, syscall, platform, told) => {
  expect(storageFailureOf(error(code, syscall), platform)).toBe(told);
  expect(
    storageFailureOf(new Error('while a photo was kept', { cause: error(code, syscall) }), platform),
  ).toBe(told);
});
