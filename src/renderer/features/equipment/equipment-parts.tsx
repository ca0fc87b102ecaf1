import { Plus } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useAppServices } from '../../lib/app-services/context.ts';
import { formatQuantity } from '../../lib/format.ts';
import type { RecordParts } from '../../records/pane/record-view.tsx';
import type { SeenDetail } from '../../records/port.ts';
import { Button } from '../../ui/button.tsx';
import { useWorkOrders } from '../work-orders/context.ts';
import { emptyForm } from '../work-orders/form/order-form-values.ts';
import { startFilter } from '../work-orders/list/order-filter.ts';
import styles from './outstanding-orders.module.css';
import { OutstandingOrders } from './outstanding-orders.tsx';

/** What a piece of equipment has besides its fields: the work on it. */
export function equipmentParts(record: SeenDetail): RecordParts {
  return {
    actions: <OrderButtons record={record} />,
    lines: <OpenOrders key={record.id} id={record.id} />,
  };
}

function OrderButtons({ record: { id, title } }: { record: SeenDetail }): ReactNode {
  const { router } = useAppServices();
  const { list, drafts } = useWorkOrders();
  const pick = { id, label: title };
  return (
    <>
      <Button
        onClick={() => {
          list.setFilter(() => ({ ...startFilter, status: [], equipment: pick }));
          router.go({ page: 'work-orders', open: null, full: false });
        }}
      >
        Show all its orders
      </Button>
      <Button
        icon={<Plus size={16} aria-hidden="true" />}
        onClick={() => {
          if (!drafts.store.getState().isRead) return;
          const begun = drafts.store.getState().drafts.get('new')?.values ?? emptyForm;
          drafts.keep('new', { values: { ...begun, equipment: pick }, before: null });
          router.go({ page: 'work-orders', open: { kind: 'new' }, full: false });
        }}
      >
        New order for it
      </Button>
    </>
  );
}

/** How many orders are open on it, read again whenever orders change. */
function OpenOrders({ id }: { id: string }): ReactNode {
  const services = useAppServices();
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    let isWanted = true;
    const load = (): void => {
      services.transport.call('equipment.get', { id }).then(
        ({ outstandingOrders }) => {
          if (isWanted) setCount(outstandingOrders);
        },
        // The pane says by itself why the piece cannot be read.
        () => {},
      );
    };
    load();
    const stops = [
      services.onReturn(load),
      services.transport.on('records.changed', ({ entity }) => {
        if (entity === 'work_order') load();
      }),
    ];
    return () => {
      isWanted = false;
      for (const stop of stops) stop();
    };
  }, [services, id]);
  if (count === null) return null;
  return (
    <section className={styles.orders} aria-label="Outstanding orders">
      <h3>{count === 0 ? 'No outstanding orders' : formatQuantity(count, 'outstanding order')}</h3>
      <OutstandingOrders equipmentId={id} count={count} />
    </section>
  );
}
