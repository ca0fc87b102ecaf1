import type { ReactNode } from 'react';
import type { WorkOrderRow } from '#shared/contract/work-orders.ts';
import { formatHours } from '../../../lib/format.ts';
import { SyncMark } from '../../../ui/sync-mark.tsx';
import type { Column } from '../../../ui/table-header.tsx';
import { When } from '../../../ui/when.tsx';
import { DueDate } from '../order/due-date.tsx';
import type { SortKey } from './order-filter.ts';
import styles from './order-table.module.css';
import {
  nameAlone,
  priorityIcons,
  priorityLabels,
  statusIcons,
  statusLabels,
  typeLabels,
} from '../labels.tsx';

/** Every column there is; the style sheet says which show at which width. */
export const orderColumns: readonly Column<WorkOrderRow, SortKey>[] = [
  {
    key: 'sync',
    header: 'With shore',
    hiddenHeader: true,
    className: styles.mark,
    cell: ({ sync }) => <SyncMark state={sync} />,
  },
  {
    key: 'number',
    header: 'Number',
    sortKey: 'number',
    className: styles.number,
    cell: ({ number }) => <span className="tabular">{number}</span>,
  },
  {
    key: 'title',
    header: 'Title',
    sortKey: 'title',
    cell: ({ title }) => <span title={title}>{title}</span>,
  },
  {
    key: 'equipment',
    header: 'Equipment',
    className: styles.equipment,
    cell: ({ equipmentCode, equipmentName }) =>
      equipmentCode === null ? null : (
        <span title={`${equipmentCode} ${equipmentName ?? ''}`}>
          <span className="tabular">{equipmentCode}</span> {equipmentName}
        </span>
      ),
  },
  { key: 'type', header: 'Type', className: styles.type, cell: ({ type }) => typeLabels[type] },
  {
    key: 'priority',
    header: 'Priority',
    sortKey: 'priority',
    className: styles.priority,
    cell: ({ priority }) => <Marked icon={priorityIcons[priority]}>{priorityLabels[priority]}</Marked>,
  },
  {
    key: 'status',
    header: 'Status',
    sortKey: 'status',
    className: styles.status,
    cell: ({ status }) => <Marked icon={statusIcons[status]}>{statusLabels[status]}</Marked>,
  },
  {
    key: 'due',
    header: 'Due',
    sortKey: 'dueDate',
    align: 'right',
    className: styles.due,
    cell: (row) => <DueDate order={row} />,
  },
  {
    key: 'assignee',
    header: 'Assigned to',
    className: styles.assignee,
    cell: ({ assigneeName }) => assigneeName,
  },
  {
    key: 'hours',
    header: 'Estimated',
    align: 'right',
    className: styles.hours,
    cell: ({ estimatedHours }) => <span className="tabular">{formatHours(estimatedHours)}</span>,
  },
  {
    key: 'updated',
    header: 'Changed',
    sortKey: 'updatedAt',
    align: 'right',
    className: styles.updated,
    cell: ({ updatedAt }) => <When at={updatedAt} brief />,
  },
];

const replaced: Readonly<Record<string, Column<WorkOrderRow, SortKey>>> = {
  status: {
    key: 'completedBy',
    header: 'By',
    className: styles.status,
    cell: ({ completedBy }) => <span title={completedBy ?? ''}>{nameAlone(completedBy)}</span>,
  },
  due: {
    key: 'completed',
    header: 'Completed',
    align: 'right',
    className: styles.due,
    cell: ({ completedAt }) => (completedAt === null ? null : <When at={completedAt} brief />),
  },
};

/** In a list of what is completed: when and by whom, in the place of a status that is the same in each row and of a day that is over. */
export const completedColumns = orderColumns.map((column) => replaced[column.key] ?? column);

function Marked({ icon, children }: { icon: ReactNode; children: string }): ReactNode {
  return (
    <span className={styles.marked}>
      {icon}
      <span>{children}</span>
    </span>
  );
}
