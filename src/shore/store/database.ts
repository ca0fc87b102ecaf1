import { sql, type SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { Patience } from './patience.ts';
import type { Send } from './statements.ts';

/** What runs queries: a connection of its own choosing, or one transaction. */
export type Executor = PgDatabase<PgQueryResultHKT>;

/** Connections: open ones, those of them that nobody uses, those who wait for one, and how many there may be. */
export interface PoolMetrics {
  total: number;
  idle: number;
  waiting: number;
  most: number;
}

/** A Postgres, on a server or embedded. Both speak the same SQL; nothing above this knows which it is. */
export interface Database {
  readonly kind: 'postgres' | 'pglite';
  /** For reads that need no transaction. A write to a guarded table fails here. */
  readonly reader: Executor;
  /**
   * Commits when `work` resolves and all that it sent is answered well, rolls back otherwise. Never runs `work` twice.
   * READ COMMITTED.
   * @param patience `ordinary` when left out; how long it may take, where there is a server that may be gone
   */
  transaction<T>(work: (tx: Executor, send: Send) => Promise<T>, patience?: Patience): Promise<T>;
  pool(): PoolMetrics;
  /**
   * Hears what any program on this database tells on `channel`, as far as the connection stands.
   * @param onGap called when messages may have been missed
   * @param onLost called when nothing is heard any more
   * @returns what stops it
   */
  listen(
    channel: string,
    onMessage: (payload: string) => void,
    onGap: () => void,
    onLost?: () => void,
  ): () => void;
  close(): Promise<void>;
}

/** Runs `query` and parses its rows. Whole numbers beyond 32 bits come as text from a server: use `wholeNumber`. */
export async function rowsOf<T extends z.ZodType>(
  executor: Executor,
  query: SQL,
  row: T,
): Promise<z.output<T>[]> {
  const result: unknown = await executor.execute(query);
  // A server's rows come as they are, those of the embedded database within an answer.
  const rows = Array.isArray(result) ? result : z.object({ rows: z.array(z.unknown()) }).parse(result).rows;
  return z.array(row).parse(rows);
}

/** A `bigint` column within JavaScript's exact range. */
export const wholeNumber = z.union([z.number(), z.string().regex(/^-?\d+$/), z.bigint()]).transform(Number);

/** Marks the transaction as an open unit of work, without which the guard triggers refuse every write. */
export async function openContext(tx: Executor, context: string): Promise<void> {
  await tx.execute(contextStatement(context));
}

export function contextStatement(context: string): SQL {
  // While a table is new and not analysed, Postgres compiles our look-ups at 100 ms each, to run them in one, and
  // may settle, for the statement's name, on a plan that reads all of what is a page today. All we do is look-ups.
  return sql`select set_config('arus.context', ${context}, true), set_config('jit', 'off', true),
    set_config('enable_seqscan', 'off', true)`;
}
