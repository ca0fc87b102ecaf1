import { type StoreApi, createStore } from 'zustand/vanilla';
import type { OfficeOutput } from '#shared/office/endpoints.ts';
import type { OfficeWorkOrderQuery, OfficeWorkOrderRow } from '#shared/office/records.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import type { OfficeClient } from '../server/office-client.ts';

export interface OrderListState {
  /** The rows read so far, from the first; null before the first answer. */
  rows: readonly OfficeWorkOrderRow[] | null;
  /** False when the rows read are all there are. */
  hasMore: boolean;
  isReadingMore: boolean;
  /** Why the last read failed; null when it did not. */
  error: Error | null;
  /** Keys of rows that changed while they were on screen, for a soft mark. */
  marked: ReadonlySet<string>;
}

export interface OrderList {
  store: StoreApi<OrderListState>;
  /** Starts over with another query, unless it is the same. */
  setQuery(query: OfficeWorkOrderQuery): void;
  /** Reads the next page, if there is one and none is being read. */
  more(): void;
  /** Reads the same stretch again. Calls close together become one. */
  refresh(): void;
  /** Reads again at once. */
  reload(): Promise<void>;
}

const pageSize = 100;
const largestPage = 500;
const gatherMs = 200;
const markMs = 8_000;

/** Two vessels may hold a record with one id. */
export const rowKey = (row: { vesselId: string; id: string }): string => `${row.vesselId}/${row.id}`;

/** The office's orders page by page, by keyset: as far as somebody has scrolled, and kept current as far as that. */
export function createOrderList(client: OfficeClient, clock: Clock, first: OfficeWorkOrderQuery): OrderList {
  const store = createStore<OrderListState>(() => ({
    rows: null,
    hasMore: false,
    isReadingMore: false,
    error: null,
    marked: new Set(),
  }));
  let query = first;
  let cursor: string | null = null;
  let round = 0;
  let cancelGather: Cancel | null = null;

  const isCurrent = (mine: number): boolean => mine === round;
  const failed = (mine: number) => (error: unknown) => {
    if (isCurrent(mine))
      store.setState({
        error: error instanceof Error ? error : new Error(String(error)),
        isReadingMore: false,
      });
  };

  async function readStretch(length: number): Promise<{ rows: OfficeWorkOrderRow[]; next: string | null }> {
    const rows: OfficeWorkOrderRow[] = [];
    let next: string | null = null;
    do {
      const limit = Math.min(largestPage, Math.max(pageSize, length - rows.length));
      const page: OfficeOutput<'workOrders.list'> = await client.ask('workOrders.list', {
        query: { ...query, limit, ...(next === null ? {} : { cursor: next }) },
      });
      rows.push(...page.items);
      next = page.nextCursor;
    } while (next !== null && rows.length < length);
    return { rows, next };
  }

  function mark(keys: readonly string[]): void {
    if (keys.length === 0) return;
    store.setState(({ marked }) => ({ marked: new Set([...marked, ...keys]) }));
    clock.after(markMs, () =>
      store.setState(({ marked }) => ({ marked: new Set([...marked].filter((key) => !keys.includes(key))) })),
    );
  }

  async function reload(): Promise<void> {
    cancelGather?.();
    cancelGather = null;
    round += 1;
    const mine = round;
    const { rows: before, hasMore } = store.getState();
    try {
      // A list that was read to its end stays so when a few come in.
      const { rows, next } = await readStretch((before?.length ?? 0) + (hasMore ? 0 : pageSize));
      if (!isCurrent(mine)) return;
      cursor = next;
      store.setState({ rows, hasMore: next !== null, isReadingMore: false, error: null });
      if (before !== null) mark(changedKeys(before, rows));
    } catch (error) {
      failed(mine)(error);
    }
  }

  return {
    store,
    reload,
    setQuery(next) {
      if (JSON.stringify(next) === JSON.stringify(query)) return;
      query = next;
      store.setState({ rows: null, hasMore: false, error: null, marked: new Set() });
      void reload();
    },
    more() {
      const { hasMore, isReadingMore, rows } = store.getState();
      if (!hasMore || isReadingMore || cursor === null || rows === null) return;
      const mine = round;
      store.setState({ isReadingMore: true });
      client.ask('workOrders.list', { query: { ...query, limit: pageSize, cursor } }).then((page) => {
        if (!isCurrent(mine)) return;
        cursor = page.nextCursor;
        const known = new Set(rows.map(rowKey));
        store.setState({
          // A row that moved down meanwhile would stand there twice.
          rows: [...rows, ...page.items.filter((row) => !known.has(rowKey(row)))],
          hasMore: page.nextCursor !== null,
          isReadingMore: false,
          error: null,
        });
      }, failed(mine));
    },
    refresh() {
      cancelGather ??= clock.after(gatherMs, () => void reload());
    },
  };
}

/** Rows that are new or that a person would call changed; that an acknowledgement moved does not count. */
function changedKeys(before: readonly OfficeWorkOrderRow[], now: readonly OfficeWorkOrderRow[]): string[] {
  const text = ({ sync: _, ...row }: OfficeWorkOrderRow): string => JSON.stringify(row);
  const old = new Map(before.map((row) => [rowKey(row), text(row)]));
  return now.filter((row) => old.get(rowKey(row)) !== text(row)).map(rowKey);
}
