import { z } from 'zod';
import { type WorkOrderListInput, workOrderSortKeys } from '#shared/contract/work-orders.ts';
import { type Priority, type WorkOrderType, priorities, workOrderTypes } from '#shared/records/work-order.ts';
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

/** What the list shows, for the address; empty for what it shows at first. */
export function filterText(filter: OrderFilter): string {
  const text = new URLSearchParams();
  const { status, equipment, assigneeId, search, sort, direction } = filter;
  const view = viewOf(filter);
  if (view === null) for (const each of status) text.append('status', each);
  else if (view !== 'outstanding') text.set('view', view);
  for (const each of filter.priority) text.append('priority', each);
  for (const each of filter.type) text.append('type', each);
  if (equipment !== null) {
    text.set('equipment', equipment.id);
    text.set('equipmentName', equipment.label);
  }
  if (assigneeId !== null) text.set('assignee', assigneeId);
  if (search.trim() !== '') text.set('q', search.trim());
  if (sort !== startFilter.sort) text.set('sort', sort);
  if (direction !== startFilter.direction) text.set('direction', direction);
  return text.toString();
}

const parsed = z.object({
  view: z.enum(views).catch('outstanding'),
  status: z.array(z.enum(workOrderStatuses)).catch([]),
  priority: z.array(z.enum(priorities)).catch([]),
  type: z.array(z.enum(workOrderTypes)).catch([]),
  equipment: z.uuid().nullable().catch(null),
  equipmentName: z.string().max(200).catch('Equipment'),
  assignee: z.uuid().nullable().catch(null),
  q: z.string().max(200).catch(''),
  sort: z.enum(workOrderSortKeys).catch(startFilter.sort),
  direction: z.enum(['asc', 'desc']).catch(startFilter.direction),
});

/** The filter that an address says; what in it is none is as at first. */
export function parseFilter(text: string): OrderFilter {
  const given = new URLSearchParams(text);
  const { view, status, equipment, equipmentName, assignee, q, ...rest } = parsed.parse({
    ...Object.fromEntries(given),
    equipment: given.get('equipment'),
    assignee: given.get('assignee'),
    status: given.getAll('status'),
    priority: given.getAll('priority'),
    type: given.getAll('type'),
  });
  return {
    ...withView(startFilter, view),
    ...(status.length > 0 ? { status, overdue: false } : {}),
    ...rest,
    equipment: equipment === null ? null : { id: equipment, label: equipmentName },
    assigneeId: assignee,
    search: q,
  };
}
