import pg from 'pg';
import type { Environment } from '#shared/ports.ts';
import {
  BrokenTransaction,
  isBehindFailed,
  isPlanOutdated,
  isServersWord,
  SilentDatabase,
} from './database-error.ts';
import type { StatementNames } from './statement-names.ts';

/** What the answer's rows are read into: as drizzle reads a table's rows, or by column name. */
export type Shape = 'arrays' | 'objects';

/** An answer that is here already but not yet read, after our own event loop stood still, is not given up. */
const unreadAnswer = 250;

// Times are parsed where they are read, in one way for the server and the embedded database.
const asText = new Set([1082, 1114, 1115, 1182, 1184, 1185, 1186, 1187, 1231]);
const types: pg.CustomTypesConfig = {
  getTypeParser(id, format) {
    if (asText.has(id)) return (value: string | Buffer) => value;
    const parse: unknown = pg.types.getTypeParser(id, format);
    return parse;
  },
};

/**
 * One connection while somebody uses it.
 *
 * Every statement of the gateway goes through `ask`, whether in a transaction or not.
 */
export class Lease {
  readonly #client: pg.PoolClient;
  readonly #environment: Environment;
  readonly #names: StatementNames | null;
  readonly #askedAt = new Set<{ at: number }>();
  #failure: Error | null = null;
  /** What the server first refused. */
  #refusal: unknown = null;
  #over = false;
  #wasRolledBack = false;
  #ended = false;
  #isGathering = false;

  /** @param names what statements with values are called; null where they have no names */
  constructor(client: pg.PoolClient, environment: Environment, names: StatementNames | null) {
    this.#client = client;
    this.#environment = environment;
    this.#names = names;
  }

  /** Why the connection can be of no more use to anybody; null while it can. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Since when, on the monotonic clock, an answer is awaited; null when none is. */
  get awaitingSince(): number | null {
    let since: number | null = null;
    for (const { at } of this.#askedAt) since = Math.min(at, since ?? at);
    return since;
  }

  /**
   * Statements may be asked before those before them are answered. They are done in this order; where one fails in a
   * transaction, those behind it fail as well.
   * @param within milliseconds after which the connection is cut
   * @returns the rows; of several statements without values, none
   * @throws what the server said, `SilentDatabase` when it said nothing, or that the connection is gone
   */
  async ask(text: string, values: unknown[], shape: Shape, within: number): Promise<unknown[]> {
    if (this.#over) throw new Error('A statement came after the end of its transaction.');
    return this.#send(text, values, shape, within);
  }

  /** Nothing more may be asked from here on. @throws as `ask`; then nobody knows whether it was committed */
  async commit(within: number): Promise<void> {
    this.#over = true;
    // A statement failed and the work went on: COMMIT would roll back and say nothing.
    if (this.#client.getTransactionStatus() === 'E') throw new BrokenTransaction();
    await this.#send('commit', [], 'objects', within);
    // One of those that were still on their way failed, and the server has rolled back.
    if (this.#wasRolledBack) throw new BrokenTransaction();
  }

  /** Where this fails the connection is not lent again, and the server rolls back when it is gone. */
  async rollback(within: number): Promise<void> {
    this.#over = true;
    if (this.#failure === null) await this.#send('rollback', [], 'objects', within).catch(() => undefined);
  }

  async #send(text: string, values: unknown[], shape: Shape, within: number): Promise<unknown[]> {
    if (this.#failure !== null) throw this.#failure;
    const asked = { at: this.#environment.monotonic() };
    this.#askedAt.add(asked);
    let cancel = this.#environment.after(Math.max(0, within), () => {
      cancel = this.#environment.after(unreadAnswer, () => this.cut(new SilentDatabase(within)));
    });
    try {
      return await this.#query(text, values, shape);
    } catch (error) {
      // Cut by us, the library's sentence would be that the connection ended for no reason.
      const { failure } = this;
      if (failure !== null) throw failure;
      // Every connection that is open has planned it before the change; a new one plans it anew.
      if (isPlanOutdated(error) || !isServersWord(error))
        this.#failure = error instanceof Error ? error : new Error(String(error));
      // Those behind it are told that something before them failed; what it was says what to do about it.
      if (isBehindFailed(error)) throw this.#refusal ?? error;
      this.#refusal ??= error;
      throw error;
    } finally {
      cancel();
      this.#askedAt.delete(asked);
    }
  }

  async #query(text: string, values: unknown[], shape: Shape): Promise<unknown[]> {
    this.#sendTogether();
    const name = values.length > 0 ? this.#names?.of(text, values.length) : null;
    const query = { ...(typeof name === 'string' ? { name } : {}), text, types, values };
    const answer =
      shape === 'objects'
        ? await this.#client.query<object>(query)
        : await this.#client.query<unknown[]>({ ...query, rowMode: 'array' });
    if (Array.isArray(answer)) return [];
    if (text === 'commit') this.#wasRolledBack = answer.command === 'ROLLBACK';
    return answer.rows;
  }

  /** What is asked before the event loop goes on leaves in one piece: a piece each is what a statement costs most. */
  #sendTogether(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  /** Ends the connection without a word to the server, which may not hear it. */
  cut(why: Error): void {
    this.#failure ??= why;
    this.#client.connection.stream.destroy();
  }

  /** Gives the connection back; to nobody else where it failed in any way. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#failure === null) this.#client.release();
    else {
      // The library would wait for a silent server to take its goodbye.
      this.#client.connection.stream.destroy();
      this.#client.release(this.#failure);
    }
  }
}
