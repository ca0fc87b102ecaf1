import { CalendarClock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { OfficeWorkOrderRow } from '#shared/office/records.ts';
import { isOutstanding } from '#shared/domain/work-order.ts';
import styles from '../features/work-orders/due-date.module.css';
import { daysBetween, formatDay, formatQuantity } from '../lib/format.ts';
import { useOffice } from './office.ts';

/** When the order is due; an overdue one says so by shape and word, and red is kept for a critical one. */
export function Due(props: {
  order: Pick<OfficeWorkOrderRow, 'dueDate' | 'status' | 'priority'>;
  inWords?: boolean;
}): ReactNode {
  const { order, inWords = false } = props;
  const { time, clock } = useOffice();
  const { dueDate, status, priority } = order;
  const late = dueDate === null || !isOutstanding(status) ? 0 : daysBetween(dueDate, time.day(clock.now()));
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
