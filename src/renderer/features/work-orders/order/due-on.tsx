import { CalendarClock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WorkOrderFields } from '#shared/records/work-order.ts';
import { isOutstanding } from '#shared/records/work-order-status.ts';
import { daysBetween, formatDay, formatQuantity } from '../../../lib/format.ts';
import styles from './due-date.module.css';

export interface DueProps {
  order: Pick<WorkOrderFields, 'dueDate' | 'status' | 'priority'>;
  /** True to say in words by how much it is overdue. */
  inWords?: boolean;
}

/**
 * When the order is due; an overdue one says so by shape and word, and red is kept for a critical one.
 * @param props.today the day that it is on board
 */
export function DueOn({ order, inWords = false, today }: DueProps & { today: string }): ReactNode {
  const { dueDate, status, priority } = order;
  const late = dueDate === null || !isOutstanding(status) ? 0 : daysBetween(dueDate, today);
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
