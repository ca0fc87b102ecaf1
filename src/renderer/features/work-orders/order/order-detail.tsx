import type { ComponentType, ReactNode } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import { type WorkOrderFields, workOrderSpec } from '#shared/records/work-order.ts';
import { formatHours } from '../../../lib/format.ts';
import { ContestedField } from '../../../records/conflicts/contested-field.tsx';
import { Button } from '../../../ui/button.tsx';
import { Fact, Facts } from '../../../ui/facts.tsx';
import styles from './order-view.module.css';
import { priorityIcons, priorityLabels, statusIcons, statusLabels, typeLabels } from '../labels.tsx';

/** An order as board and office both have it. */
export interface SeenOrder extends WorkOrderFields {
  assigneeName: string | null;
  updatedAt: string;
  updatedBy: string;
  conflicts: readonly OpenConflict[];
}

/** What differs by where one looks at an order from. */
export interface OrderSite {
  /** An instant, in the time of the place. */
  when: ComponentType<{ at: string }>;
  due: ReactNode;
  /** What the order may become from where it is. */
  status: ReactNode;
  /** Facts that come first. */
  facts: ReactNode;
  /** Where the record stands between ship and shore: what that is called, and the mark. */
  standing: { name: string; mark: ReactNode };
  conflictMark: ReactNode;
  onDecide: () => void;
  /** Below the notes. */
  addNote?: ReactNode;
  attachments: ReactNode;
}

/** Everything there is to know of an order, with what can be done to it on top. */
export function OrderDetail(props: { order: SeenOrder; site: OrderSite; draft?: ReactNode }): ReactNode {
  const { order, site, draft } = props;
  const { when: When } = site;
  return (
    <div className={styles.view}>
      <h2 className={styles.title}>{order.title}</h2>
      {draft}
      <div className={styles.now}>
        <Marked icon={statusIcons[order.status]}>{statusLabels[order.status]}</Marked>
        <Marked icon={priorityIcons[order.priority]}>{`${priorityLabels[order.priority]} priority`}</Marked>
        <span className={styles.marked}>
          <span className={styles.none}>Due</span>
          {site.due}
        </span>
      </div>
      {site.status}
      {order.conflicts.length === 0 ? null : (
        <section className={styles.conflicts} aria-label="Conflicts">
          {site.conflictMark}
          {order.conflicts.map((conflict) => (
            <ContestedField key={conflict.id} entity={workOrderSpec.entity} conflict={conflict} />
          ))}
          <div>
            <Button onClick={site.onDecide}>
              {order.conflicts.length === 1 ? 'Decide this…' : 'Decide these…'}
            </Button>
          </div>
        </section>
      )}
      <Facts>
        {site.facts}
        <Fact name="Assigned to">{order.assigneeName ?? 'Nobody'}</Fact>
        <Fact name="Type">{typeLabels[order.type]}</Fact>
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
        <Fact name={site.standing.name}>{site.standing.mark}</Fact>
      </Facts>
      <section className={styles.text}>
        <h3>Description</h3>
        <p>{order.description === '' ? <span className={styles.none}>None</span> : order.description}</p>
      </section>
      <section className={styles.text}>
        <h3>Notes</h3>
        {order.notes !== '' ? (
          <p>{order.notes}</p>
        ) : site.addNote === undefined ? (
          <p className={styles.none}>None</p>
        ) : null}
        {site.addNote}
      </section>
      {site.attachments}
    </div>
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
