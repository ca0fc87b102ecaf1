import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { systemEnvironment } from '#link/system-environment.ts';
import { migrate } from '#shore/store/migrate.ts';
import { onPglite } from '#shore/store/pglite.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import type { TestProject } from 'vitest/node';
import { type Postgres, startPostgres } from './postgres.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { silentLog } from './silent-log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address under which the databases that all test files of a run share are asked for, made when they first are. */
    sharedDatabases: string;
  }
}

/**
 * Vitest's global setup. All test files of a run share one Postgres, a database in it with today's schema to copy, and
 * an image of the same for PGlite: making these anew for each file would take seconds of each.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let server: Promise<Postgres> | undefined;
  const postgres = (): Promise<Postgres> =>
    (server ??= startPostgres({ fsync: false, settings: { max_connections: '200' } }));
  let template: Promise<string> | undefined;
  let image: Promise<string> | undefined;
  const made: Readonly<Record<string, () => Promise<string>>> = {
    '/postgres': async () => (await postgres()).url,
    '/template': () => (template ??= makeTemplate(postgres())),
    '/image': () => (image ??= makeImage()),
  };
  const answers = createServer((request, response) => {
    const make = made[request.url ?? ''] ?? (() => Promise.reject(new Error(`${request.url} is not shared`)));
    make().then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  answers.listen(0, '127.0.0.1');
  await once(answers, 'listening');
  const address = answers.address();
  if (address === null || typeof address === 'string') throw new Error('The port has no number.');
  provide('sharedDatabases', `http://127.0.0.1:${address.port}`);
  return async () => {
    answers.close();
    if (server !== undefined) await (await server).remove();
  };
}

const environment = systemEnvironment(silentLog);

/** URL of a database with today's schema. Nobody stays connected to it, so that it can be copied. */
async function makeTemplate(server: Promise<Postgres>): Promise<string> {
  const url = await (await server).createDatabase('template_of_today');
  const database = openPostgres({ url }, environment);
  await migrate(database, environment);
  await database.close();
  return url;
}

/** File with what PGlite keeps of a database with today's schema. */
async function makeImage(): Promise<string> {
  const server = await PGlite.create();
  await migrate(onPglite(server), environment);
  const dump = await server.dumpDataDir('none');
  await server.close();
  const file = join(temporaryDirectory('pglite-image'), 'image.tar');
  writeFileSync(file, Buffer.from(await dump.arrayBuffer()));
  return file;
}
