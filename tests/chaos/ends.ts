import Sqlite from 'better-sqlite3';
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Scalar } from '#shared/json.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { canonicalText, type Change } from '#shared/sync/change.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import type { Database, Executor } from '#shore/store/database.ts';
import { journalEntry } from '#shore/store/journal-rows.ts';
import { syncConflicts, syncJournal, syncVersions } from '#shore/store/schema.ts';
import { SqlTransaction } from '#shore/store/sql-transaction.ts';
import { JournalReader } from '#vessel/store/journal/journal.ts';
import { RecordReader } from '#vessel/store/records/record-table.ts';

/** What one end holds, read from its database and put into words that both ends share. */
export interface End {
  /** Changes by `origin#number`. */
  readonly changes: ReadonlyMap<string, { change: Change; text: string }>;
  /** By `entity id`: values, whether deleted, who changed it last and when, and the field versions, as one text. */
  readonly records: ReadonlyMap<string, string>;
  /** Numbers of work orders that were ever given: number → ids of the records that bear it. */
  readonly numbers: ReadonlyMap<string, readonly string[]>;
  /** Open conflicts of records that are not deleted, as `entity id field values`. */
  readonly conflicts: ReadonlySet<string>;
}

/** Where the last look ended: origin → number. What lies before is not read again. */
export type Position = ReadonlyMap<string, number>;

interface RecordFacts {
  values: Readonly<Record<string, Scalar>> | null;
  deleted: boolean;
  updatedAt: number;
  updatedBy: string;
  state: object;
}

const stride = 2_000;
const idRow = z.object({ entity: z.string(), record_id: z.string() });
const conflictRow = z.object({
  entity: z.string(),
  record_id: z.string(),
  field: z.string(),
  heads: z.string(),
});
const heads = z.array(z.looseObject({ origin: z.string(), number: z.number(), value: z.unknown() }));

/**
 * Reads the ship's database, which the node may have open: the changes after `since` and the records they are
 * about; everything when `since` is null.
 */
export function readShip(file: string, since: Position | null): End {
  const connection = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    connection.exec('BEGIN');
    const journal = new JournalReader(connection);
    const builder = new EndBuilder();
    for (const origin of journal.origins()) {
      let after = since?.get(origin) ?? 0;
      for (;;) {
        const entries = journal.range(origin, after, stride);
        for (const { change, hash, applied } of entries) builder.addChange(change, hash, applied);
        after = entries.at(-1)?.change.number ?? after;
        if (entries.length < stride) break;
      }
    }
    const tables = recordSpecs.map((spec) => ({ spec, reader: new RecordReader(connection, spec) }));
    for (const { spec, reader } of tables) {
      const ids =
        since === null
          ? z.array(z.string()).parse(connection.prepare(`SELECT id FROM ${spec.entity}`).pluck().all())
          : builder.touched(spec.entity);
      for (const id of ids) {
        const row = reader.get(id);
        if (row === null) continue;
        const { values, deleted, updatedAt, updatedBy, versions } = row;
        const state = z.looseObject({}).parse(JSON.parse(versions));
        builder.addRecord(spec.entity, id, { values, deleted, updatedAt, updatedBy, state });
      }
    }
    for (const found of connection.prepare('SELECT entity, record_id FROM sync_awaited').all()) {
      const { entity, record_id } = idRow.parse(found);
      builder.addAwaited(entity, record_id);
    }
    for (const found of connection.prepare('SELECT * FROM sync_conflicts WHERE settled_at IS NULL').all()) {
      const { entity, record_id, field, heads: text } = conflictRow.parse(found);
      builder.addConflict(entity, record_id, field, heads.parse(JSON.parse(text)));
    }
    return builder.end();
  } finally {
    connection.close();
  }
}

/** The same of shore's database, for one vessel. */
export async function readShore(database: Database, vesselId: string, since: Position | null): Promise<End> {
  return database.transaction(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`);
    const builder = new EndBuilder();
    const origins = await tx
      .selectDistinct({ origin: syncJournal.origin })
      .from(syncJournal)
      .where(eq(syncJournal.vesselId, vesselId));
    for (const { origin } of origins) {
      let after = since?.get(origin) ?? 0;
      for (;;) {
        const rows = await tx
          .select()
          .from(syncJournal)
          .where(
            and(
              eq(syncJournal.vesselId, vesselId),
              eq(syncJournal.origin, origin),
              gt(syncJournal.number, after),
            ),
          )
          .orderBy(asc(syncJournal.number))
          .limit(stride);
        for (const { change, hash, applied } of rows.map(journalEntry))
          builder.addChange(change, hash, applied);
        after = rows.at(-1)?.number ?? after;
        if (rows.length < stride) break;
      }
    }
    await addShoreRecords(tx, vesselId, builder, since === null);
    const open = await tx
      .select()
      .from(syncConflicts)
      .where(and(eq(syncConflicts.vesselId, vesselId), isNull(syncConflicts.settledAt)));
    for (const { entity, recordId, field, heads: found } of open)
      builder.addConflict(entity, recordId, field, found);
    return builder.end();
  });
}

async function addShoreRecords(
  tx: Executor,
  vesselId: string,
  builder: EndBuilder,
  all: boolean,
): Promise<void> {
  const transaction = new SqlTransaction(tx);
  for (const { entity } of recordSpecs) {
    const ids = all ? await everyId(tx, vesselId, entity) : builder.touched(entity);
    for (let start = 0; start < ids.length; start += stride)
      for (const { id, state, row } of await transaction.records(
        vesselId,
        entity,
        ids.slice(start, start + stride),
      )) {
        if (row === null) builder.addAwaited(entity, id);
        else builder.addRecord(entity, id, { ...row, state: encodeState(state) });
      }
  }
}

async function everyId(tx: Executor, vesselId: string, entity: string): Promise<string[]> {
  const rows = await tx
    .select({ id: syncVersions.recordId })
    .from(syncVersions)
    .where(and(eq(syncVersions.vesselId, vesselId), eq(syncVersions.entity, entity)));
  return rows.map(({ id }) => id);
}

class EndBuilder {
  readonly #changes = new Map<string, { change: Change; text: string }>();
  readonly #touched = new Map<string, Set<string>>();
  readonly #records = new Map<string, string>();
  readonly #numbers = new Map<string, string[]>();
  readonly #deleted = new Set<string>();
  readonly #conflicts = new Map<string, string>();

  addChange(change: Change, hash: string | null, applied: string): void {
    const { origin, number, entity, recordId } = change;
    this.#changes.set(`${origin}#${number}`, {
      change,
      text: `${canonicalText(change)} ${hash} ${applied}`,
    });
    const known = this.#touched.get(entity) ?? new Set();
    this.#touched.set(entity, known.add(recordId));
  }

  /** Records of that kind which the changes read so far are about. */
  touched(entity: string): string[] {
    return [...(this.#touched.get(entity) ?? [])];
  }

  addRecord(entity: string, id: string, facts: RecordFacts): void {
    const key = `${entity} ${id}`;
    this.#records.set(key, canonicalJson(facts));
    if (facts.deleted) this.#deleted.add(key);
    const number = facts.values?.['number'];
    if (typeof number === 'string') this.#numbers.set(number, [...(this.#numbers.get(number) ?? []), id]);
  }

  /** Something is known of the record, but not its create: never so once everything has arrived. */
  addAwaited(entity: string, id: string): void {
    this.#records.set(`${entity} ${id}`, 'awaits its create');
  }

  addConflict(
    entity: string,
    id: string,
    field: string,
    values: readonly { origin: string; number: number; value: unknown }[],
  ): void {
    const sides = values.map(({ origin, number, value }) => canonicalJson([origin, number, value]));
    this.#conflicts.set(`${entity} ${id} ${field} ${sides.toSorted().join(' ')}`, `${entity} ${id}`);
  }

  end(): End {
    const conflicts = [...this.#conflicts].filter(([, record]) => !this.#deleted.has(record));
    return {
      changes: this.#changes,
      records: this.#records,
      numbers: this.#numbers,
      conflicts: new Set(conflicts.map(([text]) => text)),
    };
  }
}
