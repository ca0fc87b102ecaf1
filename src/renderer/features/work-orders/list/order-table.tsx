import { ClipboardCheck, SearchX } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import type { WorkOrderRow } from '#shared/contract/work-orders.ts';
import { useAppServices } from '../../../lib/app-services/context.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ListProblem } from '../../../ui/list-problem.tsx';
import { VirtualTable } from '../../../ui/virtual-table.tsx';
import { useWorkOrders } from '../context.ts';
import { completedColumns, orderColumns } from './order-columns.tsx';
import { cleared, narrowings, sortedBy, viewOf, withView } from './order-filter.ts';
import styles from './order-table.module.css';

export function OrderTable({ onOpen }: { onOpen: (row: WorkOrderRow) => void }): ReactNode {
  const { list } = useWorkOrders();
  const filter = useStore(list.filter);
  const { sort, direction } = filter;
  const error = useStore(list.window.store, (state) => state.error);
  const total = useStore(list.window.store, (state) => state.total);

  useEffect(() => void list.reload(), [list]);

  if (error !== null && total === null) {
    return (
      <ListProblem title="The orders could not be read" error={error} onRetry={() => void list.reload()}>
        Nothing was changed by this.
      </ListProblem>
    );
  }
  return (
    <VirtualTable
      label="Work orders"
      className={styles.columns}
      columns={viewOf(filter) === 'completed' ? completedColumns : orderColumns}
      window={list.window}
      idOf={(row) => row.id}
      selection={list.selection}
      place={list.place}
      sort={{ key: sort, direction, onSort: (key) => list.setFilter((now) => sortedBy(now, key)) }}
      onOpen={onOpen}
      empty={<NoOrders />}
    />
  );
}

function NoOrders(): ReactNode {
  const { router } = useAppServices();
  const { list } = useWorkOrders();
  const filter = useStore(list.filter);
  const counts = useStore(list.counts, (state) => state.counts);
  const view = viewOf(filter);

  if (filter.search.trim() !== '' || narrowings(filter) > 0) {
    return (
      <EmptyState
        icon={<SearchX size={24} />}
        title="No order matches"
        action={
          <Button onClick={() => list.setFilter((now) => ({ ...withView(cleared(now), 'all'), search: '' }))}>
            Show all orders
          </Button>
        }
      >
        No work order has these words and fits this filter.
      </EmptyState>
    );
  }
  if (counts?.total === 0) {
    return (
      <EmptyState
        icon={<ClipboardCheck size={24} />}
        title="No work orders yet"
        action={
          <Button
            look="primary"
            keys="C"
            onClick={() => router.go({ page: 'work-orders', open: { kind: 'new' }, full: false })}
          >
            New order
          </Button>
        }
      >
        All jobs on board: planned, found, or asked for by the office. They are kept on this ship first and
        sent ashore at the next connection.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<ClipboardCheck size={24} />}
      title={
        view === 'overdue'
          ? 'Nothing is overdue'
          : view === 'completed'
            ? 'Nothing is signed off yet'
            : 'All work is done'
      }
      action={<Button onClick={() => list.setFilter((now) => withView(now, 'all'))}>Show all orders</Button>}
    />
  );
}
