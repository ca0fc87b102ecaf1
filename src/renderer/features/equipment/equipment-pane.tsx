import { FileQuestion, Maximize2, Minimize2, Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Equipment } from '#shared/contract/equipment.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { formatHours, formatQuantity } from '../../lib/format.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { SyncMark } from '../../ui/sync-mark.tsx';
import { useWorkOrders } from '../work-orders/context.ts';
import { emptyForm } from '../work-orders/form/order-form-values.ts';
import { startFilter } from '../work-orders/list/order-filter.ts';
import styles from './equipment-pane.module.css';
import { criticalityLabels } from './equipment-labels.ts';
import { OutstandingOrders } from './outstanding-orders.tsx';

/** Kinds of records of which something stands in the pane. */
const beside: ReadonlySet<string> = new Set(['work_order', 'meter', 'meter_reading']);

/** Reads the piece, and again whenever it changes. */
function useEquipment(id: string): { item: Equipment | null; problem: string | null } {
  const services = useAppServices();
  const [item, setItem] = useState<Equipment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    const load = (): void => {
      services.transport.call('equipment.get', { id }).then(
        (found) => {
          if (isWanted) setItem(found);
        },
        (error: unknown) => {
          if (isWanted) setProblem(messageOf(error));
        },
      );
    };
    load();
    const stops = [
      services.onReturn(load),
      services.transport.on('records.changed', ({ entity, ids }) => {
        if (beside.has(entity) || (entity === 'equipment' && (ids.length === 0 || ids.includes(id)))) load();
      }),
    ];
    return () => {
      isWanted = false;
      for (const stop of stops) stop();
    };
  }, [services, id]);
  return { item, problem };
}

/** One piece of equipment and the work that is open on it. */
export function EquipmentPane(props: {
  id: string;
  full: boolean;
  onFull: (full: boolean) => void;
  onClose: () => void;
}): ReactNode {
  const { id, full, onFull, onClose } = props;
  const { item, problem } = useEquipment(id);
  return (
    <Pane
      head={
        <PaneHead title={item?.code ?? ''}>
          <Button
            look="quiet"
            iconOnly
            className="wide-only"
            icon={full ? <Minimize2 size={16} /> : <Maximize2 size={16} />}
            onClick={() => onFull(!full)}
          >
            {full ? 'Show beside the list' : 'Show as a page'}
          </Button>
          <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc" onClick={onClose}>
            Close
          </Button>
        </PaneHead>
      }
    >
      {item === null ? (
        problem === null ? null : (
          <EmptyState
            icon={<FileQuestion size={24} />}
            title="This equipment could not be read"
            action={<Button onClick={onClose}>Back to the list</Button>}
          >
            {problem}
          </EmptyState>
        )
      ) : (
        <EquipmentView item={item} />
      )}
    </Pane>
  );
}

function EquipmentView({ item }: { item: Equipment }): ReactNode {
  const { router } = useAppServices();
  const { list, drafts } = useWorkOrders();
  const pick = { id: item.id, label: `${item.code} ${item.name}` };
  return (
    <div className={styles.view}>
      <h2 className={styles.title}>{item.name}</h2>
      <div className="button-row">
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
            const begun = drafts.store.getState().drafts.get('new')?.values ?? emptyForm;
            drafts.keep('new', { values: { ...begun, equipment: pick }, before: null });
            router.go({ page: 'work-orders', open: { kind: 'new' }, full: false });
          }}
        >
          New order for it
        </Button>
      </div>
      <Facts>
        <Fact name="Code">{item.code}</Fact>
        <Fact name="Location">{item.location === '' ? '–' : item.location}</Fact>
        <Fact name="Maker">{item.maker === '' ? '–' : item.maker}</Fact>
        <Fact name="Model">{item.model === '' ? '–' : item.model}</Fact>
        <Fact name="Serial number">{item.serialNumber === '' ? '–' : item.serialNumber}</Fact>
        <Fact name="Criticality">{criticalityLabels[item.criticality]}</Fact>
        <Fact name="Running hours">{formatHours(item.runningHours)}</Fact>
        <Fact name="With shore">
          <SyncMark state={item.sync} withWords />
        </Fact>
      </Facts>
      <section className={styles.orders} aria-label="Outstanding orders">
        <h3>
          {item.outstandingOrders === 0
            ? 'No outstanding orders'
            : formatQuantity(item.outstandingOrders, 'outstanding order')}
        </h3>
        <OutstandingOrders equipmentId={item.id} count={item.outstandingOrders} />
      </section>
    </div>
  );
}
