import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { isOutstanding } from '#shared/records/work-order-status.ts';
import type { Texts } from '../../../lib/text-drafts.ts';
import { useAppServices } from '../../../lib/app-services/context.ts';
import { Fact } from '../../../ui/facts.tsx';
import { SyncMark } from '../../../ui/sync-mark.tsx';
import { When } from '../../../ui/when.tsx';
import { BegunNote } from '../../../records/form/begun-note.tsx';
import { useRecordSite } from '../../../records/site.ts';
import { Attachments } from '../../attachments/attachments.tsx';
import { vesselAttachments } from '../../attachments/vessel-attachments.ts';
import { AddNote } from './add-note.tsx';
import { useWorkOrders } from '../context.ts';
import { DueDate } from './due-date.tsx';
import { OrderDetail } from './order-detail.tsx';
import { equipmentLabel } from '../form/order-form-values.ts';
import { closingKey } from './closing-key.ts';
import { StatusButtons } from './status-buttons.tsx';

/** An order of this ship. */
export function OrderView({ order, onEdit }: { order: WorkOrder; onEdit: () => void }): ReactNode {
  const { router } = useAppServices();
  return (
    <OrderDetail
      order={order}
      draft={<Begun id={order.id} isOver={!isOutstanding(order.status)} onGoOn={onEdit} />}
      site={{
        when: When,
        due: <DueDate order={order} inWords />,
        status: <StatusButtons order={order} />,
        facts: (
          <Fact name="Equipment">
            <EquipmentLink order={order} />
          </Fact>
        ),
        standing: { name: 'With shore', mark: <SyncMark state={order.sync} withWords /> },
        conflictMark: <SyncMark state="conflict" withWords />,
        onDecide: () => router.go({ page: 'review', state: 'open', recordId: order.id }),
        addNote: <AddNote key={order.id} order={order} />,
        attachments: <OrderAttachments key={order.id} id={order.id} />,
      }}
    />
  );
}

/** Says that somebody began to change the order here, or to sign it off, and did not finish. */
function Begun({ id, isOver, onGoOn }: { id: string; isOver: boolean; onGoOn: () => void }): ReactNode {
  const { drafts, texts, closing } = useWorkOrders();
  const isChanged = useStore(drafts.store, (state) => state.drafts.has(id));
  const closed = useStore(texts.store, (state) => state.drafts.get(closingKey(id)))?.values['as'];
  const isOpen = useStore(closing, (state) => state.id === id);
  return (
    <>
      {isChanged ? (
        <BegunNote onGoOn={onGoOn} onDiscard={() => drafts.discard(id)}>
          You began to change this order and did not save it.
        </BegunNote>
      ) : null}
      {isOpen || (closed !== 'completed' && closed !== 'cancelled') ? null : isOver ? (
        <BegunNote onDiscard={() => texts.discard(closingKey(id))}>
          {`You had begun to close this order: ${typedIn(texts.store.getState().drafts.get(closingKey(id))?.values)}`}
        </BegunNote>
      ) : (
        <BegunNote
          onGoOn={() => closing.setState({ id, as: closed })}
          onDiscard={() => texts.discard(closingKey(id))}
        >
          {closed === 'completed'
            ? 'You began to sign off this order and did not finish.'
            : 'You began to cancel this order and did not finish.'}
        </BegunNote>
      )}
    </>
  );
}

/** What somebody typed to close an order that is closed already, to be read and copied. */
function typedIn(values: Texts = {}): string {
  const { hours = '', began = '', note = '' } = values;
  return [hours === began || hours === '' ? '' : `${hours} h`, note].filter((text) => text !== '').join(', ');
}

function EquipmentLink({ order }: { order: WorkOrder }): ReactNode {
  const { addressOf, open } = useRecordSite();
  if (order.equipmentId === null) return '–';
  const target = { entity: equipmentSpec.entity, id: order.equipmentId };
  return (
    <a
      href={addressOf(target) ?? undefined}
      onClick={(event) => {
        event.preventDefault();
        open(target);
      }}
    >
      {equipmentLabel(order)}
    </a>
  );
}

function OrderAttachments({ id }: { id: string }): ReactNode {
  const services = useAppServices();
  const port = useMemo(
    () => vesselAttachments(services, { entity: 'work_order', recordId: id }),
    [services, id],
  );
  return <Attachments port={port} when={When} />;
}
