import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { type WorkOrderStatus, statusTransitions } from '#shared/records/work-order-status.ts';
import { type ClosingEntries, CloseOrder } from '../../features/work-orders/order/close-order.tsx';
import { notesWith } from '../../features/work-orders/order/notes-with.ts';
import { BegunNote } from '../../records/form/begun-note.tsx';
import { statusVerbs } from '../../features/work-orders/labels.tsx';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { useOffice } from '../office.ts';

/** What the order may become from where it is. Signing off and cancelling first say what they do, and ask for what belongs to it. */
export function StatusButtons({
  order,
  vesselName,
}: {
  order: OfficeWorkOrder;
  vesselName: string;
}): ReactNode {
  const { client, notices, orders, record, actor, orderTexts, time, ticks } = useOffice();
  const { name } = useStore(actor);
  const key = `${order.vesselId}/${order.id}`;
  const begun = useStore(orderTexts.store, ({ drafts }) => drafts.get(key))?.values['as'];
  const [asked, setAsked] = useState<'completed' | 'cancelled' | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isReopening = order.status === 'completed' || order.status === 'cancelled';

  const set = async (status: WorkOrderStatus, entries: Partial<ClosingEntries> = {}): Promise<boolean> => {
    const { note = '', ...rest } = entries;
    const at = time.instant(new Date(ticks.now()).toISOString());
    const notes = note.trim() === '' ? {} : { notes: notesWith(order.notes, { at, who: name, text: note }) };
    const basis = Object.entries(order.versions).filter(
      ([field]) => field === 'status' || (field === 'notes' && 'notes' in notes),
    );
    setBusy(true);
    try {
      const saved = await client.ask('workOrders.patch', {
        params: { id: order.id },
        query: { vessel: order.vesselId },
        body: { status, ...rest, ...notes, basis: Object.fromEntries(basis) },
      });
      record.put(saved);
      orders.refresh();
      return true;
    } catch (error) {
      notices.sayProblem(messageOf(error));
      record.read().catch(() => {});
      return false;
    } finally {
      setBusy(false);
    }
  };
  if (asked !== null)
    return (
      <CloseOrder
        order={order}
        as={asked}
        who={name}
        told={`It is sent to ${vesselName} at her next connection, and can be reopened.`}
        drafts={orderTexts}
        draftKey={key}
        onSave={(entries) => set(asked, entries)}
        onDone={() => setAsked(null)}
      />
    );
  return (
    <>
      {!isReopening && (begun === 'completed' || begun === 'cancelled') ? (
        <BegunNote onGoOn={() => setAsked(begun)} onDiscard={() => orderTexts.discard(key)}>
          {begun === 'completed'
            ? 'You began to sign off this order and did not finish.'
            : 'You began to cancel this order and did not finish.'}
        </BegunNote>
      ) : null}
      <div role="group" aria-label="Change status" className="button-row">
        {statusTransitions[order.status].map((status) => (
          <Button
            key={status}
            look={status === 'cancelled' ? 'quiet' : 'plain'}
            disabled={isBusy}
            onClick={() =>
              status === 'completed' || status === 'cancelled' ? setAsked(status) : void set(status)
            }
          >
            {isReopening ? 'Reopen' : statusVerbs[status]}
          </Button>
        ))}
      </div>
    </>
  );
}
