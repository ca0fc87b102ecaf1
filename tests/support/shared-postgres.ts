import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/**
 * URL of a new, empty database in the Postgres that all test files of a run share. Integration tests only.
 * A test that stops or kills its server starts one of its own with `startPostgres`.
 */
export async function emptyDatabase(): Promise<string> {
  const answer = await fetch(inject('sharedPostgres'));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  const url = new URL(text);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}
