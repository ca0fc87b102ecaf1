import { mkdirSync, realpathSync } from 'node:fs';
import Sqlite from 'better-sqlite3';

/**
 * Keeps other programs that ask here out of a folder, for as long as this process lives or until it is let go. Held by
 * an open transaction on a file of its own: a killed process lets go of it, and a copy of the folder does not have it.
 * The file lies beside the folder, where it makes no difference to what is in there.
 * @param folder made where there is none
 * @returns what lets go of it; null when another program has it
 * @throws Error with the system's reason when the file cannot be made
 */
export function lockFolder(folder: string): (() => void) | null {
  mkdirSync(folder, { recursive: true });
  let lock: Sqlite.Database | null = null;
  try {
    // One folder has one lock, whatever way leads to it.
    lock = new Sqlite(`${realpathSync(folder)}.lock`, { timeout: 0 });
    lock.pragma('locking_mode = EXCLUSIVE');
    // Nothing is ever written to it: a full disk is no reason not to have the lock.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    const held = lock;
    return () => void held.close();
  } catch (error) {
    lock?.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}
