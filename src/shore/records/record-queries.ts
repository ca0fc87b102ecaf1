import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Scalar } from '#shared/json.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { linesOf, mostLines, type LineDeclaration } from '#shared/records/lines.ts';
import { listOrder, searchedFields, shownFields } from '#shared/records/lists.ts';
import { columnOf, titleOf, type FieldValues } from '#shared/records/record.ts';
import { referencesIn } from '#shared/records/references.ts';
import { specOf } from '#shared/records/catalogue.ts';
import { officeSyncState } from '#shared/office/records.ts';
import { ShoreFailure } from '../failure.ts';
import type {
  OfficeRecord,
  OfficeRecordRow,
  OfficeRecordWithLines,
  Page,
  RecordKey,
  RecordQuery,
} from '../service.ts';
import { anyOf } from '../store/bulk.ts';
import { rowsOf, type Executor } from '../store/database.ts';
import { rowsFor } from '../store/record-rows.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { findRecordVessel } from './find-record-vessel.ts';
import { orderOf, rangesAfter, readPage, type Keyset } from './keyset-page.ts';
import { pageLimit } from './page-limit.ts';
import { detailsOf, standing } from './record-standing.ts';
import { searchConditions } from './search.ts';

const selected = z.object({
  vessel_id: z.string(),
  id: z.string(),
  record: z.unknown(),
  sync: officeSyncState,
  by: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});
type Selected = z.output<typeof selected>;

/** For each record the values that are shown in the place of those that are stored; nothing where there are none. */
export type ShownInstead = (
  executor: Executor,
  records: readonly { vesselId: string; id: string }[],
) => Promise<readonly FieldValues[]>;

/** Reads the records of one kind for the office, as its declaration says. */
export class RecordQueries {
  readonly #executor: Executor;
  readonly #spec: RecordDeclaration;
  readonly #shownInstead: ShownInstead | null;

  constructor(executor: Executor, spec: RecordDeclaration, shownInstead: ShownInstead | null) {
    this.#executor = executor;
    this.#spec = spec;
    this.#shownInstead = shownInstead;
  }

  async list(query: RecordQuery): Promise<Page<OfficeRecord>> {
    const { sort = this.#spec.sort ?? this.#spec.title[0], direction = 'asc' } = query;
    const limit = pageLimit(query.limit, 50);
    const { keyset, kind } = this.#keyset(sort, direction);
    const order = `${this.#spec.entity} ${sort} ${direction}`;
    const filter = this.#conditions(query);
    const { rows, more } = await readPage(
      rangesAfter(keyset, decodeCursor(order, kind, query.cursor)),
      limit,
      (range, count) => this.#select([...filter, range], keyset, count),
    );
    const last = rows.at(-1);
    return {
      items: await this.#withDetails(rows),
      nextCursor:
        more && last !== undefined
          ? encodeCursor(order, { value: cursorValue(last.by), id: last.id, vesselId: last.vessel_id })
          : null,
    };
  }

  /** @throws {ShoreFailure} `not_found`; `invalid_input` when two vessels have that id and none was named */
  async get(key: RecordKey): Promise<OfficeRecord> {
    const { vesselId, id } = await findRecordVessel(this.#executor, this.#spec, key);
    const { keyset } = this.#keyset('updatedAt', 'asc');
    const [found] = await this.#select([sql`r.vessel_id = ${vesselId}`, sql`r.id = ${id}`], keyset, 1);
    if (found === undefined) throw notThere(this.#spec);
    const [record] = await this.#withDetails([found]);
    if (record === undefined) throw notThere(this.#spec);
    return record;
  }

  /** The record with its lines. @throws as `get` does */
  async withLines(key: RecordKey): Promise<OfficeRecordWithLines> {
    const record = await this.get(key);
    const lines = await Promise.all(
      linesOf(this.#spec.entity).map(async (spec) => {
        const of = { vesselId: record.vesselId, filter: { [spec.parent]: [record.id] } };
        const { items, nextCursor } = await new RecordQueries(this.#executor, spec, null).list({
          ...of,
          limit: mostLines,
        });
        const total = nextCursor === null ? items.length : await this.#countOf(spec, of.vesselId, record.id);
        return [spec.entity, { items, total }] as const;
      }),
    );
    return { ...record, lines: Object.fromEntries(lines) };
  }

  async #countOf({ entity, parent }: LineDeclaration, vesselId: string, id: string): Promise<number> {
    const [counted] = await rowsOf(
      this.#executor,
      sql`select count(*) as total from ${sql.identifier(entity)} as r
          where r.vessel_id = ${vesselId} and ${column(parent)} = ${id} and not r.deleted`,
      z.object({ total: z.coerce.number() }),
    );
    return counted?.total ?? 0;
  }

  async #withDetails(found: readonly Selected[]): Promise<OfficeRecord[]> {
    const rows = await this.#withTitles(found.map((row) => this.#rowOf(row)));
    const details = await detailsOf(this.#executor, this.#spec, rows);
    const instead = (await this.#shownInstead?.(this.#executor, rows)) ?? [];
    return rows.map((row, index) => ({
      ...row,
      ...instead[index],
      versions: {},
      conflicts: [],
      ...details[index],
    }));
  }

  #select(where: SQL[], keyset: Keyset, limit: number): Promise<Selected[]> {
    return rowsOf(
      this.#executor,
      sql`select r.vessel_id, r.id, row_to_json(r) as record, ${standing(this.#spec, sql`r`)} as sync, ${keyset.value} as by
          from ${sql.identifier(this.#spec.entity)} as r
          where not r.deleted and ${sql.join(where, sql` and `)}
          order by ${sql.join(orderOf(keyset), sql`, `)} limit ${limit}`,
      selected,
    );
  }

  #keyset(sort: string, direction: 'asc' | 'desc'): { keyset: Keyset; kind: 'string' | 'number' } {
    const of = { id: sql`r.id`, vesselId: sql`r.vessel_id`, direction };
    if (sort === 'updatedAt')
      return { keyset: { ...of, value: sql`r.updated_at`, isNullable: false }, kind: 'number' };
    const field = this.#spec.fields[sort];
    if (field === undefined || !isShown(this.#spec, sort)) throw noSuchField(this.#spec, sort, 'sort');
    const ranked = listOrder(this.#spec, sort);
    if (ranked !== null) {
      const ranks = sql.join(
        ranked.map((value, rank) => sql`when ${value} then ${sql.raw(String(rank))}`),
        sql` `,
      );
      const value = sql`case ${column(sort)} ${ranks} end`;
      return { keyset: { ...of, value, isNullable: field.nullable }, kind: 'number' };
    }
    const value = field.kind === 'boolean' ? sql`${column(sort)}::integer` : column(sort);
    return {
      keyset: { ...of, value, isNullable: field.nullable },
      kind: field.kind === 'text' ? 'string' : 'number',
    };
  }

  #conditions({ vesselId, filter = {}, search }: RecordQuery): SQL[] {
    const searched = searchedFields(this.#spec).map(column);
    return [
      ...(vesselId === undefined ? [] : [sql`r.vessel_id = ${vesselId}`]),
      ...Object.entries(filter).map(([name, values]) => {
        if (!isShown(this.#spec, name)) throw noSuchField(this.#spec, name, 'filter');
        return isOneOf(column(name), values);
      }),
      ...searchConditions(search, (has) => has(searched)),
    ];
  }

  #rowOf({ vessel_id: vesselId, id, record, sync }: Selected): OfficeRecordRow {
    const { values, updatedAt, updatedBy } = rowsFor(this.#spec.entity).fromJson(record);
    return {
      ...values,
      vesselId,
      id,
      updatedAt: new Date(updatedAt).toISOString(),
      updatedBy,
      sync,
      referenced: {},
    };
  }

  /** What people call the records that these point to, asked once a kind. */
  async #withTitles(rows: readonly OfficeRecordRow[]): Promise<OfficeRecordRow[]> {
    const references = rows.map((row) => referencesIn(this.#spec, valuesOf(this.#spec, row)));
    const titles = new Map<string, string>();
    for (const [entity, some] of Map.groupBy(references.flat(), (reference) => reference.entity)) {
      const spec = specOf(entity);
      if (spec === undefined) continue;
      const found = await rowsOf(
        this.#executor,
        sql`select r.vessel_id, r.id, row_to_json(r) as record from ${sql.identifier(entity)} as r
            where not r.deleted and r.id = ${anyOf([...new Set(some.map(({ id }) => id))])}
              and r.vessel_id = ${anyOf([...new Set(rows.map(({ vesselId }) => vesselId))])}`,
        z.object({ vessel_id: z.string(), id: z.string(), record: z.unknown() }),
      );
      for (const { vessel_id: vesselId, id, record } of found)
        titles.set(`${entity} ${vesselId} ${id}`, titleOf(spec, rowsFor(entity).fromJson(record).values));
    }
    return rows.map((row, index) => ({
      ...row,
      referenced: Object.fromEntries(
        (references[index] ?? []).map(({ path, entity, id }) => [
          path,
          titles.get(`${entity} ${row.vesselId} ${id}`) ?? null,
        ]),
      ),
    }));
  }
}

export function notThere({ names }: Pick<RecordDeclaration, 'names'>): ShoreFailure {
  return new ShoreFailure('not_found', `This ${names.one.toLowerCase()} is not there, or was deleted.`);
}

const column = (name: string): SQL => sql`r.${sql.identifier(columnOf(name))}`;

const isShown = (spec: RecordDeclaration, name: string): boolean =>
  shownFields(spec).some(([shown]) => shown === name);

function isOneOf(by: SQL, values: readonly Scalar[]): SQL {
  const given = values.filter((value) => value !== null).map((value) => sql`${value}`);
  const isGiven = given.length === 0 ? sql`false` : sql`${by} in (${sql.join(given, sql`, `)})`;
  return values.includes(null) ? sql`(${isGiven} or ${by} is null)` : isGiven;
}

const cursorValue = (by: Selected['by']): string | number | null =>
  typeof by === 'boolean' ? Number(by) : by;

function valuesOf({ fields }: RecordDeclaration, row: OfficeRecordRow): FieldValues {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, row[name] as Scalar]));
}

function noSuchField({ names }: RecordDeclaration, name: string, path: string): ShoreFailure {
  return new ShoreFailure('invalid_input', 'Something in this is not right. Nothing was changed.', {
    details: [{ path, message: `${names.many} have no field '${name}'` }],
  });
}
