import { useVirtualizer } from '@tanstack/react-virtual';
import { ClipboardCheck, SearchX } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import type { OfficeWorkOrderRow } from '#shared/office/records.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { TableHeader } from '../../ui/table-header.tsx';
import { TableRow } from '../../ui/table-row.tsx';
import { useMedia } from '../../ui/use-row-height.ts';
import tableStyles from '../../ui/virtual-table.module.css';
import { useOffice, useRoute } from '../office.ts';
import { orderColumns } from './order-columns.tsx';
import { firstFilter, sortedBy } from './order-filter.ts';
import { rowKey } from './order-list.ts';
import styles from './order-table.module.css';

/** Height of the header, the same as in the style sheet. */
const headerHeight = 32;
/** Rows before the end at which the next page is read. */
const readAhead = 40;

/** The orders, read page by page as one scrolls; what is looked at stays where it is when others come in. */
export function OrderTable({
  chosen,
  onOpen,
}: {
  chosen: string | null;
  onOpen: (row: OfficeWorkOrderRow) => void;
}): ReactNode {
  const { orders, filter, fleet } = useOffice();
  const { vessel } = useRoute();
  const { rows, hasMore, error, marked } = useStore(orders.store);
  const { sort, direction, view } = useStore(filter);
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const isTouch = useMedia('(pointer: coarse)');
  const isLow = useMedia('(max-height: 899px)');
  const rowHeight = isTouch ? 44 : isLow ? 28 : 36;
  const isFleet = vessel === null && (vessels?.length ?? 0) > 1;
  const columns = useMemo(() => {
    const names = new Map(vessels?.map(({ vesselId, name }) => [vesselId, name]));
    return orderColumns(isFleet ? (id) => names.get(id) ?? id : null, view === 'completed');
  }, [isFleet, vessels, view]);

  const scroller = useRef<HTMLDivElement>(null);
  const count = rows?.length ?? 0;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= count - readAhead) orders.more();
  }, [orders, hasMore, last, count]);

  // The first row in sight stays in sight when rows come in above it; at the very top the newest may show.
  const anchor = useRef<{ key: string; index: number } | null>(null);
  useLayoutEffect(() => {
    const node = scroller.current;
    const held = anchor.current;
    if (node === null || rows === null || held === null || node.scrollTop === 0) return;
    const now = rows.findIndex((row) => rowKey(row) === held.key);
    if (now !== -1 && now !== held.index) {
      node.scrollTop += (now - held.index) * rowHeight;
      anchor.current = { key: held.key, index: now };
    }
  }, [rows, rowHeight]);
  const holdAnchor = (): void => {
    const index = Math.floor((scroller.current?.scrollTop ?? 0) / rowHeight);
    const row = rows?.[index];
    anchor.current = row === undefined ? null : { key: rowKey(row), index };
  };

  const at = rows?.findIndex((row) => rowKey(row) === chosen) ?? -1;
  const move = (to: number): void => {
    const row = rows?.[Math.min(Math.max(to, 0), count - 1)];
    if (row === undefined) return;
    onOpen(row);
    virtualizer.scrollToIndex(Math.min(Math.max(to, 0), count - 1), { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: count - 1,
    };
    const to = step[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };

  if (error !== null && rows === null) {
    return (
      <ListProblem title="The orders could not be read" error={error} onRetry={() => void orders.reload()}>
        Nothing was changed by this.
      </ListProblem>
    );
  }
  return (
    <div
      ref={scroller}
      className={classNames(tableStyles.scroller, styles.columns, isFleet && styles.fleet)}
      role="grid"
      aria-label="Work orders"
      aria-busy={rows === null}
      aria-rowcount={hasMore || rows === null ? -1 : count + 1}
      tabIndex={0}
      data-list="true"
      onKeyDown={onKeyDown}
      onScroll={holdAnchor}
    >
      <TableHeader
        columns={columns}
        sort={{ key: sort, direction, onSort: (key) => filter.setState((now) => sortedBy(now, key)) }}
      />
      {rows === null ? (
        <p className={styles.foot}>Reading…</p>
      ) : count === 0 ? (
        <div className={tableStyles.empty}>
          <NoOrders />
        </div>
      ) : (
        <div className={tableStyles.body} role="rowgroup" style={{ height: virtualizer.getTotalSize() + 36 }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return (
              <TableRow
                key={row === undefined ? index : rowKey(row)}
                domId={`order-${index}`}
                columns={columns}
                row={row}
                index={index}
                top={start - headerHeight}
                height={rowHeight}
                isChosen={index === at}
                isMarked={row !== undefined && marked.has(rowKey(row))}
                onOpen={onOpen}
              />
            );
          })}
          {hasMore ? (
            <p className={styles.foot} style={{ transform: `translateY(${virtualizer.getTotalSize()}px)` }}>
              {error === null ? 'Reading more…' : error.message}
            </p>
          ) : null}
        </div>
      )}
    </div>
  );
}

function NoOrders(): ReactNode {
  const { filter, fleet, router } = useOffice();
  const { view, search, priority } = useStore(filter);
  const vessels = useStore(fleet.store, (state) => state.vessels);
  if (search.trim() !== '' || priority.length > 0) {
    return (
      <EmptyState
        icon={<SearchX size={24} />}
        title="No order matches"
        action={
          <Button onClick={() => filter.setState({ ...firstFilter, view: 'all' })}>Show all orders</Button>
        }
      >
        No work order has these words and fits this filter.
      </EmptyState>
    );
  }
  if (vessels?.length === 0) {
    return (
      <EmptyState icon={<ClipboardCheck size={24} />} title="No vessel has reported yet">
        Start a vessel node with this gateway’s broker. Its orders stand here as soon as they arrive.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<ClipboardCheck size={24} />}
      title={
        view === 'overdue'
          ? 'Nothing is overdue'
          : view === 'completed'
            ? 'Nothing is signed off yet'
            : 'No work orders'
      }
      action={
        view === 'all' ? (
          <Button look="primary" onClick={() => router.go({ open: { kind: 'new' } })}>
            New order
          </Button>
        ) : (
          <Button onClick={() => filter.setState({ view: 'all' })}>Show all orders</Button>
        )
      }
    />
  );
}
