import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { ShoreFailure } from '../failure.ts';
import { decodeCursor, encodeCursor } from '../records/cursor.ts';
import { pageLimit } from '../records/page-limit.ts';
import type { ConflictQuery, Page, ShoreConflict } from '../service.ts';
import { storedConflict } from '../store/conflict-rows.ts';
import type { Executor } from '../store/database.ts';
import { crewMember, equipment, syncConflicts, workOrder } from '../store/schema.ts';
import { conflictEnd, openConflict } from './conflict.ts';

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
  return { ...openConflict(stored), ...conflictEnd(stored), vesselId, entity, recordId, label: name };
}

/** Number and title of an order, code and name of equipment, name of a person. */
function label() {
  const place = (table: typeof workOrder | typeof equipment | typeof crewMember) =>
    sql`${table.vesselId} = ${syncConflicts.vesselId} and ${table.id} = ${syncConflicts.recordId}`;
  return sql<string>`coalesce(
    case ${syncConflicts.entity}
      when 'work_order' then (select ${workOrder.number} || ' ' || ${workOrder.title} from ${workOrder} where ${place(workOrder)})
      when 'equipment' then (select ${equipment.code} || ' ' || ${equipment.name} from ${equipment} where ${place(equipment)})
      when 'crew_member' then (select ${crewMember.name} from ${crewMember} where ${place(crewMember)})
    end, ${syncConflicts.recordId})`;
}
