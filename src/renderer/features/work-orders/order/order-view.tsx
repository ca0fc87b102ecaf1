import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { useAppServices } from '../../../lib/app-services/context.ts';
import { Button } from '../../../ui/button.tsx';
import { Fact } from '../../../ui/facts.tsx';
import { SyncMark } from '../../../ui/sync-mark.tsx';
import { When } from '../../../ui/when.tsx';
import { useRecordSite } from '../../../records/site.ts';
import { Attachments } from '../../attachments/attachments.tsx';
import { vesselAttachments } from '../../attachments/vessel-attachments.ts';
import { AddNote } from './add-note.tsx';
import { useWorkOrders } from '../context.ts';
import { DueDate } from './due-date.tsx';
import { OrderDetail } from './order-detail.tsx';
import { equipmentLabel } from '../form/order-form-values.ts';
import styles from './order-view.module.css';
import { StatusButtons } from './status-buttons.tsx';

/** An order of this ship. */
export function OrderView({ order, onEdit }: { order: WorkOrder; onEdit: () => void }): ReactNode {
  const { router } = useAppServices();
  return (
    <OrderDetail
      order={order}
      draft={<Draft id={order.id} onGoOn={onEdit} />}
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
        addNote: <AddNote order={order} />,
        attachments: <OrderAttachments key={order.id} id={order.id} />,
      }}
    />
  );
}

/** Says that somebody began to change the order here and did not end. */
function Draft({ id, onGoOn }: { id: string; onGoOn: () => void }): ReactNode {
  const { drafts } = useWorkOrders();
  const draft = useStore(drafts.store, (state) => state.drafts.get(id));
  if (draft === undefined) return null;
  return (
    <div className={styles.draft} role="status">
      <span>You began to change this order and did not save it.</span>
      <Button onClick={onGoOn}>Go on</Button>
      <Button look="quiet" onClick={() => drafts.discard(id)}>
        Discard
      </Button>
    </div>
  );
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
