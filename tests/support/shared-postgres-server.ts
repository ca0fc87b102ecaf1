import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { type Postgres, startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Asked for the first time it starts the Postgres that all test files of a run share; answers its URL. */
    sharedPostgres: string;
  }
}

/** Vitest's global setup: one Postgres for all test files of a run, started when the first one asks for it. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let postgres: Promise<Postgres> | null = null;
  const server = createServer((_request, response) => {
    postgres ??= startPostgres({ fsync: false, settings: { max_connections: '200' } });
    postgres.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The port has no number.');
  provide('sharedPostgres', `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    if (postgres !== null) await (await postgres).remove();
  };
}
