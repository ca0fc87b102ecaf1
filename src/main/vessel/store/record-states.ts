import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { RecordSpec } from '#shared/domain/record.ts';
import { emptyState, type RecordState } from '#shared/sync/merge.ts';
import { decodeState, encodeState, fieldVersions } from '#shared/sync/record-state-json.ts';
import type { WritableDatabase } from './database.ts';
import type { Values } from './record-table.ts';

/** Field versions and heads beside the records (`sync_versions`). */
export class RecordStates {
  readonly #get: Statement;
  readonly #put: Statement;

  constructor(connection: WritableDatabase) {
    this.#get = connection.prepare('SELECT state FROM sync_versions WHERE record_id = ? AND entity = ?').pluck();
    this.#put = connection.prepare(
      `INSERT INTO sync_versions (entity, record_id, state) VALUES (?, ?, ?)
       ON CONFLICT (record_id, entity) DO UPDATE SET state = excluded.state`,
    );
  }

  /** @param row the record's values, null where it has no row yet */
  get(spec: RecordSpec, recordId: string, row: Values | null): RecordState {
    const text = this.text(spec.entity, recordId);
    return text === null ? emptyState : decodeState(spec, text, row);
  }

  put(entity: string, recordId: string, state: RecordState): void {
    this.#put.run(entity, recordId, JSON.stringify(encodeState(state)));
  }

  /** Field → version, as an editor hands it back. */
  versions(spec: RecordSpec, recordId: string): Record<string, string> {
    const text = this.text(spec.entity, recordId);
    return text === null ? {} : fieldVersions(spec, text);
  }

  text(entity: string, recordId: string): string | null {
    return z
      .string()
      .nullable()
      .parse(this.#get.get(recordId, entity) ?? null);
  }
}
