import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { ListSelection } from '../lib/list-selection.ts';
import type { RowWindow } from '../lib/row-window.ts';
import { classNames } from './class-names.ts';
import { type Column, TableHeader, type TableSort } from './table-header.tsx';
import { TableRow } from './table-row.tsx';
import { useRowHeight } from './use-row-height.ts';
import styles from './virtual-table.module.css';

export interface VirtualTableProps<Row, Query, SortKey extends string> {
  /** Name of the table for screen readers. */
  label: string;
  columns: readonly Column<Row, SortKey>[];
  /** Class that sets `--columns` by the table's own width. */
  className: string | undefined;
  window: RowWindow<Row, Query>;
  idOf: (row: Row) => string;
  selection: ListSelection;
  /** Where the list was scrolled to, kept by the owner between visits, in pixels. */
  place: { top: number };
  sort?: TableSort<SortKey>;
  /** A row was chosen by mouse, finger or Enter. */
  onOpen: (row: Row) => void;
  /** What stands there when no row matches. */
  empty: ReactNode;
}

/** Height of the header, the same as in the style sheet. */
const headerHeight = 32;

/** A table of any length: only the rows in sight are in the page, and only those around them are read. */
export function VirtualTable<Row, Query, SortKey extends string>(
  props: VirtualTableProps<Row, Query, SortKey>,
): ReactNode {
  const { label, columns, className, window, idOf, selection, place, sort, onOpen, empty } = props;
  const { rows, total, isPartial, marked, shift } = useStore(window.store);
  const { index: chosenIndex, id: chosenId, move } = useStore(selection.store);
  const rowHeight = useRowHeight();
  const tableId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: total ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
    initialOffset: place.top,
  });
  const items = virtualizer.getVirtualItems();
  const first = items.at(0)?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => window.show(first, last), [window, first, last, total]);
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);

  const shifted = useRef(shift.round);
  useLayoutEffect(() => {
    if (shift.round === shifted.current) return;
    shifted.current = shift.round;
    const node = scroller.current;
    // At the very top a person looks at what is newest there, and wants to see it come in.
    if (node !== null && shift.by !== 0 && node.scrollTop > 0) node.scrollTop += shift.by * rowHeight;
  }, [shift, rowHeight]);

  const moved = useRef(move);
  useEffect(() => {
    if (move === moved.current || chosenIndex === null) return;
    moved.current = move;
    virtualizer.scrollToIndex(chosenIndex, { align: 'auto' });
  }, [virtualizer, move, chosenIndex]);

  // A new query starts at the top; coming back to the page does not.
  const wasRead = useRef(total !== null);
  useLayoutEffect(() => {
    if (total !== null) wasRead.current = true;
    else if (wasRead.current && scroller.current !== null) scroller.current.scrollTop = 0;
  }, [total]);

  const rowId = (index: number): string => `${tableId}-${index}`;
  const rowsInView = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
  const jumps: Readonly<Record<string, () => void>> = {
    ArrowDown: () => selection.moveBy(1),
    ArrowUp: () => selection.moveBy(-1),
    PageDown: () => selection.moveBy(rowsInView),
    PageUp: () => selection.moveBy(-rowsInView),
    Home: () => selection.moveTo(0),
    End: () => selection.moveTo((total ?? 1) - 1),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const jump = jumps[event.key];
    const chosen = chosenIndex === null ? undefined : rows.at(chosenIndex);
    if (jump !== undefined) jump();
    else if (event.key === 'Enter' && chosen !== undefined) onOpen(chosen);
    else return;
    event.preventDefault();
  };

  const isChosenDrawn = chosenIndex !== null && items.some(({ index }) => index === chosenIndex);
  return (
    <div
      ref={scroller}
      className={classNames(styles.scroller, className)}
      role="grid"
      aria-label={label}
      aria-rowcount={total === null || isPartial ? -1 : total + 1}
      aria-busy={total === null}
      aria-activedescendant={isChosenDrawn ? rowId(chosenIndex) : undefined}
      tabIndex={0}
      data-list="true"
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        place.top = event.currentTarget.scrollTop;
      }}
    >
      <TableHeader columns={columns} sort={sort} />
      {total === 0 ? (
        <div className={styles.empty}>{empty}</div>
      ) : (
        <div className={styles.body} role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows.at(index);
            const id = row === undefined ? null : idOf(row);
            return (
              <TableRow
                key={index}
                domId={rowId(index)}
                columns={columns}
                row={row}
                index={index}
                top={start - headerHeight}
                height={rowHeight}
                isChosen={id !== null && id === chosenId}
                isMarked={id !== null && marked.has(id)}
                onOpen={onOpen}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}
