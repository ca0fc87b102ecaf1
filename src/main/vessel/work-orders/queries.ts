import {
  and,
  asc,
  count,
  desc,
  eq,
  inArray,
  lt,
  notInArray,
  or,
  sql,
  type SQL,
  type SQLWrapper,
} from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import type { MethodOutput, ParsedInput } from '#shared/contract/index.ts';
import { openConflictOf } from '#shared/contract/open-conflict.ts';
import { lazy } from '#shared/lazy.ts';
import {
  workOrderRow,
  type WorkOrder,
  type WorkOrderFilter,
  type WorkOrderRow,
} from '#shared/contract/work-orders.ts';
import { standingOrderFields, workOrderSpec } from '#shared/records/work-order.ts';
import { workOrderStatuses } from '#shared/records/work-order-status.ts';
import { fieldVersions } from '#shared/sync/record-state-json.ts';
import { AttachedStanding } from '../attachments/attached-standing.ts';
import { isContested, standingOf } from '../record-standing.ts';
import { containsWords, hasWords, type SearchCondition } from '../search.ts';
import { listedBy, recordTables } from '../store/record-tables.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const workOrder = recordTables[workOrderSpec.entity];
const equipment = recordTables[workOrderSpec.fields.equipmentId.refersTo];
const assignee = recordTables[workOrderSpec.fields.assigneeId.refersTo];

const columns = {
  id: workOrder.id,
  number: workOrder.number,
  title: workOrder.title,
  equipmentId: workOrder.equipmentId,
  equipmentCode: equipment.code,
  equipmentName: equipment.name,
  type: workOrder.type,
  priority: workOrder.priority,
  status: workOrder.status,
  dueDate: workOrder.dueDate,
  assigneeId: workOrder.assigneeId,
  assigneeName: assignee.name,
  estimatedHours: workOrder.estimatedHours,
  actualHours: workOrder.actualHours,
  completedAt: workOrder.completedAt,
  completedBy: workOrder.completedBy,
  updatedAt: workOrder.updatedAt,
};

const orderOf: Record<ParsedInput<'workOrders.list'>['sort'], SQL> = {
  dueDate: listedBy(workOrderSpec, 'dueDate'),
  number: sql`${workOrder.number}`,
  title: sql`${workOrder.title}`,
  priority: listedBy(workOrderSpec, 'priority'),
  status: listedBy(workOrderSpec, 'status'),
  updatedAt: sql`${workOrder.updatedAt}`,
};

/** Written out, not bound: SQLite uses the lists' indexes, which leave deleted orders out, only when it can read this. */
const present = sql`${workOrder.deleted} = 0`;
/** The same, with a sign by which SQLite does not see that an index would do. */
const presentWithoutIndex = sql`+${workOrder.deleted} = 0`;

/** What the screens read of work orders. */
export class WorkOrderQueries {
  readonly #db: BetterSQLite3Database;
  readonly #store: VesselStore;
  readonly #attached: AttachedStanding;
  readonly #one = lazy(() =>
    this.#rows()
      .where(and(eq(workOrder.id, sql.placeholder('id')), present))
      .prepare(),
  );
  constructor(db: BetterSQLite3Database, store: VesselStore) {
    this.#db = db;
    this.#store = store;
    this.#attached = new AttachedStanding(store, workOrderSpec.entity);
  }

  /** A page, sorted and filtered in SQL: its ids, then the rest of those rows alone. */
  list(input: ParsedInput<'workOrders.list'>): MethodOutput<'workOrders.list'> {
    const order = orderBy(input, orderOf[input.sort]);
    const { page, total } = hasWords(input.search) ? this.#searched(input) : this.#listed(input, order);
    const items = this.#rows()
      .where(inArray(workOrder.id, page))
      .orderBy(...order)
      .all();
    return { items: this.#toRows(items), total };
  }

  /** By the index of an order. */
  #listed(input: ParsedInput<'workOrders.list'>, order: SQL[]): PageOfIds {
    const where = and(present, filterOf(input));
    const page = this.#db
      .select({ id: workOrder.id })
      .from(workOrder)
      .where(where)
      .orderBy(...order)
      .limit(input.limit)
      .offset(input.offset);
    const [total] = this.#db.select({ total: count() }).from(workOrder).where(where).all();
    return { page, total: total?.total ?? 0 };
  }

  /**
   * The same for words: all texts have to be read, once and in the order in which they lie. By the index of an order
   * they would be fetched from all over the table, and counting them would read them a second time.
   */
  #searched(input: ParsedInput<'workOrders.list'>): PageOfIds {
    const found = this.#db
      .select({ id: workOrder.id })
      .from(workOrder)
      .where(and(presentWithoutIndex, filterOf(input)))
      .orderBy(...orderBy(input, sql`+${orderOf[input.sort]}`))
      .values();
    const page = found.slice(input.offset, input.offset + input.limit).map(([id]) => z.string().parse(id));
    return { page, total: found.length };
  }

  counts(today: string): MethodOutput<'workOrders.counts'> {
    const found = this.#db
      .select({ status: workOrder.status, total: count() })
      .from(workOrder)
      .where(present)
      .groupBy(workOrder.status)
      .all();
    const of = (status: string): number => found.find((each) => each.status === status)?.total ?? 0;
    const [overdue] = this.#db
      .select({ total: count() })
      .from(workOrder)
      .where(and(present, filterOf({ dueBefore: today })))
      .all();
    return {
      total: found.reduce((sum, each) => sum + each.total, 0),
      byStatus: {
        open: of('open'),
        in_progress: of('in_progress'),
        on_hold: of('on_hold'),
        completed: of('completed'),
        cancelled: of('cancelled'),
      } satisfies Record<(typeof workOrderStatuses)[number], number>,
      overdue: overdue?.total ?? 0,
    };
  }

  /** The order with everything there is of it; null when it is not there or deleted. */
  get(id: string): WorkOrder | null {
    const [found] = this.#one().all({ id });
    const stored = this.#store.table(workOrderSpec.entity).get(id);
    if (found === undefined || stored === null) return null;
    const [row] = this.#toRows([found]);
    if (row === undefined) return null;
    return {
      ...row,
      ...standingOrderFields.parse(stored.values),
      versions: fieldVersions(workOrderSpec, stored.versions),
      updatedBy: stored.updatedBy,
      conflicts: this.#store.conflicts
        .open({ entity: workOrderSpec.entity, recordId: id })
        .map(openConflictOf),
    };
  }

  #toRows(stored: readonly StoredRow[]): WorkOrderRow[] {
    const { outbox } = this.#store;
    const alone = stored.map((found) => ({ found, sync: standingOf(outbox, found) }));
    const lacking = this.#attached.lackingOf(
      alone.flatMap(({ found, sync }) => (sync === 'held' ? [found.id] : [])),
    );
    return alone.map(({ found: { versions: _versions, contested: _contested, ...found }, sync }) =>
      workOrderRow.parse({
        ...found,
        updatedAt: new Date(found.updatedAt).toISOString(),
        sync: lacking.has(found.id) ? 'partly' : sync,
      } satisfies Partial<z.input<typeof workOrderRow>>),
    );
  }

  #rows() {
    return this.#db
      .select({
        ...columns,
        versions: workOrder.versions,
        contested: isContested(workOrder.id),
      })
      .from(workOrder)
      .leftJoin(equipment, eq(equipment.id, workOrder.equipmentId))
      .leftJoin(assignee, eq(assignee.id, workOrder.assigneeId));
  }
}

interface StoredRow extends Record<string, unknown> {
  id: string;
  updatedAt: number;
  versions: string;
  contested: number;
}

function orderBy({ direction }: ParsedInput<'workOrders.list'>, value: SQL): SQL[] {
  const directed = direction === 'asc' ? asc : desc;
  return [directed(value), directed(workOrder.id)];
}

interface PageOfIds {
  /** The ids, or the query for them. */
  page: string[] | SQLWrapper;
  /** How many there are on all pages. */
  total: number;
}

/** In the order's texts, or in what its row shows of equipment and crew. */
function standsIn(has: SearchCondition): SQL | undefined {
  const other = new QueryBuilder();
  return or(
    has([workOrder.number, workOrder.title, workOrder.description, workOrder.notes]),
    inArray(
      workOrder.equipmentId,
      other
        .select({ id: equipment.id })
        .from(equipment)
        .where(has([equipment.code, equipment.name])),
    ),
    inArray(
      workOrder.assigneeId,
      other
        .select({ id: assignee.id })
        .from(assignee)
        .where(has([assignee.name])),
    ),
  );
}

function filterOf(filter: WorkOrderFilter): SQL | undefined {
  return and(
    filter.status === undefined ? undefined : inArray(workOrder.status, filter.status),
    filter.priority === undefined ? undefined : inArray(workOrder.priority, filter.priority),
    filter.type === undefined ? undefined : inArray(workOrder.type, filter.type),
    filter.equipmentId === undefined ? undefined : eq(workOrder.equipmentId, filter.equipmentId),
    filter.assigneeId === undefined ? undefined : eq(workOrder.assigneeId, filter.assigneeId),
    filter.dueBefore === undefined
      ? undefined
      : and(
          lt(workOrder.dueDate, filter.dueBefore),
          notInArray(workOrder.status, ['completed', 'cancelled']),
        ),
    containsWords(filter.search, standsIn),
  );
}
