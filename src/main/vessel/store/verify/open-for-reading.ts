import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { ReadableDatabase } from '../database.ts';

/**
 * Reads a node's database in one read transaction, also while the node runs, and leaves nothing behind.
 * @param file the node's database
 * @throws what SQLite throws where the file is not a database
 */
export function readingDatabase<T>(file: string, read: (connection: ReadableDatabase) => T): T {
  const atRest = holdAtRest(file);
  try {
    // A reader alone leaves the log and index that it made beside a database that was closed cleanly; a connection
    // that may write takes them away with it. Nobody else is there then, and nothing is written.
    const connection = open(file, atRest !== null);
    try {
      connection.pragma('query_only = ON');
      connection.exec('BEGIN');
      const value = read(connection);
      connection.exec('COMMIT');
      return value;
    } finally {
      connection.close();
    }
  } finally {
    atRest?.close();
  }
}

function open(file: string, mayWrite: boolean): Database.Database {
  if (mayWrite) {
    try {
      return new Database(file, { fileMustExist: true, timeout: 5_000 });
    } catch {
      // A folder that cannot be written to: a copy on a medium for reading.
    }
  }
  return new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
}

/** Keeps nodes out of a folder whose database was closed cleanly; null where one runs, crashed, or has never run. */
function holdAtRest(file: string): Database.Database | null {
  const lockFile = join(dirname(file), 'node.lock');
  if (existsSync(`${file}-wal`) || !existsSync(lockFile)) return null;
  let lock: Database.Database | null = null;
  try {
    lock = new Database(lockFile, { timeout: 0, fileMustExist: true });
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock?.close();
    return null;
  }
}
