import { drizzle } from 'drizzle-orm/pg-proxy';
import pg from 'pg';
import type { Environment } from '#shared/ports.ts';
import { Connections } from './connections.ts';
import type { Database, Executor } from './database.ts';
import { DatabaseRefused } from './database-refused.ts';
import { isCut, isPlanOutdated } from './database-error.ts';
import type { Lease, Shape } from './lease.ts';
import { listen } from './listen.ts';
import { noWork, ordinary, type Patience } from './patience.ts';
import { StatementNames } from './statement-names.ts';
import { behindEachOther, type Send } from './statements.ts';

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; never logged. */
  url: string;
  /** Most connections at once; 10 when left out. */
  connections?: number;
  /**
   * Whether statements are prepared under names, which saves most of what they cost; true when left out. False behind
   * a pooler that hands each transaction to another connection and does not know of names (pgbouncer before 1.21).
   */
  prepared?: boolean;
}

/** How many times a transaction is begun on another connection when the one it was given turns out to be cut. */
const beginnings = 3;

/**
 * A database on a Postgres server. Connects at the first query, and again by itself whenever the server is back.
 * @throws {DatabaseRefused} for an address that cannot be read
 */
export function openPostgres(
  { url, connections: most = 10, prepared = true }: PostgresOptions,
  environment: Environment,
): Database {
  const settings: pg.ClientConfig = {
    connectionString: url,
    application_name: 'arus-gateway',
    statement_timeout: ordinary.statement,
    lock_timeout: ordinary.lock,
    idle_in_transaction_session_timeout: ordinary.standstill,
    keepAlive: true,
    keepAliveInitialDelayMillis: noWork,
  };
  refuseUnreadable(settings);
  const connections = new Connections(settings, most, environment, prepared ? new StatementNames() : null);
  const listeners = new Set<() => void>();
  let closed = false;

  async function inTransaction<T>(
    lease: Lease,
    patience: Patience,
    until: number,
    work: (tx: Executor, send: Send) => Promise<T>,
  ): Promise<T> {
    const left = (): number => Math.min(patience.answer, until - environment.monotonic());
    const { send, answered } = behindEachOther((text, values) => lease.ask(text, values, 'objects', left()));
    try {
      const result = await work(
        executor((...asked) => lease.ask(...asked, left())),
        send,
      );
      // Right behind what is still on its way: where one of those fails, the server rolls back.
      const committed = lease.commit(left());
      committed.catch(() => undefined);
      // What failed says why; the commit, only that it did not come about.
      await answered();
      await committed;
      return result;
    } catch (error) {
      await lease.rollback(noWork);
      throw error;
    }
  }

  async function transaction<T>(
    work: (tx: Executor, send: Send) => Promise<T>,
    patience: Patience = ordinary,
  ): Promise<T> {
    const until = environment.monotonic() + patience.whole;
    for (let beginning = 1; ; beginning += 1) {
      // Nothing was asked of a connection on which BEGIN failed, so another one may be tried.
      let begun = false;
      try {
        return await connections.use(async (lease) => {
          await lease.ask(begin(patience), [], 'objects', Math.min(noWork, until - environment.monotonic()));
          begun = true;
          return inTransaction(lease, patience, until, work);
        }, until - environment.monotonic());
      } catch (error) {
        if (begun || beginning >= beginnings || !isCut(error)) throw error;
      }
    }
  }

  return {
    kind: 'postgres',
    reader: executor(async (...asked) => {
      const once = () => connections.use((lease) => lease.ask(...asked, ordinary.answer));
      try {
        return await once();
      } catch (error) {
        // A newer program has changed the tables; those connections are lent no more.
        if (!isPlanOutdated(error)) throw error;
        return once();
      }
    }),
    transaction,
    pool: () => connections.metrics,
    listen(channel, onMessage, onGap, onLost) {
      const stop = listen(settings, environment, channel, {
        onMessage,
        onGap,
        onLost: onLost ?? (() => undefined),
        onSilence: (why) => connections.cutSilent(noWork, why),
      });
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
      await connections.end();
    },
  };
}

/** @throws {DatabaseRefused} for an address with something in it that cannot be read, such as a file that is not there */
function refuseUnreadable(settings: pg.ClientConfig): void {
  try {
    void new pg.Client(settings);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DatabaseRefused(
      'unusable',
      `The database's address cannot be used (${why}). Give it as postgres://USER:PASSWORD@HOST:PORT/DATABASE, with % signs in the password written as %25.`,
      cause,
    );
  }
}

type Ask = (text: string, values: unknown[], shape: Shape) => Promise<unknown[]>;

/** Drizzle on whatever runs its statements. It has no transactions of its own: those of `Database` are the only ones. */
function executor(ask: Ask): Executor {
  return drizzle(async (text, values, method) => ({
    rows: await ask(text, values, method === 'execute' ? 'objects' : 'arrays'),
  }));
}

/** The server's limits for ordinary work are the connection's; others hold for one transaction. */
function begin(patience: Patience): string {
  const { lock, statement, standstill } = patience;
  const isOrdinary =
    lock === ordinary.lock && statement === ordinary.statement && standstill === ordinary.standstill;
  if (isOrdinary) return 'begin';
  return `begin; set local lock_timeout = ${lock}; set local statement_timeout = ${statement}; set local idle_in_transaction_session_timeout = ${standstill}`;
}
