import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeForGroup } from '#files/group-folder.ts';
import { storageFailureOf } from '../storage/storage-failure.ts';

/**
 * Keeps other nodes out of a data directory by an open transaction on a file of its own: a crash lets go of it, a copy of the
 * directory does not have it.
 * @returns what lets go of it; null where another node has it
 * @throws SQLite's own error where the file cannot be opened
 */
export function lockDirectory(directory: string): (() => void) | null {
  const file = join(directory, 'node.lock');
  let lock: Database.Database | null = null;
  try {
    makeForGroup(file);
    lock = new Database(file, { timeout: 0 });
    lock.pragma('locking_mode = EXCLUSIVE');
    // Nothing is ever written to it: a full disk is no reason not to have the lock.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    const held = lock;
    return () => void held.close();
  } catch (cause) {
    lock?.close();
    if (storageFailureOf(cause) === 'busy') return null;
    throw cause;
  }
}
