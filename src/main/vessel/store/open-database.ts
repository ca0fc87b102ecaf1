import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Environment } from '#shared/ports.ts';
import { StartFailure } from '../start-failure.ts';
import { asWritable, type WritableDatabase } from './database.ts';
import { migrations } from './migrations.ts';

export interface OpenedDatabase {
  connection: WritableDatabase;
  /** Closes the database and lets go of the directory. */
  close(): void;
}

/** Name of the database file within a node's data directory. */
export const databaseFileName = 'arus.db';

/**
 * Opens the node's database, creates or migrates it, and keeps other processes out until closed. WAL with
 * `synchronous=FULL`: a bridge PC loses power, and a commit that was reported must be on the disk.
 * @throws StartFailure
 */
export function openDatabase(directory: string, environment: Environment): OpenedDatabase {
  try {
    mkdirSync(join(directory, 'backups'), { recursive: true });
  } catch (cause) {
    throw new StartFailure(
      'directory',
      `The data directory ${directory} cannot be used: ${reasonOf(cause)}`,
      { cause },
    );
  }
  const lock = takeDirectory(directory);
  const file = join(directory, databaseFileName);
  try {
    const isNew = !existsSync(file);
    const connection = new Database(file, { timeout: 5_000 });
    try {
      prepareConnection(connection);
      migrate(connection, { isNew, directory, environment });
    } catch (cause) {
      connection.close();
      throw cause;
    }
    return {
      connection: asWritable(connection),
      close: () => {
        connection.close();
        lock.close();
      },
    };
  } catch (cause) {
    lock.close();
    throw asStartFailure(cause, file);
  }
}

/** What every connection that writes needs set. Also used on databases in memory. */
export function prepareConnection(connection: Database.Database): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  // Without it INSERT OR REPLACE deletes a row and no trigger sees it.
  connection.pragma('recursive_triggers = ON');
  connection.pragma('cache_size = -16000');
}

/** Held for the node's life by an open transaction on a file of its own: a crash lets go of it, a copy does not have it. */
function takeDirectory(directory: string): Database.Database {
  const lock = new Database(join(directory, 'node.lock'), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw new StartFailure(
      'in_use',
      `Another ARUS node is running on ${directory}. Close it first, or give this one a directory of its own.`,
      { cause },
    );
  }
}

/**
 * Brings the schema to this program's version. A database that exists is checked and copied first.
 * @throws StartFailure when the database is newer than the program or is damaged
 */
export function migrate(
  connection: Database.Database,
  { isNew, directory, environment }: { isNew: boolean; directory: string | null; environment: Environment },
): void {
  const version = Number(connection.pragma('user_version', { simple: true }));
  if (version > migrations.length)
    throw new StartFailure(
      'newer_database',
      `This database was written by a newer ARUS (schema ${version}; this program knows ${migrations.length}). ` +
        'Nothing was changed. Install the newer version again.',
    );
  const pending = migrations.slice(version);
  if (pending.length === 0) return;
  if (!isNew) {
    const [first] = connection.prepare('PRAGMA integrity_check(1)').pluck().all();
    if (first !== 'ok')
      throw new StartFailure(
        'damaged_database',
        `The database is damaged (${String(first)}). Nothing was changed. Restore the latest copy from 'backups'.`,
      );
    if (directory !== null) backUp(connection, directory, version, environment);
  }
  connection.transaction(() => {
    for (const migration of pending) for (const statement of migration.statements) connection.exec(statement);
    connection.pragma(`user_version = ${migrations.length}`);
  })();
  environment.log.info({ from: version, to: migrations.length }, 'database schema brought up to date');
}

function backUp(
  connection: Database.Database,
  directory: string,
  version: number,
  environment: Environment,
): void {
  const stamp = new Date(environment.now()).toISOString().replace(/[:.]/g, '-');
  const file = join(directory, 'backups', `before-schema-${version + 1}-${stamp}.db`);
  connection.prepare('VACUUM INTO ?').run(file);
  environment.log.info({ file }, 'database copied before its schema changes');
}

function asStartFailure(cause: unknown, file: string): unknown {
  if (cause instanceof StartFailure || !(cause instanceof Database.SqliteError)) return cause;
  if (cause.code === 'SQLITE_FULL')
    return new StartFailure('disk_full', `The disk of ${file} is full. Nothing was lost; free some space.`, {
      cause,
    });
  if (cause.code === 'SQLITE_CORRUPT' || cause.code === 'SQLITE_NOTADB')
    return new StartFailure(
      'damaged_database',
      `${file} is damaged (${cause.message}). Nothing was changed. Restore the latest copy from 'backups'.`,
      { cause },
    );
  return new StartFailure('directory', `${file} cannot be opened: ${cause.message}`, { cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
