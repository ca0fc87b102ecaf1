import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import type { Patience } from './patience.ts';
import { syncProblems } from './schema.ts';

/** Shorter than a monitor waits for its answer. */
const quick: Patience = { lock: 3_000, statement: 3_000, answer: 3_500, whole: 4_000, standstill: 10_000 };

/** 1.6 kB each, some 64 kB together: more pages than one that happens to have room. */
const rowsThatTakeRoom = 40;

/** Nothing of it is to stay. */
class OnlyTried extends Error {}

/** Takes a lock on a row, which is a write in the log and at the commit, and leaves nothing. @throws what went wrong */
export async function tryWriting(database: Database): Promise<void> {
  await database.transaction(
    (tx) => tx.execute(sql`select 1 from arus_migration where position = 0 for update`),
    quick,
  );
}

/** Whether a table may grow: adds rows and takes them back. @throws what went wrong */
export async function tryTakingRoom(database: Database): Promise<void> {
  const rolledBack = database.transaction(async (tx) => {
    await tx.execute(sql`insert into ${syncProblems} (key, first_at, last_at, times, code, message)
      select 'room ' || n || md5(random()::text), 0, 0, 0, 'room',
        (select string_agg(md5(random()::text || n || m), '') from generate_series(1, 50) m)
      from generate_series(1, ${rowsThatTakeRoom}::integer) n`);
    throw new OnlyTried();
  }, quick);
  await rolledBack.catch((error: unknown) => {
    if (!(error instanceof OnlyTried)) throw error;
  });
}
