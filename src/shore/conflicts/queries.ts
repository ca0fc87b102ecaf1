import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { conflictEndOf, openConflictOf } from '#shared/contract/open-conflict.ts';
import { columnOf, type RecordSpec } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { ShoreFailure } from '../failure.ts';
import { decodeCursor, encodeCursor } from '../records/cursor.ts';
import { pageLimit } from '../records/page-limit.ts';
import type { ConflictQuery, Page, ShoreConflict } from '../service.ts';
import { storedConflict } from '../store/conflict-rows.ts';
import type { Executor } from '../store/database.ts';
import { syncConflicts } from '../store/schema.ts';

/** Reads conflicts for the office. */
export class ConflictQueries {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /** Newest first. */
  async list({
    vesselId,
    recordId,
    state = 'open',
    limit,
    cursor,
  }: ConflictQuery): Promise<Page<ShoreConflict>> {
    const count = pageLimit(limit, 50);
    const order = `conflicts ${state}`;
    const position = decodeCursor(order, 'number', cursor);
    const rows = await this.#select()
      .where(
        and(
          state === 'open'
            ? sql`${syncConflicts.settledAt} is null`
            : sql`${syncConflicts.settledAt} is not null`,
          ...(vesselId === undefined ? [] : [eq(syncConflicts.vesselId, vesselId)]),
          ...(recordId === undefined ? [] : [eq(syncConflicts.recordId, recordId)]),
          ...(position === null ? [] : [lt(syncConflicts.id, Number(position.value))]),
        ),
      )
      .orderBy(desc(syncConflicts.id))
      .limit(count + 1);
    const items = rows.slice(0, count).map(toConflict);
    const last = items.at(-1);
    return {
      items,
      nextCursor:
        rows.length > count && last !== undefined
          ? encodeCursor(order, { value: Number(last.id), id: '', vesselId: '' })
          : null,
    };
  }

  /** @throws {ShoreFailure} `not_found` */
  async get(id: string): Promise<ShoreConflict> {
    const [found] = await this.#select().where(eq(syncConflicts.id, Number(id)));
    if (found === undefined) throw new ShoreFailure('not_found', 'There is no such conflict.');
    return toConflict(found);
  }

  #select() {
    return this.#executor.select({ conflict: syncConflicts, label: label() }).from(syncConflicts).$dynamic();
  }
}

function toConflict({
  conflict,
  label: name,
}: {
  conflict: typeof syncConflicts.$inferSelect;
  label: string;
}): ShoreConflict {
  const stored = storedConflict(conflict);
  const { vesselId, entity, recordId } = conflict;
  return { ...openConflictOf(stored), ...conflictEndOf(stored), vesselId, entity, recordId, label: name };
}

/** What people call the record; its id where nothing else of it is here. */
function label() {
  const { vesselId, entity, recordId } = syncConflicts;
  const titles = recordSpecs.map((spec: RecordSpec) => {
    const table = sql.identifier(spec.entity);
    const parts = sql.join(
      spec.title.map((field) => sql`nullif(record.${sql.identifier(columnOf(field))}, '')`),
      sql`, `,
    );
    return sql`when ${spec.entity} then (select concat_ws(' ', ${parts}) from ${table} as record
      where record.vessel_id = ${vesselId} and record.id = ${recordId})`;
  });
  return sql<string>`coalesce(nullif(case ${entity} ${sql.join(titles, sql` `)} end, ''), ${recordId})`;
}
