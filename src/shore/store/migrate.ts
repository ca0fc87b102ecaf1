import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Environment } from '#shared/ports.ts';
import { rowsOf, type Database } from './database.ts';
import { DatabaseRefused } from './database-refused.ts';
import { long } from './patience.ts';
import { ensureGuards } from './guards.ts';
import { migrations } from './migrations.ts';

/** Any constant: gateways that start together take it in turn. */
const lockKey = 0x41525553;

/**
 * Brings the schema to this program's version, and sets its guards, in one transaction: all of it or nothing.
 * @throws {DatabaseRefused} when the database was written by a newer program
 */
export async function migrate(database: Database, environment: Environment): Promise<void> {
  const { applied, guards } = await database.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${lockKey})`);
    await tx.execute(sql`create table if not exists arus_migration (
      position integer primary key, name text not null, applied_at timestamptz not null default now())`);
    const done = await rowsOf(
      tx,
      sql`select name from arus_migration order by position`,
      z.object({ name: z.string() }),
    );
    for (const [position, { name }] of done.entries()) {
      if (migrations[position]?.name !== name)
        throw new DatabaseRefused(
          'newer',
          `This database was written by a newer ARUS gateway (its schema has '${name}' at place ${position + 1}; ` +
            `this program knows ${migrations.length} steps). Nothing was changed. Install the newer version again.`,
        );
    }
    const pending = migrations.slice(done.length);
    for (const [index, migration] of pending.entries()) {
      for (const statement of migration.statements) await tx.execute(sql.raw(statement));
      await tx.execute(
        sql`insert into arus_migration (position, name) values (${done.length + index}, ${migration.name})`,
      );
    }
    return { applied: pending.map(({ name }) => name), guards: await ensureGuards(tx, pending.length > 0) };
  }, long);
  if (applied.length > 0) environment.log.info({ applied }, 'database schema brought up to date');
  if (guards.length > 0)
    environment.log.warn(
      { guards },
      'guards of the database were missing or altered, and were made anew; npm run verify finds what was written meanwhile',
    );
}
