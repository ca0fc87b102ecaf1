import { type ReactNode, useCallback, useMemo } from 'react';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { Attachments } from '../../features/attachments/attachments.tsx';
import { ConflictBrief } from '../../features/records/conflict-brief.tsx';
import { equipmentIn } from '../../features/records/record-labels.ts';
import { OrderDetail } from '../../features/work-orders/order/order-detail.tsx';
import { equipmentLabel } from '../../features/work-orders/form/order-form-values.ts';
import { Fact } from '../../ui/facts.tsx';
import { Due } from './due.tsx';
import { Instant } from '../instant.tsx';
import { officeAttachments } from './office-attachments.ts';
import { OfficeMark } from '../office-mark.tsx';
import { useOffice } from '../office.ts';
import { StatusButtons } from './status-buttons.tsx';
import { useVesselLabels } from '../review/use-vessel-labels.ts';

/** An order of one of the fleet's ships. */
export function OrderView({ order, vesselName }: { order: OfficeWorkOrder; vesselName: string }): ReactNode {
  const { review, router } = useOffice();
  const { id, vesselId } = order;
  const contested = useCallback(
    ({ conflict }: { conflict: OpenConflict }) => <ContestedField vesselId={vesselId} conflict={conflict} />,
    [vesselId],
  );
  return (
    <OrderDetail
      order={order}
      site={{
        when: Instant,
        due: <Due order={order} inWords />,
        status: <StatusButtons order={order} vesselName={vesselName} />,
        facts: (
          <>
            <Fact name="Vessel">{vesselName}</Fact>
            <Fact name="Equipment">{order.equipmentId === null ? '–' : equipmentLabel(order)}</Fact>
          </>
        ),
        standing: { name: 'With the ship', mark: <OfficeMark state={order.sync} withWords /> },
        conflictMark: <OfficeMark state="conflict" withWords />,
        contested,
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

function ContestedField({ vesselId, conflict }: { vesselId: string; conflict: OpenConflict }): ReactNode {
  const { field, values } = conflict;
  const { entity } = workOrderSpec;
  const ids = equipmentIn(
    { entity, field },
    values.map(({ value }) => value),
  );
  return <ConflictBrief entity={entity} conflict={conflict} labels={useVesselLabels(vesselId, ids)} />;
}
