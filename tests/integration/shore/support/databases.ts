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
  return kind === 'PGlite'
    ? onPglite(await PGlite.create({ loadDataDir: await openAsBlob(await shared('image')) }))
    : openPostgres({ url: await migratedDatabase() }, environment);
}
