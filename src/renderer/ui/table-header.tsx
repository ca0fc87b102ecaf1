import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './virtual-table.module.css';

export interface Column<Row, SortKey extends string = never> {
  key: string;
  header: string;
  /** True when the header is only for screen readers, as above a mark. */
  hiddenHeader?: boolean;
  sortKey?: SortKey;
  align?: 'left' | 'right';
  className?: string | undefined;
  cell: (row: Row) => ReactNode;
}

export interface TableSort<SortKey extends string> {
  key: SortKey;
  direction: 'asc' | 'desc';
  onSort: (key: SortKey) => void;
}

const directionLabels = { asc: 'ascending', desc: 'descending' } as const;

export function TableHeader<Row, SortKey extends string>(props: {
  columns: readonly Column<Row, SortKey>[];
  sort: TableSort<SortKey> | undefined;
}): ReactNode {
  const { columns, sort } = props;
  return (
    <div className={styles.header} role="rowgroup">
      <div className={styles.row} role="row" aria-rowindex={1}>
        {columns.map((column) => {
          const { key, header, hiddenHeader = false, sortKey, align = 'left', className } = column;
          const isSorted = sort !== undefined && sortKey !== undefined && sort.key === sortKey;
          const Arrow = sort?.direction === 'desc' ? ArrowDown : ArrowUp;
          return (
            <div
              key={key}
              role="columnheader"
              className={classNames(styles.head, align === 'right' && styles.right, className)}
              aria-sort={isSorted ? directionLabels[sort.direction] : undefined}
            >
              {sort === undefined || sortKey === undefined ? (
                <span className={hiddenHeader ? 'visually-hidden' : undefined}>{header}</span>
              ) : (
                <button
                  type="button"
                  className={styles.sort}
                  title={`Sort by ${header.toLowerCase()}`}
                  onClick={() => sort.onSort(sortKey)}
                >
                  <span>{header}</span>
                  {isSorted ? <Arrow size={12} aria-hidden="true" /> : null}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
