import type { Statement } from 'better-sqlite3';
import type { WritableDatabase } from './database.ts';
import type { ApplyUnit, UnitOfWork, WriteUnit } from './unit-of-work.ts';

/** The one way into a transaction of the node's database, and what is known in memory beside it. */
export class Transactions {
  readonly #connection: WritableDatabase;
  readonly #unitOfWork: UnitOfWork;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #beside: (() => () => void)[] = [];

  constructor(connection: WritableDatabase, unitOfWork: UnitOfWork) {
    this.#connection = connection;
    this.#unitOfWork = unitOfWork;
    this.#begin = connection.prepare('BEGIN IMMEDIATE');
    this.#commit = connection.prepare('COMMIT');
    this.#rollback = connection.prepare('ROLLBACK');
  }

  /**
   * Takes in what is known in memory beside the database.
   * @param remember called as a transaction begins; what it returns sets that right where the transaction fails
   */
  keepBeside(remember: () => () => void): void {
    this.#beside.push(remember);
  }

  /** Runs `work` with `unit` open, all of it or nothing. */
  run<T>(unit: WriteUnit | ApplyUnit, work: () => T): T {
    const setRight = this.#beside.map((remember) => remember());
    this.#begin.run();
    this.#unitOfWork.open(unit);
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (cause) {
      // SQLite has rolled back by itself where the disk was full or gone.
      if (this.#connection.inTransaction) this.#rollback.run();
      for (const each of setRight) each();
      throw cause;
    } finally {
      this.#unitOfWork.close();
    }
  }
}
