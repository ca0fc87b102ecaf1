import { mkdirSync, realpathSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { DatabaseRefused } from './database-refused.ts';

/**
 * Keeps other programs off an embedded database's folder until it is called off: two of them on one folder overwrite
 * each other's pages. Held by an open transaction on a file of its own, which a killed process lets go of. Beside the
 * folder, since a database is only made in one that is empty.
 * @throws {DatabaseRefused} `in_use` when another program has it, `unusable` when the file cannot be made
 */
export function lockPgliteFolder(directory: string): () => void {
  let lock: Sqlite.Database | null = null;
  try {
    mkdirSync(directory, { recursive: true });
    // One folder has one lock, whatever way leads to it.
    lock = new Sqlite(`${realpathSync(directory)}.lock`, { timeout: 0 });
    lock.pragma('locking_mode = EXCLUSIVE');
    // Nothing is ever written to it: a full disk is no reason not to have the lock.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    const held = lock;
    return () => void held.close();
  } catch (cause) {
    lock?.close();
    if (cause instanceof Sqlite.SqliteError && cause.code.startsWith('SQLITE_BUSY'))
      throw new DatabaseRefused(
        'in_use',
        `Another ARUS gateway is running on ${directory}. Close it first, or give this one a folder of its own.`,
        cause,
      );
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DatabaseRefused(
      'unusable',
      `The folder ${directory} cannot be used (${why}). Let this user write there and beside it, or give another folder.`,
      cause,
    );
  }
}
