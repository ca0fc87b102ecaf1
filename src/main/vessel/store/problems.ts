import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { SyncProblem } from '#shared/contract/sync.ts';
import type { WritableDatabase } from './database.ts';

export interface NewProblem {
  at: number;
  code: string;
  /** What happened, what is safe, what to do. */
  message: string;
  entity: string | null;
  recordId: string | null;
  /** Own change it is about; one problem is kept for each. */
  number: number | null;
}

const row = z
  .object({
    id: z.number(),
    at: z.number(),
    code: z.string(),
    message: z.string(),
    entity: z.string().nullable(),
    record_id: z.string().nullable(),
  })
  .transform((stored): SyncProblem => ({
    id: stored.id,
    at: new Date(stored.at).toISOString(),
    code: stored.code,
    message: stored.message,
    entity: stored.entity,
    recordId: stored.record_id,
  }));

/** Of each kind the oldest are let go beyond this many. */
export const problemsKept = 500;

/**
 * Trouble with sync that a person has to know of.
 *
 * - What one kind tells pushes out only its own kind: a flood of one leaves the others standing.
 * - What shore reports of own changes is one kind, whatever codes it gives: they come over the wire. Such a row has a
 *   `number`, below zero where the change has another number since.
 * - Every other row is of the kind of its code, which this program chose.
 */
export class Problems {
  readonly #forget: Statement;
  readonly #forgetCode: Statement;
  readonly #add: Statement;
  readonly #trimCode: Statement;
  readonly #trimReported: Statement;
  readonly #page: Statement;
  readonly #count: Statement;
  readonly #forgetNumbers: Statement;

  constructor(connection: WritableDatabase) {
    this.#forget = connection.prepare(
      `DELETE FROM sync_problems WHERE code = @code AND message = @message
         AND entity IS @entity AND record_id IS @recordId`,
    );
    this.#forgetCode = connection.prepare('DELETE FROM sync_problems WHERE code = ?');
    this.#add = connection.prepare(
      `INSERT INTO sync_problems (at, code, message, entity, record_id, number)
       VALUES (@at, @code, @message, @entity, @recordId, @number)
       ON CONFLICT (number) DO UPDATE SET code = excluded.code, message = excluded.message`,
    );
    const trim = (kind: string) =>
      connection.prepare(
        `DELETE FROM sync_problems WHERE ${kind} AND id <=
           (SELECT id FROM sync_problems WHERE ${kind} ORDER BY id DESC LIMIT 1 OFFSET ${problemsKept})`,
      );
    this.#trimCode = trim('code = @code AND number IS NULL');
    this.#trimReported = trim('number IS NOT NULL');
    this.#page = connection.prepare('SELECT * FROM sync_problems ORDER BY id DESC LIMIT +? OFFSET ?');
    this.#forgetNumbers = connection.prepare('UPDATE sync_problems SET number = -id WHERE number > 0');
    this.#count = connection.prepare('SELECT count(*) FROM sync_problems').pluck();
  }

  /** Adds a problem; the same one of the same record, told before, is moved to now instead of standing twice. */
  add(problem: NewProblem): void {
    const { code, message, entity, recordId } = problem;
    this.#forget.run({ code, message, entity, recordId });
    this.#add.run(problem);
    if (problem.number === null) this.#trimCode.run({ code });
    else this.#trimReported.run();
  }

  /** For trouble that is over: what was told under this code goes. */
  forget(code: string): void {
    this.#forgetCode.run(code);
  }

  /** The numbers under which problems stand mean other changes from now on. */
  forgetNumbers(): void {
    this.#forgetNumbers.run();
  }

  page(limit: number, offset: number): SyncProblem[] {
    return this.#page.all(limit, offset).map((stored) => row.parse(stored));
  }

  count(): number {
    return z.number().parse(this.#count.get());
  }
}
