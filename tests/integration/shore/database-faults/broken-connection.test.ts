import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { databaseFault } from '#shore/store/database-error.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { startPostgres } from '#support/postgres.ts';
import { silentLog } from '#support/silent-log.ts';

test('Postgres killed between two statements of a transaction fails that transaction, not the program', async () => {
  const postgres = await startPostgres({ fsync: false });
  const database = openPostgres({ url: postgres.url }, systemEnvironment(silentLog));
  // Vitest takes this listener's place away from itself: an error that nobody listens to would come here.
  const unheard: unknown[] = [];
  const note = (error: unknown): void => void unheard.push(error);
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', note);
  try {
    const failed = await database
      .transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        await postgres.kill();
        await wait(100);
        await tx.execute(sql`select 2`);
      })
      .then(
        () => null,
        (error: unknown) => error,
      );
    expect(databaseFault(failed)).toBe('away');
    expect(unheard).toEqual([]);

    await postgres.restart();
    await database.transaction((tx) => tx.execute(sql`select 3`));
  } finally {
    process.off('uncaughtException', note);
    for (const listener of before) process.on('uncaughtException', listener);
    await database.close();
    await postgres.remove();
  }
});
