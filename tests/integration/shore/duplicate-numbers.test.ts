import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { migrate } from '#shore/store/migrate.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { duplicateNumbers } from '#shore/numbers/duplicate-numbers.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { silentLog } from '#support/silent-log.ts';

test('doubled numbers among hundreds of orders are found at once in a table that nobody has analysed', async () => {
  const environment = systemEnvironment(silentLog);
  const database = openPostgres({ url: await emptyDatabase() }, environment);
  try {
    await migrate(database, environment);
    await database.transaction(async (tx) => {
      await tx.execute(sql`select set_config('arus.context', 'write', true)`);
      await tx.execute(sql`insert into work_order
        (vessel_id, id, updated_at, updated_by, number, title, description, type, priority, status, notes, created_at, created_by)
        select 'v', 'o' || lpad(n::text, 4, '0'), 0, '', 'WO-2026-' || least(n, 699), '', '', '', '', '', '', '', ''
        from generate_series(1, 700) n`);
    });
    const all = Array.from({ length: 700 }, (_, index) => `o${String(index + 1).padStart(4, '0')}`);
    const began = performance.now();
    expect(await duplicateNumbers(database.reader, workOrderSpec, 'v', all)).toEqual([
      { number: 'WO-2026-699', ids: ['o0699', 'o0700'] },
    ]);
    expect(await duplicateNumbers(database.reader, workOrderSpec, 'v', all.slice(0, 698))).toEqual([]);
    expect(performance.now() - began).toBeLessThan(2_000);
  } finally {
    await database.close();
  }
});
