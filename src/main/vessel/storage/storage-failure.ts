import type { StorageStatus } from '#shared/contract/storage.ts';

/** What a disk or its database can do to whoever uses it. */
export type StorageFailure = Exclude<StorageStatus['state'], 'well'>;

const byCode: Readonly<Record<string, StorageFailure>> = {
  SQLITE_FULL: 'full',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  SQLITE_NOTADB: 'damaged',
  // The file is shorter than its own first page says.
  SQLITE_IOERR_SHORT_READ: 'damaged',
  SQLITE_CANTOPEN: 'failing',
  EIO: 'failing',
  EROFS: 'read_only',
  EACCES: 'read_only',
  EPERM: 'read_only',
  // Windows, of a file that another program holds.
  EBUSY: 'busy',
};

/** SQLite's extended codes begin with the code that they belong to. */
const byBeginning: readonly (readonly [string, StorageFailure])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_READONLY', 'read_only'],
  ['SQLITE_IOERR', 'failing'],
  ['SQLITE_CANTOPEN', 'failing'],
];

/** An error may be wrapped by whoever built the query. */
const deepest = 5;

/**
 * What an error says of the disk and its database; null for one that says nothing of them.
 * @param platform on Windows a file that another program holds is refused as one without the right to it is
 */
export function storageFailureOf(
  cause: unknown,
  platform: NodeJS.Platform = process.platform,
): StorageFailure | null {
  let error = cause;
  for (let depth = 0; depth < deepest && error instanceof Error; depth += 1) {
    const found = ofCode(error, platform);
    if (found !== null) return found;
    error = error.cause;
  }
  return null;
}

/** A file that was just written can be renamed and removed, unless somebody holds it. */
const heldAt = ['rename', 'unlink', 'rm'];

function ofCode(error: Error, platform: NodeJS.Platform): StorageFailure | null {
  if (!('code' in error) || typeof error.code !== 'string') return null;
  // A socket's: nothing of the disk.
  if ('address' in error || 'port' in error) return null;
  const { code } = error;
  const isRefused = code === 'EPERM' || code === 'EACCES';
  if (platform === 'win32' && isRefused && 'syscall' in error && heldAt.includes(String(error.syscall)))
    return 'busy';
  return byCode[code] ?? byBeginning.find(([beginning]) => code.startsWith(beginning))?.[1] ?? null;
}
