import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { RecordSpec } from '#shared/records/record.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import { changeSchema, type Change } from '#shared/sync/change.ts';
import { recordStateJson } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { historyOf } from '#shared/sync/snapshot/join.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import type { ReadableDatabase, WritableDatabase } from '../database.ts';
import type { RecordKey } from '../journal/outbox.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const stored = z.object({
  values: z.record(z.string(), scalar).nullable(),
  updatedAt: z.number(),
  updatedBy: z.string(),
  state: recordStateJson,
  history: z.array(changeSchema),
});
const row = z
  .object({ entity: z.string(), record_id: z.string(), base: z.string() })
  .transform((found): SnapshotRecord => {
    const json: unknown = JSON.parse(found.base);
    return { entity: found.entity, id: found.record_id, ...stored.parse(json) };
  });
const keyRow = z.object({ entity: z.string(), record_id: z.string(), base: z.string() });
const headRow = z.object({ origin: z.string(), number: z.number(), hash: z.instanceof(Uint8Array) });

/** Where an origin's journal begins on board. */
export interface BaseHead {
  origin: Origin;
  number: number;
  hash: ChainHash;
}

/** Reads what came with a snapshot: what folding begins with. */
export class BaseReader {
  readonly #get: Statement;
  readonly #all: Statement;
  readonly #heads: Statement;
  readonly #mentioning: Statement;
  readonly #after: Statement;

  constructor(connection: ReadableDatabase) {
    this.#mentioning = connection.prepare(
      'SELECT entity, record_id, base FROM sync_base WHERE instr(base, ?) > 0',
    );
    this.#after = connection.prepare(
      'SELECT * FROM sync_base WHERE (record_id, entity) > (?, ?) ORDER BY record_id, entity',
    );
    this.#get = connection.prepare('SELECT * FROM sync_base WHERE record_id = ? AND entity = ?');
    this.#all = connection.prepare('SELECT * FROM sync_base');
    this.#heads = connection.prepare('SELECT * FROM sync_base_heads ORDER BY origin');
  }

  /** Null for a record that came by its changes, or has not come yet. */
  get(entity: string, recordId: string): SnapshotRecord | null {
    const found = this.#get.get(recordId, entity);
    return found === undefined ? null : row.parse(found);
  }

  *all(): Generator<SnapshotRecord> {
    for (const found of this.#all.iterate()) yield row.parse(found);
  }

  /** Records whose stored text says so, by kind and id. @param mention an origin without which they cannot */
  *keysWith(mention: Origin, isMeant: (text: string) => boolean): Generator<RecordKey> {
    for (const found of this.#mentioning.iterate(`"${mention}"`)) {
      const { entity, record_id: recordId, base } = keyRow.parse(found);
      if (isMeant(base)) yield { entity, recordId };
    }
  }

  /**
   * Records by id and kind after a place, those whose stored text says so.
   * @param isMeant of the text as it is stored
   */
  *after(
    { recordId, entity }: RecordKey,
    isMeant: (text: string) => boolean,
  ): Generator<{ record: SnapshotRecord; size: number }> {
    for (const found of this.#after.iterate(recordId, entity)) {
      const { base } = keyRow.parse(found);
      if (isMeant(base)) yield { record: row.parse(found), size: base.length };
    }
  }

  heads(): BaseHead[] {
    return this.#heads.all().map((found) => {
      const { origin, number, hash } = headRow.parse(found);
      return { origin, number, hash: Buffer.from(hash).toString('hex') };
    });
  }
}

/** The same on the node's own connection; written within an `apply` transaction. */
export class Base extends BaseReader {
  readonly #put: Statement;
  readonly #putHead: Statement;
  readonly #dropHead: Statement;

  constructor(connection: WritableDatabase) {
    super(connection);
    this.#put = connection.prepare(
      `INSERT INTO sync_base (record_id, entity, base) VALUES (?, ?, ?)
       ON CONFLICT (record_id, entity) DO UPDATE SET base = excluded.base`,
    );
    this.#dropHead = connection.prepare('DELETE FROM sync_base_heads WHERE origin = ?');
    this.#putHead = connection.prepare(
      `INSERT INTO sync_base_heads (origin, number, hash) VALUES (?, ?, ?)
       ON CONFLICT (origin) DO UPDATE SET number = excluded.number, hash = excluded.hash`,
    );
  }

  put({ entity, id, ...rest }: SnapshotRecord): void {
    this.#put.run(id, entity, JSON.stringify(rest));
  }

  putHead({ origin, number, hash }: BaseHead): void {
    this.#putHead.run(origin, number, Buffer.from(hash, 'hex'));
  }

  dropHead(origin: Origin): void {
    this.#dropHead.run(origin);
  }

  /**
   * What is known of how a record came to be as it was in the snapshot: its changes, where people may have to be told
   * whose its values are; the values in force alone, by nobody, where not. Empty for a record that came otherwise.
   */
  history(spec: RecordSpec, recordId: string): readonly Change[] {
    const base = this.get(spec.entity, recordId);
    if (base === null) return [];
    return historyOf(spec, base);
  }
}
