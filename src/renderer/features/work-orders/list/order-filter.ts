import type { WorkOrderListInput } from '#shared/contract/work-orders.ts';
import { type Priority, type WorkOrderType } from '#shared/records/work-order.ts';
import { type WorkOrderStatus, isOutstanding, workOrderStatuses } from '#shared/records/work-order-status.ts';

export type SortKey = NonNullable<WorkOrderListInput['sort']>;

/** What a person asked the list of orders to show. Empty lists mean all. */
export interface OrderFilter {
  status: readonly WorkOrderStatus[];
  priority: readonly Priority[];
  type: readonly WorkOrderType[];
  equipment: { id: string; label: string } | null;
  assigneeId: string | null;
  overdue: boolean;
  search: string;
  sort: SortKey;
  direction: 'asc' | 'desc';
}

export const outstandingStatuses: readonly WorkOrderStatus[] = workOrderStatuses.filter(isOutstanding);

/** What is still to be done, the most pressing first. */
export const startFilter: OrderFilter = {
  status: outstandingStatuses,
  priority: [],
  type: [],
  equipment: null,
  assigneeId: null,
  overdue: false,
  search: '',
  sort: 'dueDate',
  direction: 'asc',
};

export const views = ['outstanding', 'overdue', 'completed', 'all'] as const;
/** The lists a person goes to most, each one click away. */
export type View = (typeof views)[number];

const viewFilters: Readonly<Record<View, Pick<OrderFilter, 'status' | 'overdue'>>> = {
  outstanding: { status: outstandingStatuses, overdue: false },
  overdue: { status: [], overdue: true },
  completed: { status: ['completed'], overdue: false },
  all: { status: [], overdue: false },
};

/** The filter with the statuses of `view` and everything else as it was. */
export function withView(filter: OrderFilter, view: View): OrderFilter {
  return { ...filter, ...viewFilters[view] };
}

/** Which view the filter's statuses amount to; null when a person picked statuses one by one. */
export function viewOf(filter: OrderFilter): View | null {
  const same = (view: View): boolean =>
    viewFilters[view].overdue === filter.overdue &&
    viewFilters[view].status.toSorted().join() === filter.status.toSorted().join();
  return views.find(same) ?? null;
}

/** How many things beside the view and the search narrow the list. */
export function narrowings(filter: OrderFilter): number {
  return (
    (viewOf(filter) === null ? 1 : 0) +
    (filter.priority.length > 0 ? 1 : 0) +
    (filter.type.length > 0 ? 1 : 0) +
    (filter.equipment === null ? 0 : 1) +
    (filter.assigneeId === null ? 0 : 1)
  );
}

/** The filter with nothing but its view, sort and search. */
export function cleared(filter: OrderFilter): OrderFilter {
  return {
    ...filter,
    ...viewFilters[viewOf(filter) ?? 'outstanding'],
    priority: [],
    type: [],
    equipment: null,
    assigneeId: null,
  };
}

/** What to ask the vessel for; `today` is the day on board, `YYYY-MM-DD`. */
export function toListInput(filter: OrderFilter, today: string): WorkOrderListInput {
  const search = filter.search.trim();
  return {
    ...(filter.status.length > 0 ? { status: [...filter.status] } : {}),
    ...(filter.priority.length > 0 ? { priority: [...filter.priority] } : {}),
    ...(filter.type.length > 0 ? { type: [...filter.type] } : {}),
    ...(filter.equipment === null ? {} : { equipmentId: filter.equipment.id }),
    ...(filter.assigneeId === null ? {} : { assigneeId: filter.assigneeId }),
    ...(filter.overdue ? { dueBefore: today } : {}),
    ...(search === '' ? {} : { search: search.slice(0, 200) }),
    sort: filter.sort,
    direction: filter.direction,
  };
}

/** The filter after a click on a column's header: another key starts with the order a person expects of it. */
export function sortedBy(filter: OrderFilter, key: SortKey): OrderFilter {
  if (filter.sort === key) return { ...filter, direction: filter.direction === 'asc' ? 'desc' : 'asc' };
  return { ...filter, sort: key, direction: key === 'updatedAt' ? 'desc' : 'asc' };
}
