import Database from 'better-sqlite3';
import { z } from 'zod';
import type { ReadableDatabase } from '../store/database.ts';
import { migrations } from '../store/migrations.ts';
import { Unfit } from './check-copy.ts';

const part = z.object({
  type: z.string(),
  name: z.string(),
  tbl_name: z.string(),
  sql: z.string().nullable(),
});

/** What any program of ours has called a trigger. */
const triggerName = /^[a-z_]{1,60}$/;

/**
 * Whether a database has the tables, views and indexes that ARUS gave it, and nothing else: a view of somebody's own in
 * the place of a table would run what he wrote, whoever reads it. Its triggers are those of the program that made it; ours
 * takes them away or sets them right before it writes. Reads no row.
 * @throws {Unfit}, or what SQLite throws
 */
export function refuseForeignForm(file: string): void {
  const connection = new Database(file, { readonly: true, fileMustExist: true });
  try {
    connection.pragma('trusted_schema = OFF');
    connection.pragma('cell_size_check = ON');
    const schema = Number(connection.pragma('user_version', { simple: true }));
    // Of a newer one nobody here knows the form; it is refused for that.
    if (schema > migrations.length) return;
    if (schema < 1 || formOf(connection) !== formAt(schema))
      throw new Unfit('It is not a copy of a ship’s database: its form is another.');
  } finally {
    connection.close();
  }
}

/** What SQLite makes by itself. */
const ofSqlite = ['sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'];

function formOf(connection: ReadableDatabase): string {
  const rows = connection.prepare('SELECT type, name, tbl_name, sql FROM sqlite_master').all();
  const found = rows.map((row) => part.parse(row));
  if (found.some(({ type, name }) => type === 'trigger' && !triggerName.test(name))) return 'foreign';
  const parts = found
    .filter(({ type }) => type !== 'trigger')
    // An index without a text is of its table's own keys.
    .filter(({ type, name, sql }) =>
      type === 'index' ? sql !== null : type !== 'table' || !ofSqlite.includes(name),
    );
  return parts
    .map(({ type, name, tbl_name, sql }) => JSON.stringify([type, name, tbl_name, sql]))
    .toSorted()
    .join('\n');
}

function formAt(schema: number): string {
  const connection = new Database(':memory:');
  try {
    for (const { statements } of migrations.slice(0, schema))
      for (const statement of statements) connection.exec(statement);
    return formOf(connection);
  } finally {
    connection.close();
  }
}
