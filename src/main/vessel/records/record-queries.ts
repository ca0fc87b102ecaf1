import { and, or, sql, type SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { z } from 'zod';
import type { MethodOutput, ParsedInput } from '#shared/contract/index.ts';
import { lazy } from '#shared/lazy.ts';
import { openConflictOf } from '#shared/contract/open-conflict.ts';
import type { RecordAlone, RecordDetail, RecordRow } from '#shared/contract/records.ts';
import { specOf } from '#shared/records/catalogue.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { linesOf, mostLines } from '#shared/records/lines.ts';
import { listOrder, searchedFields, shownFields } from '#shared/records/lists.ts';
import { referencesIn } from '#shared/records/references.ts';
import { columnOf, type FieldValues, titleOf } from '#shared/records/record.ts';
import { fieldVersions } from '#shared/sync/record-state-json.ts';
import { AttachedStanding } from '../attachments/attached-standing.ts';
import { ContractFailure } from '../contract-failure.ts';
import { containsWords } from '../search.ts';
import type { StoredRecord } from '../store/records/record-table.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { LineStanding } from './line-standing.ts';

const found = z.array(z.object({ id: z.string() }));
const idsIn = (page: unknown): string[] => found.parse(page).map(({ id }) => id);

/** A record as it is shown, and as it is stored. */
interface Read {
  row: RecordRow;
  stored: StoredRecord;
}
const counted = z.array(z.object({ total: z.number() }));

/** By id the values that are shown of records in the place of those that are stored; left out where there are none. */
export type ShownInstead = (
  records: readonly { id: string; values: FieldValues; versions: string }[],
) => ReadonlyMap<string, FieldValues>;

/** What the screens read of records of one kind, as its declaration says. */
export class RecordQueries {
  readonly #db: BetterSQLite3Database;
  readonly #store: VesselStore;
  readonly #spec: RecordDeclaration;
  readonly #attached: AttachedStanding | null;
  readonly #lineStanding: LineStanding;
  readonly #lines = lazy(() =>
    linesOf(this.#spec.entity).map((spec) => ({
      entity: spec.entity,
      field: spec.parent,
      queries: new RecordQueries(this.#db, this.#store, spec),
    })),
  );
  readonly #shownInstead: ShownInstead;

  constructor(
    db: BetterSQLite3Database,
    store: VesselStore,
    spec: RecordDeclaration,
    shownInstead: ShownInstead = () => new Map(),
  ) {
    this.#db = db;
    this.#store = store;
    this.#spec = spec;
    this.#attached = spec.attachments === true ? new AttachedStanding(store, spec.entity) : null;
    this.#lineStanding = new LineStanding(store, spec.entity);
    this.#shownInstead = shownInstead;
  }

  /** @throws ContractFailure `invalid_input` for a field that the kind does not have */
  list(input: ParsedInput<'records.list'>): MethodOutput<'records.list'> {
    const { read, total } = this.#page(input);
    return { items: read.map(({ row }) => row), total };
  }

  #page({
    filter,
    search,
    sort = this.#spec.sort ?? this.#spec.title[0],
    direction,
    limit,
    offset,
  }: ParsedInput<'records.list'>): { read: Read[]; total: number } {
    const table = sql.identifier(this.#spec.entity);
    const columns = searchedFields(this.#spec).map(column);
    const where = and(
      sql`deleted = 0`,
      ...Object.entries(filter).map(([name, values]) => isOneOf(this.#columnOf(name, 'filter'), values)),
      containsWords(search, (has) => has(columns)),
    );
    const order = this.#orderBy(sort, direction);
    const page = this.#db.all(
      sql`SELECT id FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`,
    );
    const [total] = counted.parse(this.#db.all(sql`SELECT count(*) AS total FROM ${table} WHERE ${where}`));
    return { read: this.#read(idsIn(page)), total: total?.total ?? 0 };
  }

  /** All of them in the usual order, for a kind of which a ship has few. */
  all(): RecordRow[] {
    const order = this.#orderBy(this.#spec.sort ?? this.#spec.title[0], 'asc');
    const table = sql.identifier(this.#spec.entity);
    const page = this.#db.all(sql`SELECT id FROM ${table} WHERE deleted = 0 ORDER BY ${order}`);
    return this.#read(idsIn(page)).map(({ row }) => row);
  }

  /** Null where it is not there, or deleted. */
  get(id: string): RecordDetail | null {
    const [read] = this.#read([id]);
    if (read === undefined || read.stored.deleted) return null;
    return { ...this.#alone(read), lines: this.#linesOf(id) };
  }

  #alone({ row, stored }: Read): RecordAlone {
    const { entity } = this.#spec;
    return {
      ...row,
      versions: fieldVersions(this.#spec, stored.versions),
      conflicts: this.#store.conflicts.open({ entity, recordId: row.id }).map(openConflictOf),
    };
  }

  #linesOf(id: string): RecordDetail['lines'] {
    return Object.fromEntries(
      this.#lines().map(({ entity, field, queries }) => {
        const { read, total } = queries.#page({
          entity,
          filter: { [field]: [id] },
          direction: 'asc',
          limit: mostLines,
          offset: 0,
        });
        return [entity, { items: read.map((line) => queries.#alone(line)), total }];
      }),
    );
  }

  /** Each read once, those that are deleted too; what hangs on them is looked up for all together. */
  #read(ids: readonly string[]): Read[] {
    const found = ids.flatMap((id) => {
      const stored = this.#store.table(this.#spec.entity).get(id);
      return stored === null ? [] : [{ id, stored }];
    });
    const instead = this.#shownInstead(found.map(({ id, stored }) => ({ id, ...stored })));
    const rows = this.#withParts(found.map(({ id, stored }) => this.#toRow(id, stored, instead.get(id))));
    return found.flatMap(({ stored }, index) => {
      const row = rows[index];
      return row === undefined ? [] : [{ row, stored }];
    });
  }

  #toRow(
    id: string,
    { values, updatedAt, updatedBy, versions }: StoredRecord,
    instead: FieldValues | undefined,
  ): RecordRow {
    const { entity } = this.#spec;
    const { conflicts, outbox } = this.#store;
    const isContested = conflicts.any() && conflicts.open({ entity, recordId: id }).length > 0;
    return {
      entity,
      id,
      title: titleOf(this.#spec, values),
      values: { ...values, ...instead },
      referenced: this.#referenced(values),
      updatedAt: new Date(updatedAt).toISOString(),
      updatedBy,
      sync: isContested ? 'conflict' : outbox.standingOf(versions),
    };
  }

  /** What shore has is ashore only in part while something attached to it, or a line of it, is not. */
  #withParts(rows: readonly RecordRow[]): RecordRow[] {
    const held = rows.flatMap(({ id, sync }) => (sync === 'held' ? [id] : []));
    const attached = this.#attached?.lackingOf(held);
    const lines = this.#lineStanding.lackingOf(held);
    return rows.map((row) =>
      attached?.has(row.id) === true || lines.has(row.id) ? { ...row, sync: 'partly' } : row,
    );
  }

  #referenced(values: StoredRecord['values']): RecordRow['referenced'] {
    return Object.fromEntries(
      referencesIn(this.#spec, values).map(({ path, entity, id }) => {
        // A kind may be named that only a newer program has, or none.
        const spec = specOf(entity);
        const record = spec === undefined ? null : this.#store.table(entity).get(id);
        return [
          path,
          spec === undefined || record === null || record.deleted ? null : titleOf(spec, record.values),
        ];
      }),
    );
  }

  #orderBy(sort: string, direction: 'asc' | 'desc'): SQL {
    const way = sql.raw(direction === 'asc' ? 'ASC' : 'DESC');
    if (sort === 'updatedAt') return sql`updated_at ${way}, id ${way}`;
    const by = this.#columnOf(sort, 'sort');
    const ranked = listOrder(this.#spec, sort);
    // What has no value comes last, whichever way.
    if (ranked === null) return sql`${by} IS NULL, ${by} ${way}, id ${way}`;
    const ranks = sql.join(
      ranked.map((value, rank) => sql`WHEN ${value} THEN ${rank}`),
      sql` `,
    );
    return sql`CASE ${by} ${ranks} END ${way}, id ${way}`;
  }

  #columnOf(name: string, path: 'filter' | 'sort'): SQL {
    if (!shownFields(this.#spec).some(([shown]) => shown === name))
      throw new ContractFailure('invalid_input', 'Something in this is not right. Nothing was changed.', {
        details: [{ path, message: `${this.#spec.names.many} have no field '${name}'` }],
      });
    return column(name);
  }
}

const column = (name: string): SQL => sql`${sql.identifier(columnOf(name))}`;

function isOneOf(by: SQL, values: readonly (string | number | boolean | null)[]): SQL | undefined {
  const given = values.filter((value) => value !== null).map((value) => sql`${stored(value)}`);
  const isGiven = given.length === 0 ? sql`0` : sql`${by} IN (${sql.join(given, sql`, `)})`;
  return values.includes(null) ? or(isGiven, sql`${by} IS NULL`) : isGiven;
}

/** As SQLite keeps it. */
const stored = (value: string | number | boolean): string | number =>
  typeof value === 'boolean' ? Number(value) : value;
