import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { WritableDatabase } from '../database.ts';

const stored = z.string().nullable();

/** States of records whose create has not arrived yet (an urgent change may overtake it), as JSON. */
export class AwaitedRecords {
  readonly #get: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;

  constructor(connection: WritableDatabase) {
    this.#get = connection
      .prepare('SELECT state FROM sync_awaited WHERE record_id = ? AND entity = ?')
      .pluck();
    this.#put = connection.prepare(
      `INSERT INTO sync_awaited (entity, record_id, state) VALUES (?, ?, ?)
       ON CONFLICT (record_id, entity) DO UPDATE SET state = excluded.state`,
    );
    this.#remove = connection.prepare('DELETE FROM sync_awaited WHERE record_id = ? AND entity = ?');
  }

  get(entity: string, recordId: string): string | null {
    return stored.parse(this.#get.get(recordId, entity) ?? null);
  }

  put(entity: string, recordId: string, state: string): void {
    this.#put.run(entity, recordId, state);
  }

  /** The create has arrived: the record's own row holds its state from now on. */
  remove(entity: string, recordId: string): void {
    this.#remove.run(recordId, entity);
  }
}
