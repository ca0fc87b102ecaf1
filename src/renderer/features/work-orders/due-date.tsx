import { CalendarClock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WorkOrderRow } from '#shared/contract/work-orders.ts';
import { isOutstanding } from '#shared/domain/work-order.ts';
import { useDesk, useSession } from '../../lib/desk/context.ts';
import { daysBetween, formatDay, formatQuantity } from '../../lib/format.ts';
import styles from './due-date.module.css';

/** When the order is due; an overdue one says so by shape and word, and red is kept for a critical one. */
export function DueDate(props: {
  order: Pick<WorkOrderRow, 'dueDate' | 'status' | 'priority'>;
  /** True to say in words by how much it is overdue. */
  inWords?: boolean;
}): ReactNode {
  const { order, inWords = false } = props;
  const { session } = useDesk();
  const time = useSession((known) => known.time);
  const { dueDate, status, priority } = order;
  const late = dueDate === null || !isOutstanding(status) ? 0 : daysBetween(dueDate, time.day(session.now()));
  if (late <= 0) return <span className="tabular">{formatDay(dueDate)}</span>;
  const words = `${formatQuantity(late, 'day')} overdue`;
  return (
    <span className={priority === 'critical' ? styles.danger : styles.late} title={words}>
      <CalendarClock size={16} aria-hidden="true" />
      <span className="tabular">{formatDay(dueDate)}</span>
      <span className={inWords ? undefined : 'visually-hidden'}>{words}</span>
    </span>
  );
}
