import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import pg from 'pg';
import { expect, test } from 'vitest';
import { programLog } from '#link/program-log.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

function logged(error: unknown): string {
  const file = join(temporaryDirectory('log'), 'log');
  programLog('test', 'debug', file).warn({ err: error }, 'it failed');
  return readFileSync(file, 'utf8');
}

function saidByPostgres(message: string, code: string, more: object = {}): Error {
  return Object.assign(new pg.DatabaseError(message, 0, 'error'), { code, severity: 'ERROR', ...more });
}

test('a failed query is logged with its statement, code and constraint, and without what was written', () => {
  const cause = saidByPostgres(
    'duplicate key value violates unique constraint "sync_journal_pkey"',
    '23505',
    {
      constraint: 'sync_journal_pkey',
      detail: 'Key (title)=(Secret leak) already exists.',
      where: "unnamed portal with parameters: $1 = 'Secret leak'",
    },
  );
  const text = logged(
    new DrizzleQueryError('insert into work_order values ($1)', ['Secret leak\n   at sea'], cause),
  );
  expect(text).toContain('insert into work_order values ($1)');
  expect(text).toContain('23505');
  expect(text).toContain('sync_journal_pkey');
  expect(text).not.toContain('Secret leak');
  expect(text).not.toContain('at sea');
});

test('a value that Postgres repeats is left out', () => {
  const text = logged(saidByPostgres('invalid input syntax for type integer: "Secret leak"', '22P02'));
  expect(text).toContain('invalid input syntax for type integer');
  expect(text).not.toContain('Secret leak');
});

test('a broken connection is logged without the client, its password and its secret for cancelling', () => {
  const client = new pg.Client({ connectionString: 'postgres://arus:hunter2@127.0.0.1:1/arus' });
  const error = Object.assign(new Error('Connection terminated unexpectedly'), {
    client: Object.assign(client, { secretKey: 192837465 }),
    config: { connectionString: 'postgres://arus:hunter2@127.0.0.1:1/arus' },
  });
  const text = logged(error);
  expect(text).toContain('Connection terminated unexpectedly');
  expect(text).not.toMatch(/hunter2|192837465|secretKey/);
});

test('why it failed is told through every layer, and where', () => {
  const text = logged(new Error('outer', { cause: new Error('middle', { cause: new Error('inner') }) }));
  expect(text).toMatch(/outer.*middle.*inner/);
  expect(text).toContain('logged-error.test.ts');
});
