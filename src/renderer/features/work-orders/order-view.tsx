import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { useDesk } from '../../lib/desk/context.ts';
import { formatHours } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { SyncMark } from '../../ui/sync-mark.tsx';
import { When } from '../../ui/when.tsx';
import { ConflictBrief } from '../records/conflict-brief.tsx';
import { equipmentIn } from '../records/record-words.ts';
import { useRecordWords } from '../records/use-record-words.ts';
import { Attachments } from '../attachments/attachments.tsx';
import { vesselAttachments } from '../attachments/vessel-attachments.ts';
import { AddNote } from './add-note.tsx';
import { useWorkOrders } from './context.ts';
import { DueDate } from './due-date.tsx';
import { equipmentLabel } from './order-form-values.ts';
import styles from './order-view.module.css';
import { StatusButtons } from './status-buttons.tsx';
import { priorityIcons, priorityWords, statusIcons, statusWords, typeWords } from './words.tsx';

/** Everything there is to know of an order, with what can be done to it on top. */
export function OrderView({ order, onEdit }: { order: WorkOrder; onEdit: () => void }): ReactNode {
  const { router } = useDesk();
  const { drafts } = useWorkOrders();
  const draft = useStore(drafts.store, (state) => state.drafts.get(order.id));
  const { equipmentId } = order;
  return (
    <div className={styles.view}>
      <h2 className={styles.title}>{order.title}</h2>
      {draft === undefined ? null : (
        <div className={styles.draft} role="status">
          <span>You began to change this order and did not save it.</span>
          <Button onClick={onEdit}>Go on</Button>
          <Button look="quiet" onClick={() => drafts.discard(order.id)}>
            Discard
          </Button>
        </div>
      )}
      <div className={styles.now}>
        <Marked icon={statusIcons[order.status]}>{statusWords[order.status]}</Marked>
        <Marked icon={priorityIcons[order.priority]}>{`${priorityWords[order.priority]} priority`}</Marked>
        <span className={styles.marked}>
          <span className={styles.none}>Due</span>
          <DueDate order={order} inWords />
        </span>
      </div>
      <StatusButtons order={order} />
      {order.conflicts.length === 0 ? null : (
        <section className={styles.conflicts} aria-label="Conflicts">
          <SyncMark state="conflict" withWords />
          {order.conflicts.map((conflict) => (
            <ContestedField key={conflict.id} conflict={conflict} />
          ))}
          <div>
            <Button onClick={() => router.go({ page: 'review', state: 'open', recordId: order.id })}>
              {order.conflicts.length === 1 ? 'Decide this…' : 'Decide these…'}
            </Button>
          </div>
        </section>
      )}
      <Facts>
        <Fact name="Equipment">
          {equipmentId === null ? (
            '–'
          ) : (
            <a
              href={`#/equipment/${equipmentId}`}
              onClick={(event) => {
                event.preventDefault();
                router.go({ page: 'equipment', id: equipmentId, full: false });
              }}
            >
              {equipmentLabel(order)}
            </a>
          )}
        </Fact>
        <Fact name="Assigned to">{order.assigneeName ?? 'Nobody'}</Fact>
        <Fact name="Type">{typeWords[order.type]}</Fact>
        <Fact name="Estimated">{formatHours(order.estimatedHours)}</Fact>
        <Fact name="Actual">{formatHours(order.actualHours)}</Fact>
        {order.completedAt === null ? null : (
          <Fact name="Completed">
            <When at={order.completedAt} />
            {order.completedBy === null ? '' : `, ${order.completedBy}`}
          </Fact>
        )}
        <Fact name="Raised">
          <When at={order.createdAt} />, {order.createdBy}
        </Fact>
        <Fact name="Changed">
          <When at={order.updatedAt} />, {order.updatedBy}
        </Fact>
        <Fact name="With shore">
          <SyncMark state={order.sync} withWords />
        </Fact>
      </Facts>
      <section className={styles.text}>
        <h3>Description</h3>
        <p>{order.description === '' ? <span className={styles.none}>None</span> : order.description}</p>
      </section>
      <section className={styles.text}>
        <h3>Notes</h3>
        {order.notes === '' ? null : <p>{order.notes}</p>}
        <AddNote order={order} />
      </section>
      <OrderAttachments key={order.id} id={order.id} />
    </div>
  );
}

function OrderAttachments({ id }: { id: string }): ReactNode {
  const desk = useDesk();
  const port = useMemo(() => vesselAttachments(desk, id), [desk, id]);
  return <Attachments port={port} when={When} />;
}

function ContestedField({ conflict }: { conflict: OpenConflict }): ReactNode {
  const { field, values } = conflict;
  const ids = equipmentIn(
    field,
    values.map(({ value }) => value),
  );
  return <ConflictBrief conflict={conflict} words={useRecordWords(ids)} />;
}

function Marked({ icon, children }: { icon: ReactNode; children: string }): ReactNode {
  return (
    <span className={styles.marked}>
      {icon}
      {children}
    </span>
  );
}
