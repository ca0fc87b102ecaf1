import { FileQuestion, History, Pencil, Trash2, TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { OnceRead } from '../../records/form/once-read.tsx';
import { RecordHistory } from '../../records/history/record-history.tsx';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { Question } from '../../ui/question.tsx';
import { EditOrder } from './edit-order.tsx';
import { useOffice } from '../office.ts';
import { OrderView } from './order-view.tsx';

/** One order: read, changed or deleted. */
export function OrderPane(props: {
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onClose: () => void;
}): ReactNode {
  const { editing, onEdit, onClose } = props;
  const { record, fleet, orderDrafts, orderTexts } = useOffice();
  const { order, error } = useStore(record.store);
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const [historyOf, setHistoryOf] = useState<string | null>(null);
  const showsHistory = order !== null && historyOf === order.id;
  const vesselName =
    vessels?.find(({ vesselId }) => vesselId === order?.vesselId)?.name ?? order?.vesselId ?? '';
  const close = (
    <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc" onClick={onClose}>
      Close
    </Button>
  );
  if (order === null && error !== null) {
    return (
      <Pane head={<PaneHead title="Work order">{close}</PaneHead>}>
        {error.code === 'not_found' ? (
          <EmptyState
            icon={<FileQuestion size={24} />}
            title="This order is gone"
            action={<Button onClick={onClose}>Back to the list</Button>}
          >
            It was deleted, here or on board. What was done to it stays in the journal.
          </EmptyState>
        ) : (
          <EmptyState
            isProblem
            icon={<TriangleAlert size={24} />}
            title="This order could not be read"
            // The failure stands in the record's store.
            action={<Button onClick={() => void record.read().catch(() => {})}>Try again</Button>}
          >
            {error.message}
          </EmptyState>
        )}
      </Pane>
    );
  }
  return (
    <Pane
      head={
        <PaneHead title={order?.number ?? 'Reading…'}>
          {editing || order === null ? null : (
            <>
              <Button
                look="quiet"
                iconOnly
                icon={<History size={16} aria-hidden="true" />}
                keys="H"
                aria-pressed={showsHistory}
                data-shortcut="history"
                onClick={() => setHistoryOf(showsHistory ? null : order.id)}
              >
                History
              </Button>
              <Button icon={<Pencil size={16} aria-hidden="true" />} keys="E" onClick={() => onEdit(true)}>
                Edit
              </Button>
              <DeleteButton order={order} vesselName={vesselName} onDeleted={onClose} />
            </>
          )}
          {close}
        </PaneHead>
      }
    >
      <OnceRead drafts={orderTexts}>
        <OnceRead drafts={orderDrafts}>
          {order === null ? null : editing ? (
            <EditOrder key={`${order.vesselId}/${order.id}`} order={order} onDone={() => onEdit(false)} />
          ) : showsHistory ? (
            <RecordHistory entity={workOrderSpec.entity} id={order.id} />
          ) : (
            <OrderView order={order} vesselName={vesselName} onEdit={() => onEdit(true)} />
          )}
        </OnceRead>
      </OnceRead>
    </Pane>
  );
}

function DeleteButton(props: {
  order: OfficeWorkOrder;
  vesselName: string;
  onDeleted: () => void;
}): ReactNode {
  const { order, vesselName, onDeleted } = props;
  const { client, notices, orders, orderDrafts, orderTexts } = useOffice();
  const [asks, setAsks] = useState(false);
  const remove = async (): Promise<void> => {
    setAsks(false);
    try {
      await client.ask('workOrders.delete', { params: { id: order.id }, query: { vessel: order.vesselId } });
      orderDrafts.discard(`${order.vesselId}/${order.id}`);
      orderTexts.discard(`${order.vesselId}/${order.id}`);
      orders.refresh();
      notices.say(`${order.number} deleted.`);
      onDeleted();
    } catch (error) {
      notices.sayProblem(messageOf(error));
    }
  };
  return (
    <>
      <Button look="quiet" iconOnly icon={<Trash2 size={16} />} onClick={() => setAsks(true)}>
        Delete order
      </Button>
      <Question
        isOpen={asks}
        title={`Delete ${order.number}?`}
        yes="Delete order"
        no="Keep it"
        onNo={() => setAsks(false)}
        onYes={() => void remove()}
      >
        “{order.title}” is removed ashore now and on board {vesselName} with the next link. This cannot be
        taken back here; the journal keeps what was written. An order that will not be done is better
        cancelled, so that it can be found.
      </Question>
    </>
  );
}
