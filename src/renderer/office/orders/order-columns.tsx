import type { ReactNode } from 'react';
import type { OfficeWorkOrderRow } from '#shared/office/records.ts';
import {
  nameAlone,
  priorityIcons,
  priorityLabels,
  statusIcons,
  statusLabels,
} from '../../features/work-orders/labels.tsx';
import type { Column } from '../../ui/table-header.tsx';
import { Due } from './due.tsx';
import { Instant } from '../instant.tsx';
import { OfficeMark } from '../office-mark.tsx';
import type { SortKey } from './order-filter.ts';
import styles from './order-table.module.css';

/**
 * Every column there is; the style sheet says which show at which width.
 * @param vesselName for the list of all ships
 * @param isCompleted of what is completed it says when and by whom, in the place of status and due day
 */
export function orderColumns(
  vesselName: ((vesselId: string) => string) | null,
  isCompleted: boolean,
): readonly Column<OfficeWorkOrderRow, SortKey>[] {
  const all: readonly (Column<OfficeWorkOrderRow, SortKey> | null)[] = [
    {
      key: 'sync',
      header: 'With the ship',
      hiddenHeader: true,
      className: styles.mark,
      cell: ({ sync }) => <OfficeMark state={sync} />,
    },
    vesselName === null
      ? null
      : {
          key: 'vessel',
          header: 'Vessel',
          className: styles.vessel,
          cell: ({ vesselId }) => <span title={vesselName(vesselId)}>{vesselName(vesselId)}</span>,
        },
    {
      key: 'number',
      header: 'Number',
      sortKey: 'number',
      className: styles.number,
      cell: ({ number }) => <span className="tabular">{number}</span>,
    },
    { key: 'title', header: 'Title', cell: ({ title }) => <span title={title}>{title}</span> },
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
    {
      key: 'priority',
      header: 'Priority',
      className: styles.priority,
      cell: ({ priority }) => <Marked icon={priorityIcons[priority]}>{priorityLabels[priority]}</Marked>,
    },
    isCompleted
      ? {
          key: 'completedBy',
          header: 'By',
          className: styles.status,
          cell: ({ completedBy }) => <span title={completedBy ?? ''}>{nameAlone(completedBy)}</span>,
        }
      : {
          key: 'status',
          header: 'Status',
          className: styles.status,
          cell: ({ status }) => <Marked icon={statusIcons[status]}>{statusLabels[status]}</Marked>,
        },
    isCompleted
      ? {
          key: 'completed',
          header: 'Completed',
          align: 'right',
          className: styles.due,
          cell: ({ completedAt }) => (completedAt === null ? null : <Instant at={completedAt} brief />),
        }
      : {
          key: 'due',
          header: 'Due',
          sortKey: 'dueDate',
          align: 'right',
          className: styles.due,
          cell: (row) => <Due order={row} />,
        },
    {
      key: 'updated',
      header: 'Changed',
      sortKey: 'updatedAt',
      align: 'right',
      className: styles.updated,
      cell: ({ updatedAt, updatedBy }) => (
        <span title={`By ${updatedBy}`}>
          <Instant at={updatedAt} brief />
        </span>
      ),
    },
  ];
  return all.filter((column) => column !== null);
}

function Marked({ icon, children }: { icon: ReactNode; children: string }): ReactNode {
  return (
    <span className={styles.marked}>
      {icon}
      <span>{children}</span>
    </span>
  );
}
