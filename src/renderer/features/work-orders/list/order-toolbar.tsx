import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { priorities, workOrderTypes } from '#shared/records/work-order.ts';
import { workOrderStatuses } from '#shared/records/work-order-status.ts';
import { useSession } from '../../../lib/app-services/context.ts';
import { formatCount, formatQuantity } from '../../../lib/format.ts';
import { Button } from '../../../ui/button.tsx';
import { Chip } from '../../../ui/chip.tsx';
import { TabBar } from '../../../ui/tab-bar.tsx';
import { useWorkOrders } from '../context.ts';
import { FilterPopover } from './filter-popover.tsx';
import {
  type OrderFilter,
  type View,
  cleared,
  narrowings,
  outstandingStatuses,
  viewOf,
  views,
  withView,
} from './order-filter.ts';
import type { Counts } from './order-list.ts';
import styles from './order-toolbar.module.css';
import { priorityLabels, statusLabels, typeLabels } from '../labels.tsx';

const viewLabels: Readonly<Record<View, string>> = {
  outstanding: 'Outstanding',
  overdue: 'Overdue',
  completed: 'Completed',
  all: 'All',
};

export function OrderToolbar({ onCreate }: { onCreate: () => void }): ReactNode {
  const { list } = useWorkOrders();
  const filter = useStore(list.filter);
  const counts = useStore(list.counts, (state) => state.counts);
  const total = useStore(list.window.store, (state) => state.total);
  const isNarrowed = narrowings(filter) > 0 || filter.search.trim() !== '';
  return (
    <>
      <div className={styles.bar}>
        <TabBar
          label="Which orders"
          value={viewOf(filter)}
          tabs={views.map((view) => ({
            value: view,
            label: viewLabels[view],
            count: counts && countOf(view, counts),
          }))}
          onChange={(view) => list.setFilter((now) => withView(now, view))}
        />
        <div className={styles.end}>
          <FilterPopover />
          <Button look="primary" icon={<Plus size={16} aria-hidden="true" />} keys="C" onClick={onCreate}>
            New order
          </Button>
        </div>
      </div>
      <div className={isNarrowed ? styles.chips : 'visually-hidden'}>
        <span role="status">{total === null ? 'Reading…' : formatQuantity(total, 'order')}</span>
        <FilterChips />
        {isNarrowed ? (
          <Button look="quiet" onClick={() => list.setFilter((now) => ({ ...cleared(now), search: '' }))}>
            Clear
          </Button>
        ) : null}
      </div>
    </>
  );
}

function countOf(view: View, counts: Counts): string {
  const of: Readonly<Record<View, () => number>> = {
    outstanding: () => outstandingStatuses.reduce((sum, status) => sum + (counts.byStatus[status] ?? 0), 0),
    overdue: () => counts.overdue,
    completed: () => counts.byStatus.completed ?? 0,
    all: () => counts.total,
  };
  return formatCount(of[view]());
}

/** One chip for each thing that narrows the list, taken off by a click. */
function FilterChips(): ReactNode {
  const { list } = useWorkOrders();
  const filter = useStore(list.filter);
  const crew = useSession((session) => session.crew);
  const drop = (change: Partial<OrderFilter>) => () => list.setFilter((now) => ({ ...now, ...change }));
  const assignee = crew.find(({ id }) => id === filter.assigneeId)?.name ?? 'someone';
  const inOrder = <T extends string>(all: readonly T[], some: readonly T[]): T[] =>
    all.filter((one) => some.includes(one));
  const icon = <X size={12} aria-hidden="true" />;
  return (
    <>
      {filter.search.trim() === '' ? null : (
        <Chip icon={icon} verb="Remove" onClick={() => list.setFilter((now) => ({ ...now, search: '' }))}>
          {`“${filter.search.trim()}”`}
        </Chip>
      )}
      {viewOf(filter) === null
        ? inOrder(workOrderStatuses, filter.status).map((status) => (
            <Chip
              key={status}
              icon={icon}
              verb="Remove"
              onClick={drop({ status: filter.status.filter((one) => one !== status) })}
            >
              {statusLabels[status]}
            </Chip>
          ))
        : null}
      {inOrder(priorities, filter.priority).map((priority) => (
        <Chip
          key={priority}
          icon={icon}
          verb="Remove"
          onClick={drop({ priority: filter.priority.filter((one) => one !== priority) })}
        >
          {`${priorityLabels[priority]} priority`}
        </Chip>
      ))}
      {inOrder(workOrderTypes, filter.type).map((type) => (
        <Chip
          key={type}
          icon={icon}
          verb="Remove"
          onClick={drop({ type: filter.type.filter((one) => one !== type) })}
        >
          {typeLabels[type]}
        </Chip>
      ))}
      {filter.equipment === null ? null : (
        <Chip icon={icon} verb="Remove" onClick={drop({ equipment: null })}>
          {filter.equipment.label}
        </Chip>
      )}
      {filter.assigneeId === null ? null : (
        <Chip icon={icon} verb="Remove" onClick={drop({ assigneeId: null })}>
          {`Assigned to ${assignee}`}
        </Chip>
      )}
    </>
  );
}
