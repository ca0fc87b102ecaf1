import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Database } from './database.ts';
import { oneByOne } from './statements.ts';

/**
 * Postgres within this process, for the demo and for tests: no server, one connection, one program at a time.
 * @param directory where it keeps its files; null for memory
 */
export async function openPglite(directory: string | null): Promise<Database> {
  return onPglite(directory === null ? await PGlite.create() : await PGlite.create(directory));
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
