import { and, eq, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm';
import type { Environment } from '#shared/ports.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { isOutstanding, workOrderStatuses } from '#shared/records/work-order-status.ts';
import { fieldVersions } from '#shared/sync/record-state-json.ts';
import { ShoreFailure } from '../failure.ts';
import { decodeCursor, encodeCursor } from '../records/cursor.ts';
import { orderOf, rangesAfter, readPage, type Keyset } from '../records/keyset-page.ts';
import { pageLimit } from '../records/page-limit.ts';
import { detailsOf, standingWithAttached } from '../records/record-standing.ts';
import { searchConditions, type SearchCondition } from '../records/search.ts';
import { findRecordVessel } from '../records/find-record-vessel.ts';
import type {
  Page,
  RecordKey,
  ShoreSortKey,
  ShoreWorkOrder,
  ShoreWorkOrderRow,
  WorkOrderQuery,
} from '../service.ts';
import type { Executor } from '../store/database.ts';
import { recordTables } from '../store/record-tables.ts';
import { syncVersions } from '../store/schema.ts';
import { dayOf, readShipsDays, type ShipsDays } from '../vessels/ships-days.ts';

const workOrder = recordTables[workOrderSpec.entity];
const equipment = recordTables[workOrderSpec.fields.equipmentId.refersTo];
const assignee = recordTables[workOrderSpec.fields.assigneeId.refersTo];

const columnOfKey = {
  dueDate: workOrder.dueDate,
  number: workOrder.number,
  updatedAt: workOrder.updatedAt,
} satisfies Record<ShoreSortKey, unknown>;

const outstanding = workOrderStatuses.filter(isOutstanding);

/** Reads work orders for the office. */
export class WorkOrderQueries {
  readonly #executor: Executor;
  readonly #environment: Pick<Environment, 'now'>;

  constructor(executor: Executor, environment: Pick<Environment, 'now'>) {
    this.#executor = executor;
    this.#environment = environment;
  }

  async list(query: WorkOrderQuery): Promise<Page<ShoreWorkOrderRow>> {
    const { sort = 'updatedAt', direction = sort === 'updatedAt' ? 'desc' : 'asc' } = query;
    const limit = pageLimit(query.limit, 50);
    const keyset: Keyset = {
      value: columnOfKey[sort],
      isNullable: !columnOfKey[sort].notNull,
      id: workOrder.id,
      vesselId: workOrder.vesselId,
      direction,
    };
    const order = `${sort} ${direction}`;
    const ranges = rangesAfter(
      keyset,
      decodeCursor(order, sort === 'updatedAt' ? 'number' : 'string', query.cursor),
    );
    const filter = conditions(query);
    if (query.overdue === true)
      filter.push(overdueOn(await readShipsDays(this.#executor, this.#environment.now())));
    const { rows, more } = await readPage(ranges, limit, (range, count) =>
      this.#select([...filter, range], orderOf(keyset), count),
    );
    const last = rows.at(-1);
    return {
      items: rows.map(rowOf),
      nextCursor:
        more && last !== undefined
          ? encodeCursor(order, { value: last.order[sort], id: last.order.id, vesselId: last.order.vesselId })
          : null,
    };
  }

  async get(key: RecordKey): Promise<ShoreWorkOrder> {
    return this.written(await findRecordVessel(this.#executor, workOrderSpec, key));
  }

  /** The order as it stands after a write, though somebody may have deleted it since. */
  async written({ vesselId, id }: { vesselId: string; id: string }): Promise<ShoreWorkOrder> {
    const [found] = await this.#executor
      .select({ ...selected, state: syncVersions.state })
      .from(workOrder)
      .leftJoin(equipment, isItsEquipment)
      .leftJoin(assignee, isItsAssignee)
      .leftJoin(
        syncVersions,
        and(
          eq(syncVersions.vesselId, workOrder.vesselId),
          eq(syncVersions.recordId, workOrder.id),
          eq(syncVersions.entity, workOrderSpec.entity),
        ),
      )
      .where(and(eq(workOrder.vesselId, vesselId), eq(workOrder.id, id)));
    if (found === undefined)
      throw new ShoreFailure('not_found', 'This work order is not there, or was deleted.');
    const row = rowOf(found);
    const versions = found.state === null ? {} : fieldVersions(workOrderSpec, found.state);
    if (row.sync !== 'conflict') return { ...row, versions, conflicts: [] };
    const [detail] = await detailsOf(this.#executor, workOrderSpec, [{ vesselId, id }]);
    return { ...row, versions, conflicts: [], ...detail };
  }

  #select(where: SQL[], order: SQL[], limit: number) {
    return this.#executor
      .select(selected)
      .from(workOrder)
      .leftJoin(equipment, isItsEquipment)
      .leftJoin(assignee, isItsAssignee)
      .where(and(...where))
      .orderBy(...order)
      .limit(limit);
  }
}

const isItsEquipment = and(
  eq(equipment.vesselId, workOrder.vesselId),
  eq(equipment.id, workOrder.equipmentId),
);
const isItsAssignee = and(eq(assignee.vesselId, workOrder.vesselId), eq(assignee.id, workOrder.assigneeId));
const selected = {
  order: getTableColumns(workOrder),
  equipmentCode: equipment.code,
  equipmentName: equipment.name,
  assigneeName: assignee.name,
  sync: standingWithAttached(workOrderSpec.entity, workOrder.vesselId, workOrder.id),
};

interface SelectedRow {
  order: typeof workOrder.$inferSelect;
  equipmentCode: string | null;
  equipmentName: string | null;
  assigneeName: string | null;
  sync: ShoreWorkOrderRow['sync'];
}

function rowOf({ order, equipmentCode, equipmentName, assigneeName, sync }: SelectedRow): ShoreWorkOrderRow {
  const { deleted: _, updatedAt, ...values } = order;
  return {
    ...values,
    updatedAt: new Date(updatedAt).toISOString(),
    equipmentCode,
    equipmentName,
    assigneeName,
    sync,
  };
}

/** Outstanding, and due before the day that it is on board. */
function overdueOn(days: ShipsDays): SQL {
  return sql`${workOrder.dueDate} < ${dayOf(workOrder.vesselId, days)} and ${inArray(workOrder.status, outstanding)}`;
}

/** In the order's texts, or in what its row shows of equipment and crew. */
function standsIn(has: SearchCondition): SQL {
  return sql`(${has([workOrder.number, workOrder.title, workOrder.description, workOrder.notes])}
    or (${workOrder.vesselId}, ${workOrder.equipmentId}) in (
      select ${equipment.vesselId}, ${equipment.id} from ${equipment} where ${has([equipment.code, equipment.name])})
    or (${workOrder.vesselId}, ${workOrder.assigneeId}) in (
      select ${assignee.vesselId}, ${assignee.id} from ${assignee} where ${has([assignee.name])}))`;
}

function conditions(query: WorkOrderQuery): SQL[] {
  const found: (SQL | undefined)[] = [
    sql`not ${workOrder.deleted}`,
    query.vesselId === undefined ? undefined : eq(workOrder.vesselId, query.vesselId),
    query.status === undefined ? undefined : inArray(workOrder.status, query.status),
    query.priority === undefined ? undefined : inArray(workOrder.priority, query.priority),
    query.type === undefined ? undefined : inArray(workOrder.type, query.type),
    query.equipmentId === undefined ? undefined : eq(workOrder.equipmentId, query.equipmentId),
    query.assigneeId === undefined ? undefined : eq(workOrder.assigneeId, query.assigneeId),
    query.dueBefore === undefined
      ? undefined
      : sql`${workOrder.dueDate} < ${query.dueBefore} and ${inArray(workOrder.status, outstanding)}`,
    ...searchConditions(query.search, standsIn),
  ];
  return found.filter((condition) => condition !== undefined);
}
