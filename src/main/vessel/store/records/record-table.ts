import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { columnOf, type FieldKind, type RecordSpec } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { isStorable } from '#shared/domain/storable-text.ts';
import type { Scalar } from '#shared/json.ts';
import type { Creation } from '#shared/sync/columns/record-references.ts';
import { stampFromJson, stampJson } from '#shared/sync/causal-context.ts';
import type { ReadableDatabase, WritableDatabase } from '../database.ts';
import type { ColumnValue, UnitOfWork } from '../unit-of-work.ts';

/** A record's values by field name, as the domain knows them. */
export type Values = Readonly<Record<string, Scalar>>;

export interface StoredRecord {
  values: Values;
  deleted: boolean;
  /** Wall clock of the latest change, ms, and who made it. */
  updatedAt: number;
  updatedBy: string;
  /** Field versions and heads, `shared/sync/record-state-json.ts`. */
  versions: string;
}

const storedRow = z.object({
  deleted: z.number(),
  updated_at: z.number(),
  updated_by: z.string(),
  versions: z.string(),
});

const isRow = (found: unknown): found is Readonly<Record<string, unknown>> =>
  typeof found === 'object' && found !== null;

const createdStamp = z.string().nullish();

/** Reads the rows of one kind of record. */
export class RecordReader {
  readonly spec: RecordSpec;
  readonly #fields: readonly { name: string; column: string; kind: FieldKind }[];
  readonly #connection: ReadableDatabase;
  readonly #get: Statement;
  readonly #created: Statement;

  constructor(connection: ReadableDatabase, spec: RecordSpec) {
    this.#connection = connection;
    this.spec = spec;
    this.#fields = Object.entries(spec.fields).map(([name, { kind }]) => ({
      name,
      column: columnOf(name),
      kind,
    }));
    this.#get = connection.prepare(`SELECT * FROM ${spec.entity} WHERE id = ?`);
    this.#created = connection
      .prepare(`SELECT json_extract(versions, '$.c') FROM ${spec.entity} WHERE id = ?`)
      .pluck();
  }

  /** By which change the record was created; null where that, or the record, is not known. */
  createdBy(id: string): Creation | null {
    const text = createdStamp.parse(this.#created.get(id));
    if (text === null || text === undefined) return null;
    const { origin, number } = stampFromJson(stampJson.parse(JSON.parse(text)));
    return { origin, number };
  }

  /** Ids of records that are not deleted and hold this id in a field, oldest first. */
  idsWhere(field: string, id: string): string[] {
    const column = this.#fields.find(({ name }) => name === field)?.column;
    if (column === undefined) throw new Error(`${this.spec.entity} has no field '${field}'`);
    const statement = this.#connection.prepare(
      `SELECT id FROM ${this.spec.entity} WHERE ${column} = ? AND deleted = 0 ORDER BY id`,
    );
    return z.array(z.string()).parse(statement.pluck().all(id));
  }

  /** The record, deleted or not; null when there is no row with this id. */
  get(id: string): StoredRecord | null {
    const row = this.#get.get(id);
    if (row === undefined) return null;
    if (!isRow(row)) throw new Error(`${this.spec.entity} ${id} cannot be read`);
    const stored = storedRow.parse(row);
    const values: Record<string, Scalar> = {};
    for (const { name, column, kind } of this.#fields) {
      const value = row[column];
      if (typeof value !== 'string' && typeof value !== 'number' && value !== null)
        throw new Error(`${this.spec.entity}.${column} cannot be read`);
      values[name] = kind === 'boolean' && value !== null ? value !== 0 : value;
    }
    return {
      values,
      deleted: stored.deleted !== 0,
      updatedAt: stored.updated_at,
      updatedBy: stored.updated_by,
      versions: stored.versions,
    };
  }
}

/** Writes them as well, on the node's own connection. Writing is journalled or refused by the triggers. */
export class RecordTable extends RecordReader {
  readonly #fields: string[];
  readonly #insert: Statement;
  readonly #replace: Statement;
  readonly #updates = new Map<string, Statement>();
  readonly #connection: WritableDatabase;
  readonly #unitOfWork: UnitOfWork;
  readonly #mark: Statement;
  readonly #touch: Statement;

  constructor(connection: WritableDatabase, spec: RecordSpec, unitOfWork: UnitOfWork) {
    super(connection, spec);
    this.#connection = connection;
    this.#unitOfWork = unitOfWork;
    this.#fields = Object.keys(spec.fields);
    const all = ['id', 'deleted', 'updated_at', 'updated_by', 'versions', ...this.#fields.map(columnOf)];
    const places = all.map(() => '?').join(', ');
    const set = all.slice(1).map((column) => `${column} = ?`);
    // `OR FAIL`: the one row is written or not, so there is nothing that SQLite would have to take back.
    this.#insert = connection.prepare(
      `INSERT OR FAIL INTO ${spec.entity} (entry, ${all.join(', ')}) VALUES (?, ${places})`,
    );
    this.#replace = connection.prepare(`UPDATE ${spec.entity} SET ${set.join(', ')} WHERE id = ?`);
    this.#mark = connection.prepare(
      `UPDATE ${spec.entity} SET deleted = 1, updated_at = ?, updated_by = ? WHERE id = ?`,
    );
    this.#touch = connection.prepare(`UPDATE ${spec.entity} SET updated_at = ?, updated_by = ? WHERE id = ?`);
  }

  /**
   * Writes a row that is new.
   * @param entry of its create, which is in the journal; null where it came from elsewhere
   */
  insert(id: string, record: StoredRecord, entry: number | null): void {
    const { deleted, updatedAt, updatedBy, versions, values } = record;
    this.#insert.run(entry, id, Number(deleted), updatedAt, updatedBy, versions, this.#toColumns(values));
  }

  /**
   * Sets the fields in `changes`, of which at least one differs.
   * @param stored the record as it is
   */
  update(
    id: string,
    stored: StoredRecord,
    changes: Values,
    { updatedAt, updatedBy }: Pick<StoredRecord, 'updatedAt' | 'updatedBy'>,
  ): void {
    const names = Object.keys(changes);
    const key = names.join(',');
    let statement = this.#updates.get(key);
    if (statement === undefined) {
      const set = [...names.map((name) => `${columnOf(name)} = ?`), 'updated_at = ?', 'updated_by = ?'];
      statement = this.#connection.prepare(`UPDATE ${this.spec.entity} SET ${set.join(', ')} WHERE id = ?`);
      this.#updates.set(key, statement);
    }
    const values = names.map((name) => {
      if (!(name in this.spec.fields)) throw new Error(`${this.spec.entity} has no field '${name}'`);
      return this.#toColumn(name, changes[name]);
    });
    const { deleted, versions } = stored;
    this.#unitOfWork.reported(
      {
        entity: this.spec.entity,
        recordId: id,
        wasDeleted: deleted,
        deleted,
        versionsBefore: versions,
        versions,
        columns: [...this.#toColumns({ ...stored.values, ...changes }), ...this.#toColumns(stored.values)],
      },
      () => statement.run([...values, updatedAt, updatedBy, id]),
    );
  }

  /** Notes who wrote the record last, where none of its fields differs by it. */
  touch(id: string, updatedAt: number, updatedBy: string): void {
    this.#touch.run(updatedAt, updatedBy, id);
  }

  /** Marks the record deleted. @returns whether there was such a row */
  markDeleted(id: string, updatedAt: number, updatedBy: string): boolean {
    return this.#mark.run(updatedAt, updatedBy, id).changes > 0;
  }

  /** Writes the whole row, new or not: for applying the other end's changes. */
  put(id: string, record: StoredRecord): void {
    const { deleted, updatedAt, updatedBy, versions, values } = record;
    requireStorable(this.spec.entity, values);
    const columns = this.#toColumns(values);
    const { changes } = this.#replace.run(Number(deleted), updatedAt, updatedBy, versions, columns, id);
    if (changes === 0) this.insert(id, record, null);
  }

  #toColumns(values: Values): ColumnValue[] {
    return columnValues(this.spec.entity, this.#fields, values, []);
  }

  #toColumn(name: string, value: Scalar | undefined): ColumnValue {
    return columnValue(this.spec.entity, name, value);
  }
}

function columnValue(entity: string, name: string, value: Scalar | undefined): ColumnValue {
  if (value === undefined) throw new Error(`${entity}.${name} is missing`);
  return typeof value === 'boolean' ? Number(value) : value;
}

/**
 * What the columns of a record's `fields` hold, in their order, added to `list`.
 * @throws when one of them has no value
 */
export function columnValues(
  entity: string,
  fields: readonly string[],
  values: Values,
  list: ColumnValue[],
): ColumnValue[] {
  for (const name of fields) list.push(columnValue(entity, name, values[name]));
  return list;
}

/** @throws for a value that would be read back as another than was written, or that shore could not hold */
export function requireStorable(entity: string, values: Values): void {
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'string' && !isStorable(value))
      throw new Error(`${entity}.${name} holds a character that cannot be stored`);
}

/** A table for each kind of record. */
export function recordTables(
  connection: WritableDatabase,
  unitOfWork: UnitOfWork,
): ReadonlyMap<string, RecordTable> {
  return new Map(recordSpecs.map((spec) => [spec.entity, new RecordTable(connection, spec, unitOfWork)]));
}
