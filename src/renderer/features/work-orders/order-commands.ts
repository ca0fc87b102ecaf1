import { type WorkOrderStatus, isOutstanding } from '#shared/records/work-order-status.ts';
import type { Command } from '../../lib/command.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import type { WorkOrders } from './context.ts';
import { views, withView } from './list/order-filter.ts';
import { statusKeys, statusLabels } from './labels.tsx';

const keyedStatuses: readonly WorkOrderStatus[] = ['open', 'in_progress', 'on_hold', 'completed'];

/** What the keyboard and the palette can do with orders just now. */
export function orderCommands(services: AppServices, orders: WorkOrders): readonly Command[] {
  const { router, notices } = services;
  const { list, records, actions, closing } = orders;
  const { route } = router.store.getState();
  const isHere = route.page === 'work-orders';
  const openId = isHere && route.open?.kind === 'order' ? route.open.id : null;
  const id = openId ?? (isHere ? list.selection.store.getState().id : null);
  const full = isHere && route.full;

  const edit = (orderId: string): void =>
    router.go({ page: 'work-orders', open: { kind: 'order', id: orderId, editing: true }, full });
  async function setStatus(orderId: string, status: WorkOrderStatus): Promise<void> {
    const order = records.store.getState().orders.get(orderId) ?? (await records.read(orderId));
    if (status !== 'completed') {
      await actions.setStatus(order, status);
      return;
    }
    if (!isOutstanding(order.status)) {
      notices.say(`${order.number} is ${statusLabels[order.status].toLowerCase()} already.`);
      return;
    }
    router.go({ page: 'work-orders', open: { kind: 'order', id: orderId, editing: false }, full });
    closing.setState({ id: orderId, as: 'completed' });
  }

  const commands: Command[] = [
    {
      label: 'New order',
      keys: 'C',
      run: () => router.go({ page: 'work-orders', open: { kind: 'new' }, full: false }),
    },
    ...views.map((view) => ({
      label: `Show ${view === 'all' ? 'all' : view} orders`,
      run: () => {
        list.setFilter((filter) => withView(filter, view));
        router.go({ page: 'work-orders', open: null, full: false });
      },
    })),
  ];
  if (id === null) return commands;
  return [
    { label: 'Edit the chosen order', keys: 'E', run: () => edit(id) },
    ...keyedStatuses.map((status) => ({
      label:
        status === 'completed'
          ? 'Sign off the chosen order'
          : `Set the chosen order to ${statusLabels[status].toLowerCase()}`,
      keys: statusKeys[status],
      run: () => void setStatus(id, status).catch((error: unknown) => services.sayFailure(error)),
    })),
    ...commands,
  ];
}
