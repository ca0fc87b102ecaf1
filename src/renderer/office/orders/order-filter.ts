import type { OfficeWorkOrderQuery } from '#shared/office/records.ts';
import type { Priority } from '#shared/records/work-order.ts';

export const views = ['outstanding', 'overdue', 'completed', 'all'] as const;
export type View = (typeof views)[number];
export type SortKey = NonNullable<OfficeWorkOrderQuery['sort']>;

export interface OrderFilter {
  view: View;
  search: string;
  /** Empty for any. */
  priority: readonly Priority[];
  sort: SortKey;
  direction: 'asc' | 'desc';
}

export const firstFilter: OrderFilter = {
  view: 'outstanding',
  search: '',
  priority: [],
  sort: 'dueDate',
  direction: 'asc',
};

/** Clicking a column sorts by it; clicking it again turns it round. What changed last comes newest first. */
export function sortedBy(filter: OrderFilter, sort: SortKey): OrderFilter {
  const first = sort === 'updatedAt' ? 'desc' : 'asc';
  const turned = filter.direction === 'asc' ? 'desc' : 'asc';
  return { ...filter, sort, direction: filter.sort === sort ? turned : first };
}

/** What the gateway is asked. */
export function queryOf(filter: OrderFilter, vessel: string | null): OfficeWorkOrderQuery {
  const { view, search, priority, sort, direction } = filter;
  const words = search.trim();
  return {
    sort,
    direction,
    ...(vessel === null ? {} : { vessel }),
    ...(words === '' ? {} : { search: words }),
    ...(priority.length === 0 ? {} : { priority: [...priority] }),
    ...(view === 'outstanding' ? { status: ['open', 'in_progress', 'on_hold'] } : {}),
    ...(view === 'completed' ? { status: ['completed'] } : {}),
    ...(view === 'overdue' ? { overdue: 'true' as const } : {}),
  };
}
