import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { rowsOf, type Executor } from './database.ts';

/**
 * Sends statements to one connection, one behind the other and without waiting for answers between them. The database
 * runs them in this order, each on what is committed when its turn comes.
 * @returns the rows of each by column name; once one has failed, those behind it fail as well
 */
export type Send = (statements: readonly SQL[]) => Promise<unknown[]>[];

const dialect = new PgDialect();

/**
 * For a connection that takes statements while it has not answered those before.
 * @param ask hands a statement over at once
 */
export function behindEachOther(ask: (text: string, values: unknown[]) => Promise<unknown[]>): {
  send: Send;
  answered: () => Promise<unknown>;
} {
  const sent: Promise<unknown[]>[] = [];
  return {
    send(statements) {
      // All of them are texts before the first is on its way: one that cannot be sent leaves no hole.
      const asked = statements.map((statement) => {
        const { sql: text, params } = dialect.sqlToQuery(statement);
        if (params.some((value) => typeof value === 'object' && value !== null))
          throw new Error('A value of a statement is neither a text nor a number');
        return { text, params };
      });
      const answers = asked.map(({ text, params }) => ask(text, params));
      sent.push(...answers);
      return answers;
    },
    answered: () => Promise.all(sent),
  };
}

/** For a database that takes one statement at a time. */
export function oneByOne(tx: Executor): { send: Send; answered: () => Promise<unknown> } {
  let last: Promise<unknown> = Promise.resolve();
  return {
    send: (statements) =>
      statements.map((statement) => {
        const answer = last.then(() => rowsOf(tx, statement, z.unknown()));
        last = answer;
        return answer;
      }),
    answered: () => last,
  };
}

/**
 * The statements of one transaction, in as few round trips as their answers allow.
 *
 * - They run in the order in which `read` and `write` were called.
 * - What is written waits for the next read, or for the end: nobody needs its answer before.
 * - Reads that are asked for in one go travel together.
 * - When one fails, whoever waits next is told of that one; nothing of the transaction is kept.
 */
export class Statements {
  readonly #send: Send;
  #waiting: { statement: SQL; answered: (rows: Promise<unknown[]>) => void }[] = [];
  /** Of what was sent and not waited for. */
  readonly #unanswered: Promise<unknown[]>[] = [];
  #isSending = false;

  constructor(send: Send) {
    this.#send = send;
  }

  write(statement: SQL): void {
    this.#waiting.push({
      statement,
      answered: (rows) => {
        // Whoever waits next is told; until then it is nobody's.
        rows.catch(() => undefined);
        this.#unanswered.push(rows);
      },
    });
  }

  async read<T extends z.ZodType>(statement: SQL, row: T): Promise<z.output<T>[]> {
    const rows = await new Promise<unknown[]>((resolve, reject) => {
      this.#waiting.push({
        statement,
        answered: (answer) => void this.#afterWrites(answer).then(resolve, reject),
      });
      if (this.#isSending) return;
      this.#isSending = true;
      // What else is asked for in the same go comes along.
      queueMicrotask(() => {
        this.#isSending = false;
        this.#sendAll();
      });
    });
    return z.array(row).parse(rows);
  }

  /** Resolves when everything so far is answered: for a statement that goes another way to the same connection. */
  async settled(): Promise<void> {
    this.#sendAll();
    await this.#afterWrites(Promise.resolve([]));
  }

  /** Sends what still waits, right before the commit. Whoever commits waits for the answers. */
  end(): void {
    this.#sendAll();
  }

  #sendAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const answers = this.#send(waiting.map(({ statement }) => statement));
    for (const [index, { answered }] of waiting.entries()) {
      const answer = answers[index];
      if (answer !== undefined) answered(answer);
    }
  }

  /** The first of them to fail is the one that made the others fail. */
  async #afterWrites(answer: Promise<unknown[]>): Promise<unknown[]> {
    const all = await Promise.all([answer, ...this.#unanswered]);
    return all[0];
  }
}
