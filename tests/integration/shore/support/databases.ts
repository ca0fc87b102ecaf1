import { openAsBlob } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import type { Environment } from '#shared/ports.ts';
import type { Database } from '#shore/store/database.ts';
import { onPglite } from '#shore/store/pglite.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { migratedDatabase, shared } from '#support/shared-databases.ts';

/** The databases that the gateway runs on: the office's server, and the embedded one of the demo. */
export const kinds = ['Postgres', 'PGlite'] as const;
export type Kind = (typeof kinds)[number];

/** A new database with today's schema. */
export async function newDatabase(kind: Kind, environment: Environment): Promise<Database> {
  return kind === 'Postgres' ? openPostgres({ url: await migratedDatabase() }, environment) : emptiedPglite();
}

/** Those that a test of this file has closed: emptied, one is as good as new, and costs a tenth of that. */
const idle: PGlite[] = [];

async function emptiedPglite(): Promise<Database> {
  const server =
    idle.pop() ?? (await PGlite.create({ loadDataDir: await openAsBlob(await shared('image')) }));
  return {
    ...onPglite(server),
    async close() {
      if (server.closed || idle.includes(server)) return;
      await server.exec(emptyAll);
      idle.push(server);
    },
  };
}

/** Past the guards, of which a truncation is one case. */
const emptyAll = `
  begin;
  set local session_replication_role = replica;
  do $$ declare names text; begin
    select string_agg(format('%I.%I', schemaname, tablename), ', ') into names
      from pg_tables where schemaname = 'public' and tablename <> 'arus_migration';
    execute 'truncate ' || names || ' restart identity';
  end $$;
  commit;`;
