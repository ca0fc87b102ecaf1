import { join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseFileName } from '#vessel/store/open-database.ts';

/** Reads a node's database from outside, as any other program on the computer could. */
export function readDatabase<T>(directory: string, read: (connection: Database.Database) => T): T {
  const connection = new Database(join(directory, databaseFileName), { timeout: 2_000 });
  try {
    return read(connection);
  } finally {
    connection.close();
  }
}

/** Rows of every table that a write touches. */
export function rowCounts(directory: string): Record<string, number> {
  return readDatabase(directory, (connection) =>
    Object.fromEntries(
      ['work_order', 'sync_journal', 'sync_outbox', 'sync_conflicts'].map((table) => [
        table,
        Number(connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get()),
      ]),
    ),
  );
}
