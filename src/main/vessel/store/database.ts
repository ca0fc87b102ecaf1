import type Database from 'better-sqlite3';

declare const writable: unique symbol;

/** A connection that may be read. */
export type ReadableDatabase = Pick<Database.Database, 'prepare' | 'pragma'>;

/** The one connection that may write; only the store's own files ask for it. */
export type WritableDatabase = Database.Database & { readonly [writable]: true };

/** Marks a connection as the one that writes. Called once, by whoever opened it. */
export function asWritable(connection: Database.Database): WritableDatabase {
  return connection as WritableDatabase;
}
