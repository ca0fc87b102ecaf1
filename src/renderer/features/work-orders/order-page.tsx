import { ClipboardList } from 'lucide-react';
import { type ReactNode, useCallback, useEffect } from 'react';
import { useStore } from 'zustand';
import type { WorkOrderRow } from '#shared/contract/work-orders.ts';
import { useAppServices, useRoute } from '../../lib/app-services/context.ts';
import type { OpenOrder } from '../../lib/app-services/route.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListAndPane } from '../../ui/list-and-pane.tsx';
import { useMedia } from '../../ui/use-row-height.ts';
import { OnceRead } from '../../records/form/once-read.tsx';
import { useWorkOrders } from './context.ts';
import { CreatePane } from './form/create-pane.tsx';
import { OrderPane } from './order/order-pane.tsx';
import { OrderTable } from './list/order-table.tsx';
import { OrderToolbar } from './list/order-toolbar.tsx';

/** The list of orders with its filters, and beside it the one that is looked at. */
export function OrderPage(): ReactNode {
  const { router } = useAppServices();
  const { list, drafts } = useWorkOrders();
  const { selection, window } = list;
  const isEmpty = useStore(window.store, ({ total }) => total === 0);
  const route = useRoute();
  const open = route.page === 'work-orders' ? route.open : null;
  const full = route.page === 'work-orders' && route.full;
  const isWide = useMedia('(min-width: 1600px)');
  const staysOpen = isWide && !isEmpty;
  const { id: chosenId, move } = useStore(selection.store);

  const show = useCallback(
    (next: OpenOrder | null, how: 'push' | 'replace' = 'push', asPage = full) =>
      router.go({ page: 'work-orders', open: next, full: asPage }, how),
    [router, full],
  );

  const openId = open?.kind === 'order' ? open.id : null;
  useEffect(() => {
    if (openId !== null) selection.choose(openId);
  }, [selection, openId]);

  // Moving through the list takes an open pane along.
  const isShowing = openId !== null || (staysOpen && open === null);
  useEffect(() => {
    if (move > 0 && chosenId !== null && isShowing && chosenId !== openId) {
      show({ kind: 'order', id: chosenId, editing: false }, 'replace');
    }
    // Only a move in the list may lead here, not a step back in the history.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [move, chosenId]);

  const onOpen = useCallback(
    (row: WorkOrderRow) => {
      selection.choose(row.id);
      show({ kind: 'order', id: row.id, editing: false });
    },
    [selection, show],
  );

  return (
    <ListAndPane
      label="Work orders"
      full={full}
      toolbar={<OrderToolbar onCreate={() => show({ kind: 'new' })} />}
      list={<OrderTable onOpen={onOpen} />}
      pane={pane()}
    />
  );

  function pane(): ReactNode {
    if (open?.kind === 'new') {
      return (
        <OnceRead drafts={drafts}>
          <CreatePane
            onClose={() => show(null, 'push', false)}
            onCreated={(id) => {
              selection.choose(id);
              show({ kind: 'order', id, editing: false }, 'replace');
            }}
          />
        </OnceRead>
      );
    }
    if (open?.kind === 'order') {
      return (
        <OrderPane
          key={open.id}
          id={open.id}
          editing={open.editing}
          full={full}
          onEdit={(editing) => show({ kind: 'order', id: open.id, editing }, 'replace')}
          onFull={(asPage) => show(open, 'push', asPage)}
          onClose={() => show(null, 'push', false)}
        />
      );
    }
    if (!staysOpen) return null;
    return (
      <EmptyState icon={<ClipboardList size={24} />} title="No order chosen">
        Choose one from the list to read it here, or move with J and K.
      </EmptyState>
    );
  }
}
