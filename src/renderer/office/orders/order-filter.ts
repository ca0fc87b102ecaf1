import { z } from 'zod';
import { type OfficeWorkOrderQuery, officeSortKeys } from '#shared/office/records.ts';
import { type Priority, priorities } from '#shared/records/work-order.ts';

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

/** What the list shows, for the address; empty for what it shows at first. */
export function filterText({ view, search, priority, sort, direction }: OrderFilter): string {
  const text = new URLSearchParams();
  if (view !== firstFilter.view) text.set('view', view);
  for (const each of priority) text.append('priority', each);
  if (search.trim() !== '') text.set('q', search.trim());
  if (sort !== firstFilter.sort) text.set('sort', sort);
  if (direction !== firstFilter.direction) text.set('direction', direction);
  return text.toString();
}

const parsed = z.object({
  view: z.enum(views).catch(firstFilter.view),
  priority: z.array(z.enum(priorities)).catch([]),
  search: z.string().max(200).catch(''),
  sort: z.enum(officeSortKeys).catch(firstFilter.sort),
  direction: z.enum(['asc', 'desc']).catch(firstFilter.direction),
});

/** The filter that an address says; what in it is none is as at first. */
export function parseFilter(text: string): OrderFilter {
  const given = new URLSearchParams(text);
  return parsed.parse({
    ...Object.fromEntries(given),
    search: given.get('q') ?? '',
    priority: given.getAll('priority'),
  });
}
