import { randomBytes } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import type { Environment } from '#shared/ports.ts';
import type { Database } from '#shore/store/database.ts';
import { migrate } from '#shore/store/migrate.ts';
import { onPglite } from '#shore/store/pglite.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { emptyDatabase } from '#support/shared-postgres.ts';

/** The databases that the gateway runs on: the office's server, and the embedded one of the demo. */
export const kinds = ['Postgres', 'PGlite'] as const;
export type Kind = (typeof kinds)[number];

/** A new database with today's schema. */
export async function newDatabase(kind: Kind, environment: Environment): Promise<Database> {
  return kind === 'PGlite'
    ? onPglite(await newPglite(environment))
    : openPostgres({ url: await newPostgres(environment) }, environment);
}

/** URL of a new database with today's schema on the server that all tests share. */
export async function newPostgres(environment: Environment): Promise<string> {
  template ??= makeTemplate(environment);
  const url = new URL(await template);
  const source = url.pathname.slice(1);
  const name = `shore_${randomBytes(6).toString('hex')}`;
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`create database ${name} template ${source}`);
  } finally {
    await client.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

// Migrating anew for every test takes seconds; a copy of what a migration left takes a fraction of one.
let template: Promise<string> | undefined;
let image: Promise<Blob> | undefined;

async function makeTemplate(environment: Environment): Promise<string> {
  const url = await emptyDatabase();
  const database = openPostgres({ url }, environment);
  await migrate(database, environment);
  await database.close();
  return url;
}

async function newPglite(environment: Environment): Promise<PGlite> {
  image ??= makeImage(environment);
  return PGlite.create({ loadDataDir: await image });
}

async function makeImage(environment: Environment): Promise<Blob> {
  const server = await PGlite.create();
  await migrate(onPglite(server), environment);
  const dump = await server.dumpDataDir('none');
  await server.close();
  return dump;
}
