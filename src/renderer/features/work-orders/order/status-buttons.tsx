import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { type WorkOrderStatus, statusTransitions } from '#shared/records/work-order-status.ts';
import { Button } from '../../../ui/button.tsx';
import { usePreferences, useSession } from '../../../lib/app-services/context.ts';
import { CloseOrder } from './close-order.tsx';
import { closingKey } from './closing-key.ts';
import { useWorkOrders } from '../context.ts';
import { statusKeys, statusVerbs } from '../labels.tsx';

/** What the order may become from where it is. Signing off and cancelling first say what they do. */
export function StatusButtons({ order }: { order: WorkOrder }): ReactNode {
  const { actions, closing, texts } = useWorkOrders();
  const actorId = usePreferences((preferences) => preferences.actorId);
  const actor = useSession(({ crew }) => crew.find(({ id }) => id === actorId));
  const asked = useStore(closing, (state) => (state.id === order.id ? state.as : null));
  const done = (): void => {
    // Another order may be about to be closed by now.
    if (closing.getState().id === order.id) closing.setState({ id: null, as: null });
  };

  if (asked !== null)
    return (
      <CloseOrder
        order={order}
        as={asked}
        who={actor === undefined ? 'the person who acts' : `${actor.name}, ${actor.rank}`}
        told="It is sent ashore at the next connection."
        drafts={texts}
        draftKey={closingKey(order.id)}
        onSave={(entries) => actions.setStatus(order, asked, entries)}
        onDone={done}
      />
    );
  return (
    <div role="group" aria-label="Change status" className="button-row">
      {statusTransitions[order.status].filter(isInReach).map((status) => {
        const isReopening = order.status === 'completed' || order.status === 'cancelled';
        return (
          <Button
            key={status}
            look={status === 'completed' ? 'primary' : 'plain'}
            keys={statusKeys[status]}
            onClick={() => {
              if (status === 'completed') closing.setState({ id: order.id, as: status });
              else void actions.setStatus(order, status);
            }}
          >
            {isReopening ? 'Reopen' : statusVerbs[status]}
          </Button>
        );
      })}
    </div>
  );
}

/** Cancelling is rare and final, so it stands apart, in the head of the pane. */
const isInReach = (status: WorkOrderStatus): boolean => status !== 'cancelled';
