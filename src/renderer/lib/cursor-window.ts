import { createStore } from 'zustand/vanilla';
import type { Cancel, Clock } from './clock.ts';
import { createPageCache } from './page-cache.ts';
import type { RowWindow, RowWindowState } from './row-window.ts';

export interface CursorWindowOptions<Row, Query> {
  query: Query;
  pageSize: number;
  read(
    query: Query,
    cursor: string | null,
    limit: number,
  ): Promise<{ items: readonly Row[]; nextCursor: string | null }>;
  idOf(row: Row): string;
  /** False when a person would not call the row changed, as when only its way to the ship moved on. */
  differs(before: Row, now: Row): boolean;
  clock: Clock;
}

const gatherMs = 200;
const markMs = 8_000;
/** The most rows that are asked for at once. */
const largestRead = 500;
/** Rows before the end at which the next page is read, and rows that stand for what is still to be read. */
const readAhead = 40;

/** A long list that is only read from its start on, page by page: its length is not known before its end. */
export function createCursorWindow<Row, Query>(
  options: CursorWindowOptions<Row, Query>,
): RowWindow<Row, Query> {
  const { pageSize, read, idOf, differs, clock } = options;
  const empty = createPageCache<Row>(pageSize);
  const store = createStore<RowWindowState<Row>>(() => ({
    total: null,
    isPartial: false,
    error: null,
    rows: empty,
    marked: new Map(),
    shift: { by: 0, round: 0 },
  }));
  let { query } = options;
  let queryKey = JSON.stringify(query);
  let held: readonly Row[] = [];
  /** Ids of the rows held. */
  let ids = new Set<string>();
  let cursor: string | null = null;
  let visible = { first: 0, last: 0 };
  let round = 0;
  let isReading = false;
  let cancelGather: Cancel | null = null;

  /** Shows `rows` as all that is known, with room below for those that are still to come. */
  function put(rows: readonly Row[], next: string | null, more: Partial<RowWindowState<Row>> = {}): void {
    held = rows;
    ids = new Set(rows.map(idOf));
    cursor = next;
    store.setState({
      rows: empty.withRows(0, rows),
      total: rows.length + (next === null ? 0 : readAhead),
      isPartial: next !== null,
      error: null,
      ...more,
    });
  }

  /** The same with a page more, the others left as they are: a long list has hundreds. */
  function append(items: readonly Row[], next: string | null): void {
    // A row that moved down meanwhile would stand there twice.
    const fresh = items.filter((row) => !ids.has(idOf(row)));
    const from = held.length;
    if (from % pageSize !== 0 || fresh.length > pageSize) {
      put([...held, ...fresh], next);
      return;
    }
    held = held.concat(fresh);
    for (const row of fresh) ids.add(idOf(row));
    cursor = next;
    store.setState(({ rows }) => ({
      rows: rows.withPage(from / pageSize, fresh),
      total: held.length + (next === null ? 0 : readAhead),
      isPartial: next !== null,
      error: null,
    }));
  }

  function fail(error: unknown): void {
    store.setState({ error: error instanceof Error ? error : new Error(String(error)) });
  }

  async function readMore(): Promise<void> {
    if (isReading || cursor === null || store.getState().error !== null) return;
    isReading = true;
    const mine = round;
    try {
      const { items, nextCursor } = await read(query, cursor, pageSize);
      if (mine !== round) return;
      append(items, nextCursor);
    } catch (error) {
      if (mine === round) fail(error);
    } finally {
      if (mine === round) isReading = false;
    }
    if (mine === round) readOn();
  }

  /** Reads on as long as what is looked at lies near the end of what is known. */
  function readOn(): void {
    if (visible.last >= held.length - readAhead) void readMore();
  }

  async function readStretch(length: number): Promise<{ rows: Row[]; next: string | null }> {
    const rows: Row[] = [];
    let next: string | null = null;
    do {
      const limit = Math.min(largestRead, Math.max(pageSize, length - rows.length));
      const page: { items: readonly Row[]; nextCursor: string | null } = await read(query, next, limit);
      rows.push(...page.items);
      next = page.nextCursor;
    } while (next !== null && rows.length < length);
    return { rows, next };
  }

  async function reload(): Promise<void> {
    cancelGather?.();
    cancelGather = null;
    round += 1;
    const mine = round;
    isReading = true;
    store.setState({ error: null });
    try {
      // What lies below is read again when one comes to it.
      const { rows, next } = await readStretch(Math.min(held.length, visible.last + pageSize));
      if (mine !== round) return;
      const isFirst = store.getState().total === null;
      const by = isFirst ? 0 : shiftTo(rows);
      put(rows, next, { shift: { by, round: mine }, ...(isFirst ? {} : { marked: markChanged(rows) }) });
    } catch (error) {
      if (mine === round) fail(error);
    } finally {
      if (mine === round) isReading = false;
    }
  }

  /** By how many rows the first one in sight has moved. */
  function shiftTo(rows: readonly Row[]): number {
    const anchor = held[visible.first];
    const now = anchor === undefined ? -1 : rows.findIndex((row) => idOf(row) === idOf(anchor));
    return now === -1 ? 0 : now - visible.first;
  }

  function markChanged(rows: readonly Row[]): ReadonlyMap<string, number> {
    const before = new Map(held.map((row) => [idOf(row), row]));
    const mine = round;
    const marked = new Map(store.getState().marked);
    for (const row of rows) {
      const old = before.get(idOf(row));
      if (old !== undefined && differs(old, row)) marked.set(idOf(row), mine);
    }
    clock.after(markMs, () =>
      store.setState((state) => ({ marked: new Map([...state.marked].filter(([, at]) => at !== mine)) })),
    );
    return marked;
  }

  return {
    store,
    reload,
    setQuery(next) {
      const key = JSON.stringify(next);
      if (key === queryKey) return;
      query = next;
      queryKey = key;
      held = [];
      ids = new Set();
      visible = { first: 0, last: 0 };
      store.setState({ rows: empty, total: null, isPartial: false, error: null, marked: new Map() });
      void reload();
    },
    show(first, last) {
      visible = { first: Math.max(0, first), last: Math.max(first, last) };
      readOn();
    },
    refresh() {
      if (store.getState().total === null) return;
      cancelGather ??= clock.after(gatherMs, () => void reload());
    },
    put(row) {
      const index = held.findIndex((candidate) => idOf(candidate) === idOf(row));
      if (index !== -1) put(held.with(index, row), cursor);
    },
    // The first row in sight is held where it is.
    setAnchor() {},
  };
}
