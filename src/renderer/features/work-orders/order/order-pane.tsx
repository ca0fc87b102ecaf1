import {
  Ban,
  FileQuestion,
  History,
  Maximize2,
  Minimize2,
  Pencil,
  Trash2,
  TriangleAlert,
  X,
} from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { mayBecome } from '#shared/records/work-order-status.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Pane, PaneHead } from '../../../ui/pane.tsx';
import { Question } from '../../../ui/question.tsx';
import { useWorkOrders } from '../context.ts';
import { EditOrder } from '../form/edit-order.tsx';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { OnceRead } from '../../../records/form/once-read.tsx';
import { RecordHistory } from '../../../records/history/record-history.tsx';
import { OrderView } from './order-view.tsx';

interface OrderPaneProps {
  id: string;
  editing: boolean;
  full: boolean;
  onEdit: (editing: boolean) => void;
  onFull: (full: boolean) => void;
  onClose: () => void;
}

/** One order: read, changed, signed off or deleted. */
export function OrderPane(props: OrderPaneProps): ReactNode {
  const { id, editing, full, onEdit, onFull, onClose } = props;
  const { records, list, closing, drafts, texts } = useWorkOrders();
  const order = useStore(records.store, ({ orders }) => orders.get(id));
  const error = useStore(records.store, ({ errors }) => errors.get(id));
  const row = useStore(list.window.store, ({ rows }) => rows.find((candidate) => candidate.id === id)?.row);

  const [historyOf, setHistoryOf] = useState<string | null>(null);
  const showsHistory = historyOf === id;
  const setShowsHistory = (shows: boolean): void => setHistoryOf(shows ? id : null);

  useEffect(() => records.watch(id), [records, id]);

  const closeButton = (
    <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc" onClick={onClose}>
      Close
    </Button>
  );
  if (order === undefined && error !== undefined) {
    return (
      <Pane head={<PaneHead title="Work order">{closeButton}</PaneHead>}>
        {error.code === 'not_found' ? (
          <>
            <EmptyState
              icon={<FileQuestion size={24} />}
              title="This order is gone"
              action={<Button onClick={onClose}>Back to the list</Button>}
            >
              It was deleted, here or ashore. What was done to it stays in the journal.
            </EmptyState>
            <RecordHistory entity={workOrderSpec.entity} id={id} />
          </>
        ) : (
          <EmptyState
            isProblem
            icon={<TriangleAlert size={24} />}
            title="This order could not be read"
            action={<Button onClick={() => records.watch(id)}>Try again</Button>}
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
        <PaneHead title={(order ?? row)?.number ?? 'Work order'}>
          {editing || order === undefined ? null : (
            <>
              <Button
                look="quiet"
                iconOnly
                icon={<History size={16} />}
                keys="H"
                aria-pressed={showsHistory}
                data-shortcut="history"
                onClick={() => setShowsHistory(!showsHistory)}
              >
                History
              </Button>
              <Button icon={<Pencil size={16} aria-hidden="true" />} keys="E" onClick={() => onEdit(true)}>
                Edit
              </Button>
              {mayBecome(order.status, 'cancelled') && order.status !== 'cancelled' ? (
                <Button
                  look="quiet"
                  iconOnly
                  icon={<Ban size={16} />}
                  onClick={() => closing.setState({ id, as: 'cancelled' })}
                >
                  Cancel order…
                </Button>
              ) : null}
              <DeleteButton order={order} onDeleted={onClose} />
            </>
          )}
          <Button
            look="quiet"
            iconOnly
            className="wide-only"
            icon={full ? <Minimize2 size={16} /> : <Maximize2 size={16} />}
            onClick={() => onFull(!full)}
          >
            {full ? 'Show beside the list' : 'Show as a page'}
          </Button>
          {closeButton}
        </PaneHead>
      }
    >
      <OnceRead drafts={drafts}>
        <OnceRead drafts={texts}>
          {order === undefined ? null : editing ? (
            <EditOrder order={order} onDone={() => onEdit(false)} />
          ) : showsHistory ? (
            <RecordHistory entity={workOrderSpec.entity} id={id} />
          ) : (
            <OrderView order={order} onEdit={() => onEdit(true)} />
          )}
        </OnceRead>
      </OnceRead>
    </Pane>
  );
}

function DeleteButton({ order, onDeleted }: { order: WorkOrder; onDeleted: () => void }): ReactNode {
  const { actions } = useWorkOrders();
  const [asks, setAsks] = useState(false);
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
        onYes={() => {
          setAsks(false);
          void actions.remove(order).then((isGone) => {
            if (isGone) onDeleted();
          });
        }}
      >
        “{order.title}” is removed on this ship now and ashore with the next link. This cannot be taken back
        here; the journal keeps what was written. An order that will not be done is better cancelled, so that
        it can be found.
      </Question>
    </>
  );
}
