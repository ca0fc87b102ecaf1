import { sql, type SQL } from 'drizzle-orm';
import { index, integer, sqliteTable, text, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { RecordDeclaration, RecordIndex } from '#shared/records/define-record.ts';
import { listOrder } from '#shared/records/lists.ts';
import { columnOf } from '#shared/records/record.ts';
import { columnsOf } from './record-columns.ts';

const ofEveryRecord = {
  id: text('id').primaryKey(),
  deleted: integer('deleted', { mode: 'boolean' }).notNull().default(false),
  updatedAt: integer('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
  /** Field versions and heads, JSON: `shared/sync/record-state-json.ts`. */
  versions: text('versions').notNull().default(''),
  /** `sync_journal.entry` of its create, as that was numbered when the row was written; null where it came from elsewhere. */
  entry: integer('entry'),
};

/** What a list is sorted by that shows a field: a choice in the order of its words, and what has no value last. */
export function listedBy(spec: Pick<RecordDeclaration, 'fields'>, field: string): SQL {
  const column = columnOf(field);
  const ranked = listOrder(spec, field);
  return sql.raw(
    ranked === null
      ? `CASE WHEN ${column} IS NULL THEN '9999' ELSE ${column} END`
      : `CASE ${column} ${ranked.map((value, rank) => `WHEN '${value}' THEN ${rank}`).join(' ')} END`,
  );
}

/** The table of a kind of record: the columns of its declaration, and those that every one has. */
export function recordTable<const S extends RecordDeclaration>(spec: S) {
  return sqliteTable(
    spec.entity as S['entity'],
    { ...ofEveryRecord, ...columnsOf<S['fields']>(spec.fields) },
    (table) =>
      (spec.indexes?.onBoard ?? []).map((each) =>
        indexOf(spec, each, table as unknown as Record<string, SQLiteColumn>),
      ),
  );
}

function indexOf(
  spec: RecordDeclaration,
  { name, on, among }: RecordIndex,
  table: Readonly<Record<string, SQLiteColumn>>,
) {
  const parts = on.map((part) => {
    if (typeof part === 'object') return listedBy(spec, part.listed);
    const column = table[part];
    if (column === undefined) throw new Error(`${spec.entity} has no field '${part}' for index '${name}'`);
    return column;
  });
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error(`Index '${name}' of ${spec.entity} is on nothing`);
  const made = index(`${spec.entity}_${name}`).on(first, ...rest);
  if (among === 'all') return made;
  if (among === undefined) return made.where(sql`deleted = 0`);
  const values = among.values.map((value) => `'${value}'`).join(', ');
  return made.where(sql.raw(`deleted = 0 AND ${columnOf(among.field)} IN (${values})`));
}

type Spec = (typeof recordSpecs)[number];

/** By entity, the table of every kind of record. */
export const recordTables = Object.fromEntries(
  recordSpecs.map((spec) => [spec.entity, recordTable(spec)]),
) as unknown as { [S in Spec as S['entity']]: ReturnType<typeof recordTable<S>> };
