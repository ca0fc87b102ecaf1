import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

type Shared = 'postgres' | 'template' | 'image';
const known = new Map<Shared, Promise<string>>();

/** What all test files of a run share. @returns an URL, or for `image` a file */
export function shared(name: Shared): Promise<string> {
  const found = known.get(name) ?? ask(name);
  known.set(name, found);
  return found;
}

async function ask(name: Shared): Promise<string> {
  // Whoever makes an image for another file may let go of a connection meanwhile.
  const answer = await fetch(`${inject('sharedDatabases')}/${name}`, { headers: { connection: 'close' } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

/**
 * URL of a new, empty database in the Postgres that all test files of a run share. Integration tests only.
 * A test that stops or kills its server starts one of its own with `startPostgres`.
 */
export async function emptyDatabase(): Promise<string> {
  return createDatabase(await shared('postgres'), `test_${randomBytes(6).toString('hex')}`);
}

/** The same with today's schema. */
export async function migratedDatabase(): Promise<string> {
  const template = await shared('template');
  const source = new URL(template).pathname.slice(1);
  return createDatabase(template, `shore_${randomBytes(6).toString('hex')}`, `template ${source}`);
}

async function createDatabase(server: string, name: string, template = ''): Promise<string> {
  const url = new URL(server);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`create database ${name} ${template}`);
  } finally {
    await client.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}
