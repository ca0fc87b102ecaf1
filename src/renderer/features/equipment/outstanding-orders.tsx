import { type ReactNode, useEffect, useState } from 'react';
import type { WorkOrderRow } from '#shared/contract/work-orders.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { SyncMark } from '../../ui/sync-mark.tsx';
import { DueDate } from '../work-orders/order/due-date.tsx';
import { outstandingStatuses } from '../work-orders/list/order-filter.ts';
import styles from './outstanding-orders.module.css';

const mostShown = 20;

/** The first of the orders that are open on a piece of equipment. `count` says when to read them again. */
export function OutstandingOrders({ equipmentId, count }: { equipmentId: string; count: number }): ReactNode {
  const services = useAppServices();
  const [orders, setOrders] = useState<readonly WorkOrderRow[]>([]);
  useEffect(() => {
    let isWanted = true;
    services.transport
      .call('workOrders.list', { equipmentId, status: [...outstandingStatuses], limit: mostShown })
      .then(
        ({ items }) => {
          if (isWanted) setOrders(items);
        },
        (error: unknown) => {
          if (isWanted) services.sayFailure(error);
        },
      );
    return () => {
      isWanted = false;
    };
  }, [services, equipmentId, count]);
  return (
    <ul>
      {orders.map((order) => (
        <li key={order.id}>
          <button
            type="button"
            className={styles.order}
            onClick={() =>
              services.router.go({
                page: 'work-orders',
                open: { kind: 'order', id: order.id, editing: false },
                full: false,
              })
            }
          >
            <SyncMark state={order.sync} />
            <span className={styles.orderTitle}>{order.title}</span>
            <DueDate order={order} />
          </button>
        </li>
      ))}
    </ul>
  );
}
