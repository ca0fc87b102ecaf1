import { type CSSProperties, type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { ListProblem } from '../../ui/list-problem.tsx';
import type { Column } from '../../ui/table-header.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import type { SeenRecord } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { StandingValue } from '../words/standing-value.tsx';
import { fieldValueText } from '../words/field-labels.ts';
import { type PlannedColumn, planColumns, templateOf } from './column-plan.ts';
import styles from './record-table.module.css';

/** The records of a kind, one a row; only those in sight are read. */
export function RecordTable(props: {
  spec: RecordDeclaration;
  onOpen: (row: SeenRecord) => void;
  /** What stands there when no row matches. */
  empty: ReactNode;
}): ReactNode {
  const { spec, onOpen, empty } = props;
  const { listOf, standing } = useRecordSite();
  const list = listOf(spec.entity);
  const { sort, direction } = useStore(list.query);
  const { error, total } = useStore(list.window.store);
  const plan = useMemo(() => planColumns(spec), [spec]);
  const columns = useMemo(
    (): readonly Column<SeenRecord, string>[] => [
      {
        key: 'sync',
        header: standing.name,
        hiddenHeader: true,
        cell: ({ sync }) => standing.mark(sync, false),
      },
      ...plan.map(columnOf),
    ],
    [plan, standing],
  );
  if (error !== null && total === null)
    return (
      <ListProblem
        title={`${spec.names.many} could not be read`}
        error={error}
        onRetry={() => void list.window.reload()}
      >
        Nothing was changed by this.
      </ListProblem>
    );
  const template = {
    '--narrow': templateOf(plan, 'narrow'),
    '--wide': templateOf(plan, 'wide'),
    '--widest': templateOf(plan, 'widest'),
  } as CSSProperties;
  return (
    <div className={styles.frame} style={template}>
      <VirtualTable
        label={spec.names.many}
        className={styles.columns}
        columns={columns}
        window={list.window}
        idOf={({ id }) => id}
        selection={list.selection}
        place={list.place}
        sort={{ key: sort, direction, onSort: list.sortBy }}
        onOpen={onOpen}
        empty={empty}
      />
    </div>
  );
}

const isNumber = ({ declared: { type } }: PlannedColumn): boolean =>
  type === 'hours' || type === 'number' || type === 'whole';

function columnOf(column: PlannedColumn): Column<SeenRecord, string> {
  const { field, declared, room, isTitle } = column;
  return {
    key: field,
    header: declared.label,
    sortKey: field,
    align: isNumber(column) ? 'right' : 'left',
    className: [styles[room], isTitle ? undefined : styles.muted]
      .filter((name) => name !== undefined)
      .join(' '),
    cell: (row) => (
      <span
        className={declared.type === 'text' ? undefined : 'tabular'}
        title={typeof row.values[field] === 'string' ? hoverOf(row, field) : undefined}
      >
        <StandingValue record={row} field={field} isShort />
      </span>
    ),
  };
}

/** A long text is cut off in its cell. */
function hoverOf(row: SeenRecord, field: string): string {
  return fieldValueText({ entity: row.entity, field }, row.values[field], {
    instant: (iso) => iso,
    nameOf: () => row.referenced[field] ?? '',
  });
}
