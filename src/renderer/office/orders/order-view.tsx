import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { Attachments } from '../../features/attachments/attachments.tsx';
import { OrderDetail } from '../../features/work-orders/order/order-detail.tsx';
import { equipmentLabel } from '../../features/work-orders/form/order-form-values.ts';
import { BegunNote } from '../../records/form/begun-note.tsx';
import { Fact } from '../../ui/facts.tsx';
import { Due } from './due.tsx';
import { Instant } from '../instant.tsx';
import { officeAttachments } from './office-attachments.ts';
import { OfficeMark } from '../office-mark.tsx';
import { useOffice } from '../office.ts';
import { StatusButtons } from './status-buttons.tsx';

/** An order of one of the fleet's ships. */
export function OrderView(props: {
  order: OfficeWorkOrder;
  vesselName: string;
  onEdit: () => void;
}): ReactNode {
  const { order, vesselName, onEdit } = props;
  const { review, router, orderDrafts } = useOffice();
  const { id, vesselId } = order;
  const key = `${vesselId}/${id}`;
  const isBegun = useStore(orderDrafts.store, ({ drafts }) => drafts.has(key));
  return (
    <OrderDetail
      order={order}
      draft={
        isBegun ? (
          <BegunNote onGoOn={onEdit} onDiscard={() => orderDrafts.discard(key)}>
            You began to change this order and did not save it.
          </BegunNote>
        ) : null
      }
      site={{
        when: Instant,
        due: <Due order={order} inWords />,
        status: <StatusButtons key={key} order={order} vesselName={vesselName} />,
        facts: (
          <>
            <Fact name="Vessel">{vesselName}</Fact>
            <Fact name="Equipment">{order.equipmentId === null ? '–' : equipmentLabel(order)}</Fact>
          </>
        ),
        standing: { name: 'With the ship', mark: <OfficeMark state={order.sync} withWords /> },
        conflictMark: <OfficeMark state="conflict" withWords />,
        onDecide: () => {
          review.setState({ state: 'open', recordId: id });
          router.go({ page: 'conflicts', open: null });
        },
        attachments: <OrderAttachments key={id} vesselId={vesselId} id={id} />,
      }}
    />
  );
}

function OrderAttachments({ vesselId, id }: { vesselId: string; id: string }): ReactNode {
  const office = useOffice();
  const port = useMemo(
    () => officeAttachments(office, { entity: 'work_order', vesselId, id }),
    [office, vesselId, id],
  );
  return <Attachments port={port} when={Instant} />;
}
