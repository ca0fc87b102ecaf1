import { type ReactNode, memo } from 'react';
import { classNames } from './class-names.ts';
import type { Column } from './table-header.tsx';
import styles from './virtual-table.module.css';

interface TableRowProps<Row> {
  domId: string;
  columns: readonly Column<Row, string>[];
  /** Undefined while it is being read. */
  row: Row | undefined;
  index: number;
  top: number;
  height: number;
  isChosen: boolean;
  isMarked: boolean;
  onOpen: (row: Row) => void;
}

function Row<T>(props: TableRowProps<T>): ReactNode {
  const { domId, columns, row, index, top, height, isChosen, isMarked, onOpen } = props;
  return (
    // The grid itself takes the keys, through aria-activedescendant; a row only takes the pointer.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={domId}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      aria-busy={row === undefined || undefined}
      className={classNames(styles.row, styles.item, isChosen && styles.chosen, isMarked && styles.marked)}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={row === undefined ? undefined : () => onOpen(row)}
    >
      {columns.map((column) => (
        <div
          key={column.key}
          role="gridcell"
          className={classNames(styles.cell, column.align === 'right' && styles.right, column.className)}
        >
          {row === undefined ? <span className={styles.placeholder} /> : column.cell(row)}
        </div>
      ))}
    </div>
  );
}

// `memo` forgets that a component is generic.
export const TableRow = memo(Row) as typeof Row;
