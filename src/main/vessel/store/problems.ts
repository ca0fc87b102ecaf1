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

/** Oldest problems are let go beyond this many. */
export const problemsKept = 1_000;

/** Trouble with sync that a person has to know of. */
export class Problems {
  readonly #forget: Statement;
  readonly #forgetCode: Statement;
  readonly #add: Statement;
  readonly #trim: Statement;
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
    this.#trim = connection.prepare(
      'DELETE FROM sync_problems WHERE id <= (SELECT max(id) FROM sync_problems) - ?',
    );
    this.#page = connection.prepare('SELECT * FROM sync_problems ORDER BY id DESC LIMIT +? OFFSET ?');
    this.#forgetNumbers = connection.prepare(
      'UPDATE sync_problems SET number = NULL WHERE number IS NOT NULL',
    );
    this.#count = connection.prepare('SELECT count(*) FROM sync_problems').pluck();
  }

  /** Adds a problem; the same one of the same record, told before, is moved to now instead of standing twice. */
  add(problem: NewProblem): void {
    const { code, message, entity, recordId } = problem;
    this.#forget.run({ code, message, entity, recordId });
    this.#add.run(problem);
    this.#trim.run(problemsKept);
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
