import { readdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Database } from './database.ts';
import { DatabaseRefused } from './database-refused.ts';
import { lockPgliteFolder } from './pglite-lock.ts';
import { oneByOne } from './statements.ts';

/**
 * Postgres within this process, for the demo and for tests: no server, one connection, one program at a time.
 * @param directory where it keeps its files; no other program has it until the database is closed
 * @throws {DatabaseRefused} when another program has it, or it holds something else
 */
export async function openPglite(directory: string): Promise<Database> {
  const unlock = lockPgliteFolder(directory);
  let server: PGlite;
  try {
    refuseOther(directory);
    server = await PGlite.create(directory);
  } catch (cause) {
    unlock();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DatabaseRefused(
      'unusable',
      `The database in ${directory} cannot be opened (${why}). Give the folder of one, or of none yet.`,
      cause,
    );
  }
  const database = onPglite(server);
  return {
    ...database,
    async close() {
      await database.close();
      unlock();
    },
  };
}

/** The library would put a new database among what lies there. */
function refuseOther(directory: string): void {
  const names = readdirSync(directory);
  if (names.length > 0 && !names.includes('PG_VERSION')) throw new Error('it holds something else');
}

/** The same on a server that its owner has started. */
export function onPglite(server: PGlite): Database {
  const orm = drizzle(server);
  let inUse = 0;
  return {
    kind: 'pglite',
    reader: orm,
    async transaction(work) {
      inUse += 1;
      try {
        return await orm.transaction(async (tx) => {
          const { send, answered } = oneByOne(tx);
          const result = await work(tx, send);
          await answered();
          return result;
        });
      } finally {
        inUse -= 1;
      }
    },
    pool: () => ({ total: 1, idle: inUse === 0 ? 1 : 0, waiting: Math.max(0, inUse - 1), most: 1 }),
    // Nobody else can write here, and our own commits are told by whoever made them.
    listen: () => () => undefined,
    async close() {
      if (!server.closed) await server.close();
    },
  };
}
