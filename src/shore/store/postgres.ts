import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { Database } from './database.ts';
import * as schema from './schema.ts';
import { oneByOne } from './statements.ts';

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; never logged. */
  url: string;
  /** Most connections at once; 10 when left out. */
  connections?: number;
}

/**
 * A transaction that stands still holds its vessel's lock: so long, milliseconds, before the server ends it. More
 * than any batch takes, less than a vessel waits before it sends again.
 */
const longestStandstill = 30_000;
const longestStatement = 60_000;
const connectTimeout = 10_000;
const listenAgainAfter = 5_000;

/** A database on a Postgres server. Connects at the first query, and again by itself whenever the server is back. */
export function openPostgres({ url, connections = 10 }: PostgresOptions, environment: Environment): Database {
  const settings: pg.ClientConfig = {
    connectionString: url,
    application_name: 'arus-gateway',
    connectionTimeoutMillis: connectTimeout,
    statement_timeout: longestStatement,
    lock_timeout: longestStandstill,
    idle_in_transaction_session_timeout: longestStandstill,
    // A server that vanished without a word would hold a query, and the vessel behind it, for ever.
    query_timeout: longestStatement + 5_000,
    keepAlive: true,
  };
  const pool = new pg.Pool({ ...settings, max: connections, allowExitOnIdle: true });
  const onBroken = (error: unknown): void =>
    environment.log.warn({ err: error }, 'a connection to the database broke');
  pool.on('error', onBroken);
  // The pool listens to connections that nobody uses. One that breaks between two statements of a transaction would
  // end the program; its next statement fails all the same.
  pool.on('connect', (client) => void client.on('error', onBroken));
  const orm = drizzle(pool, { schema });
  const listeners = new Set<() => void>();
  let closed = false;
  return {
    kind: 'postgres',
    reader: orm,
    transaction: (work) =>
      orm.transaction(async (tx) => {
        const { send, answered } = oneByOne(tx);
        const result = await work(tx, send);
        await answered();
        return result;
      }),
    pool: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      most: connections,
    }),
    listen(channel, onMessage, onGap) {
      const stop = listen(settings, environment, channel, onMessage, onGap);
      listeners.add(stop);
      return () => {
        listeners.delete(stop);
        stop();
      };
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const stop of listeners) stop();
      listeners.clear();
      await pool.end();
    },
  };
}

function listen(
  settings: pg.ClientConfig,
  environment: Environment,
  channel: string,
  onMessage: (payload: string) => void,
  onGap: () => void,
): () => void {
  let stopped = false;
  let client: pg.Client | null = null;
  let cancel: Cancel = () => undefined;

  const again = (lost: pg.Client, error: unknown): void => {
    if (stopped || client !== lost) return;
    client = null;
    environment.log.info({ err: error }, 'no longer told of other gateways; trying again');
    lost.end().catch(() => undefined);
    cancel = environment.after(listenAgainAfter, connect);
  };
  const connect = (): void => {
    const fresh = new pg.Client(settings);
    client = fresh;
    fresh.on('error', (error) => again(fresh, error));
    fresh.on('end', () => again(fresh, null));
    fresh.on('notification', (message) => {
      if (!stopped && message.channel === channel) onMessage(message.payload ?? '');
    });
    fresh
      .connect()
      .then(() => fresh.query(`listen ${pg.escapeIdentifier(channel)}`))
      .then(() => {
        if (!stopped) onGap();
      })
      .catch((error: unknown) => again(fresh, error));
  };
  connect();
  return () => {
    stopped = true;
    cancel();
    client?.end().catch(() => undefined);
    client = null;
  };
}
