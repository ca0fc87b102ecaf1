import { type ReactNode, useState } from 'react';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { type WorkOrderStatus, statusTransitions } from '#shared/records/work-order-status.ts';
import { statusVerbs } from '../../features/work-orders/labels.tsx';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { Question } from '../../ui/question.tsx';
import { useOffice } from '../office.ts';

/** What the order may become from where it is. Signing off and cancelling first say what they do. */
export function StatusButtons({
  order,
  vesselName,
}: {
  order: OfficeWorkOrder;
  vesselName: string;
}): ReactNode {
  const { client, notices, orders, record, actor } = useOffice();
  const [asked, setAsked] = useState<WorkOrderStatus | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isReopening = order.status === 'completed' || order.status === 'cancelled';

  const set = async (status: WorkOrderStatus): Promise<void> => {
    setAsked(null);
    setBusy(true);
    const seen = order.versions['status'];
    try {
      const saved = await client.ask('workOrders.patch', {
        params: { id: order.id },
        query: { vessel: order.vesselId },
        body: { status, ...(seen === undefined ? {} : { basis: { status: seen } }) },
      });
      record.put(saved);
      orders.refresh();
    } catch (error) {
      notices.sayProblem(messageOf(error));
      record.read().catch(() => {});
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
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
      <Question
        isOpen={asked !== null}
        title={asked === 'completed' ? `Sign off ${order.number}?` : `Cancel ${order.number}?`}
        yes={asked === 'completed' ? 'Sign off' : 'Cancel order'}
        no="Leave it as it is"
        onNo={() => setAsked(null)}
        onYes={() => (asked === null ? undefined : void set(asked))}
      >
        “{order.title}” is {asked === 'completed' ? 'signed off' : 'cancelled'} by {actor.getState().name}{' '}
        from ashore, and on board {vesselName} with the next link. It can be reopened.
      </Question>
    </>
  );
}
