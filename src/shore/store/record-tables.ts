import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, type PgColumn } from 'drizzle-orm/pg-core';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { RecordDeclaration, RecordIndex } from '#shared/records/define-record.ts';
import { columnOf } from '#shared/records/record.ts';
import { columnsOf, ofEveryRecord } from './record-columns.ts';

/** The table of a kind of record: the columns of its declaration, and those that every one has. */
export function recordTable<const S extends RecordDeclaration>(spec: S) {
  return pgTable(
    spec.entity as S['entity'],
    { ...ofEveryRecord, ...columnsOf<S['fields']>(spec.fields) },
    (table) => {
      const columns = table as unknown as Record<string, PgColumn> & Record<'vesselId' | 'id', PgColumn>;
      return [
        primaryKey({ columns: [columns.vesselId, columns.id] }),
        ...(spec.indexes?.ashore ?? []).map((each) => indexOf(spec, each, columns)),
      ];
    },
  );
}

function indexOf(
  spec: RecordDeclaration,
  { name, on, among }: RecordIndex,
  table: Readonly<Record<string, PgColumn>>,
) {
  const parts = on.map((part) => {
    const column = typeof part === 'string' ? table[part] : undefined;
    if (column === undefined)
      throw new Error(`${spec.entity} has no such column for index '${name}': ${JSON.stringify(part)}`);
    return column;
  });
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error(`Index '${name}' of ${spec.entity} is on nothing`);
  const made = index(`${spec.entity}_${name}`).on(first, ...rest);
  if (among === 'all') return made;
  if (among === undefined) return made.where(sql`not deleted`);
  const values = among.values.map((value) => `'${value}'`).join(', ');
  return made.where(sql.raw(`not deleted and ${columnOf(among.field)} in (${values})`));
}

type Spec = (typeof recordSpecs)[number];

/** By entity, the table of every kind of record. */
export const recordTables = Object.fromEntries(
  recordSpecs.map((spec) => [spec.entity, recordTable(spec)]),
) as unknown as { [S in Spec as S['entity']]: ReturnType<typeof recordTable<S>> };
