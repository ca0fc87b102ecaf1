import { type ReactNode, useMemo, useState } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { type WorkOrderStatus, statusTransitions } from '#shared/domain/work-order.ts';
import { Attachments } from '../features/attachments/attachments.tsx';
import { ConflictBrief } from '../features/records/conflict-brief.tsx';
import { equipmentIn } from '../features/records/record-words.ts';
import { equipmentLabel } from '../features/work-orders/order-form-values.ts';
import styles from '../features/work-orders/order-view.module.css';
import {
  priorityIcons,
  priorityWords,
  statusIcons,
  statusVerbs,
  statusWords,
  typeWords,
} from '../features/work-orders/words.tsx';
import { formatHours } from '../lib/format.ts';
import { messageOf } from '../lib/transport/transport.ts';
import { Button } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Question } from '../ui/question.tsx';
import { Due } from './due.tsx';
import { Instant } from './instant.tsx';
import { officeAttachments } from './office-attachments.ts';
import { OfficeMark } from './office-mark.tsx';
import { useOffice } from './office.ts';
import { useVesselWords } from './use-vessel-words.ts';

/** Everything there is to know of an order, with what can be done to it on top. */
export function OrderView({ order, vesselName }: { order: OfficeWorkOrder; vesselName: string }): ReactNode {
  const { review, router } = useOffice();
  return (
    <div className={styles.view}>
      <h2 className={styles.title}>{order.title}</h2>
      <div className={styles.now}>
        <Marked icon={statusIcons[order.status]}>{statusWords[order.status]}</Marked>
        <Marked icon={priorityIcons[order.priority]}>{`${priorityWords[order.priority]} priority`}</Marked>
        <Due order={order} inWords />
      </div>
      <StatusButtons order={order} vesselName={vesselName} />
      {order.conflicts.length === 0 ? null : (
        <section className={styles.conflicts} aria-label="Conflicts">
          <OfficeMark state="conflict" withWords />
          {order.conflicts.map((conflict) => (
            <ContestedField key={conflict.id} vesselId={order.vesselId} conflict={conflict} />
          ))}
          <div>
            <Button
              onClick={() => {
                review.setState({ state: 'open', recordId: order.id });
                router.go({ page: 'conflicts', open: null });
              }}
            >
              {order.conflicts.length === 1 ? 'Decide this…' : 'Decide these…'}
            </Button>
          </div>
        </section>
      )}
      <Facts>
        <Fact name="Vessel">{vesselName}</Fact>
        <Fact name="Equipment">{order.equipmentId === null ? '–' : equipmentLabel(order)}</Fact>
        <Fact name="Assigned to">{order.assigneeName ?? 'Nobody'}</Fact>
        <Fact name="Type">{typeWords[order.type]}</Fact>
        <Fact name="Due">
          <Due order={order} />
        </Fact>
        <Fact name="Estimated">{formatHours(order.estimatedHours)}</Fact>
        <Fact name="Actual">{formatHours(order.actualHours)}</Fact>
        {order.completedAt === null ? null : (
          <Fact name="Completed">
            <Instant at={order.completedAt} />
            {order.completedBy === null ? '' : `, ${order.completedBy}`}
          </Fact>
        )}
        <Fact name="Raised">
          <Instant at={order.createdAt} />, {order.createdBy}
        </Fact>
        <Fact name="Changed">
          <Instant at={order.updatedAt} />, {order.updatedBy}
        </Fact>
        <Fact name="With the ship">
          <OfficeMark state={order.sync} withWords />
        </Fact>
      </Facts>
      <section className={styles.text}>
        <h3>Description</h3>
        <p>{order.description === '' ? <span className={styles.none}>None</span> : order.description}</p>
      </section>
      <section className={styles.text}>
        <h3>Notes</h3>
        <p>{order.notes === '' ? <span className={styles.none}>None</span> : order.notes}</p>
      </section>
      <OrderAttachments key={order.id} vesselId={order.vesselId} id={order.id} />
    </div>
  );
}

function OrderAttachments({ vesselId, id }: { vesselId: string; id: string }): ReactNode {
  const office = useOffice();
  const port = useMemo(() => officeAttachments(office, { vesselId, id }), [office, vesselId, id]);
  return <Attachments port={port} when={Instant} />;
}

function ContestedField({ vesselId, conflict }: { vesselId: string; conflict: OpenConflict }): ReactNode {
  const { field, values } = conflict;
  const ids = equipmentIn(
    field,
    values.map(({ value }) => value),
  );
  return <ConflictBrief conflict={conflict} words={useVesselWords(vesselId, ids)} />;
}

/** What the order may become from where it is. Signing off and cancelling first say what they do. */
function StatusButtons({ order, vesselName }: { order: OfficeWorkOrder; vesselName: string }): ReactNode {
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

function Marked({ icon, children }: { icon: ReactNode; children: string }): ReactNode {
  return (
    <span className={styles.marked}>
      {icon}
      {children}
    </span>
  );
}
