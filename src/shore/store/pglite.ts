import { readdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Database } from './database.ts';
import { DatabaseRefused } from './database-refused.ts';
import { oneByOne } from './statements.ts';

/**
 * Postgres within this process, for the demo and for tests: no server, one connection, one program at a time.
 * @param directory where it keeps its files; no other program has it until the database is closed: two of them
 * overwrite each other's pages
 * @param lock gives what lets go of the folder again, or null when another program has it
 * @throws {DatabaseRefused} when another program has it, or it holds something else
 */
export async function openPglite(
  directory: string,
  lock: (folder: string) => (() => void) | null,
): Promise<Database> {
  const unlock = locked(directory, lock);
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

function locked(directory: string, lock: (folder: string) => (() => void) | null): () => void {
  let unlock: (() => void) | null;
  try {
    unlock = lock(directory);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DatabaseRefused(
      'unusable',
      `The folder ${directory} cannot be used (${why}). Let this user write there and beside it, or give another folder.`,
      cause,
    );
  }
  if (unlock !== null) return unlock;
  throw new DatabaseRefused(
    'in_use',
    `Another ARUS gateway is running on ${directory}. Close it first, or give this one a folder of its own.`,
  );
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
