import { CalendarClock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { OfficeWorkOrderRow } from '#shared/office/records.ts';
import { shipsDay } from '#shared/domain/ships-day.ts';
import { isOutstanding } from '#shared/domain/work-order.ts';
import styles from '../features/work-orders/due-date.module.css';
import { daysBetween, formatDay, formatQuantity } from '../lib/format.ts';
import { useOffice } from './office.ts';

/** When the order is due, by the ship's calendar; an overdue one says so by shape and word, and red is kept for a critical one. */
export function Due(props: {
  order: Pick<OfficeWorkOrderRow, 'vesselId' | 'dueDate' | 'status' | 'priority'>;
  inWords?: boolean;
}): ReactNode {
  const { order, inWords = false } = props;
  const { fleet, clock } = useOffice();
  const { vesselId, dueDate, status, priority } = order;
  const timeZone = useStore(
    fleet.store,
    (state) => state.vessels?.find((vessel) => vessel.vesselId === vesselId)?.timeZone ?? 'UTC',
  );
  const late =
    dueDate === null || !isOutstanding(status) ? 0 : daysBetween(dueDate, shipsDay(clock.now(), timeZone));
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
