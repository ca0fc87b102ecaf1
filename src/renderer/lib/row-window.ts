import { type StoreApi, createStore } from 'zustand/vanilla';
import type { Clock } from './clock.ts';
import { type PageCache, createPageCache } from './page-cache.ts';

/** A list that is far longer than what is on screen: only the rows around what is looked at are held. */
export interface RowWindowState<Row> {
  /** Rows that match in all; null before the first answer. */
  total: number | null;
  /** True where `total` counts only as far as the list has been read, and more will come. */
  isPartial: boolean;
  /** Why the last read failed; null when it did not. */
  error: Error | null;
  /** Rows held, a new object on every change. */
  rows: PageCache<Row>;
  /** Ids whose row changed while it was on screen, with the number of the round that changed them. */
  marked: ReadonlyMap<string, number>;
  /** How many rows the list has to move so that what was looked at stays where it was; `round` counts up. */
  shift: { by: number; round: number };
}

export interface RowWindow<Row, Query> {
  store: StoreApi<RowWindowState<Row>>;
  /** Starts over with another query, unless it is the same. */
  setQuery(query: Query): void;
  /** Says which rows are on screen, first and last index; reads what is missing. */
  show(first: number, last: number): void;
  /** Reads again what is on screen. `ids` changed; null when it is not known which. Calls close together become one. */
  refresh(ids: readonly string[] | null): void;
  /** Reads again, now, putting every row where it belongs even when that moves others. */
  reload(): Promise<void>;
  /** Puts `row` in the place of the one with the same id, where that is held. */
  put(row: Row): void;
  /** The row that must stay in sight when rows come in above it; null for the first one on screen. */
  setAnchor(id: string | null): void;
}

export interface RowWindowOptions<Row, Query> {
  query: Query;
  pageSize: number;
  read(query: Query, offset: number, limit: number): Promise<{ items: readonly Row[]; total: number }>;
  /** One row that is no longer in its old place; null when it is gone. */
  readOne(id: string): Promise<Row | null>;
  idOf(row: Row): string;
  /** False when a person would not call the row changed, as when only its way to shore moved on. */
  differs(before: Row, now: Row): boolean;
  clock: Clock;
}

const gatherMs = 150;
/** While a hand moves through the list, pages are asked for no more often than this. */
const movingMs = 100;
const markMs = 8_000;
const mostPagesHeld = 30;
const mostReadsAtOnce = 2;

export function createRowWindow<Row, Query>(options: RowWindowOptions<Row, Query>): RowWindow<Row, Query> {
  const { pageSize, read, readOne, idOf, differs, clock } = options;
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
  let generation = 0;
  let visible = { first: 0, last: pageSize - 1 };
  let anchorId: string | null = null;
  const reading = new Set<number>();
  let gathered: Set<string> | null = new Set();
  let hasGathered = false;
  let isGathering = false;
  let isRefreshing = false;
  let round = 0;
  let isMoving = false;
  let hasMovedOn = false;

  const pageOf = (index: number): number => Math.floor(index / pageSize);

  function wantedPages(): number[] {
    const { total, rows } = store.getState();
    const lastPage = total === null ? pageOf(visible.last) : pageOf(Math.max(0, total - 1));
    const from = pageOf(visible.first);
    const to = Math.min(pageOf(visible.last), lastPage);
    const pages: number[] = [];
    for (let page = from; page <= to; page += 1) pages.push(page);
    // What lies next is read while nothing else is needed, so that a turn of the wheel finds it there.
    if (total !== null) pages.push(...[to + 1, from - 1].filter((page) => page >= 0 && page <= lastPage));
    return pages.filter((page) => !rows.hasPage(page));
  }

  function fill(): void {
    if (store.getState().error !== null) return;
    for (const page of wantedPages()) {
      if (reading.size >= mostReadsAtOnce) return;
      if (!reading.has(page)) void readPage(page);
    }
  }

  /** Fills at once, then not again for a moment: a page that was only passed by need not be read. */
  function fillInPassing(): void {
    if (isMoving) {
      hasMovedOn = true;
      return;
    }
    isMoving = true;
    hasMovedOn = false;
    fill();
    clock.after(movingMs, () => {
      isMoving = false;
      if (hasMovedOn) fillInPassing();
    });
  }

  async function readPage(page: number): Promise<void> {
    const asked = generation;
    reading.add(page);
    try {
      const { items, total } = await read(query, page * pageSize, pageSize);
      if (asked !== generation) return;
      const rows = store
        .getState()
        .rows.withPage(page, items)
        .keepingNear(pageOf(visible.first), mostPagesHeld);
      store.setState({ rows, total, error: null });
    } catch (error) {
      if (asked === generation) store.setState({ error: asError(error) });
    } finally {
      if (asked === generation) {
        reading.delete(page);
        if (!hasMovedOn) fill();
      }
    }
  }

  /** Starts a new generation: answers to what was asked before are passed over. */
  function startOver(): void {
    generation += 1;
    reading.clear();
  }

  async function readVisible(hold: boolean, ids: ReadonlySet<string> | null): Promise<void> {
    startOver();
    const asked = generation;
    const from = pageOf(visible.first);
    const count = Math.min(pageOf(visible.last) - from + 1, Math.floor(500 / pageSize));
    // Keeps `fill` from asking for the same pages beside us.
    for (let page = from; page < from + count; page += 1) reading.add(page);
    try {
      const { items, total } = await read(query, from * pageSize, count * pageSize);
      if (asked !== generation) return;
      const before = store.getState();
      const mayHold = hold && before.total === total && ids !== null;
      const placed = mayHold ? await held(before.rows, items, from, count, ids) : null;
      if (asked !== generation) return;
      round += 1;
      const marked = markChanged(before, items);
      if (placed === null) {
        const shift = { by: shiftOf(before.rows, items, from * pageSize), round };
        store.setState({ rows: empty.withRows(from, items), total, error: null, marked, shift });
      } else {
        store.setState({ rows: placed, total, error: null, marked });
      }
    } catch (error) {
      if (asked === generation) store.setState({ error: asError(error) });
    } finally {
      if (asked === generation) {
        reading.clear();
        fill();
      }
    }
  }

  /** The rows on screen in the places they had, with what they say now; null when that cannot be done. */
  async function held(
    rows: PageCache<Row>,
    fresh: readonly Row[],
    from: number,
    count: number,
    ids: ReadonlySet<string>,
  ): Promise<PageCache<Row> | null> {
    const byId = new Map(fresh.map((row) => [idOf(row), row]));
    const kept: Row[] = [];
    for (let index = from * pageSize; index < (from + count) * pageSize; index += 1) {
      const old = rows.at(index);
      if (old === undefined) break;
      const id = idOf(old);
      const now = byId.get(id) ?? (ids.has(id) ? await readOne(id) : old);
      if (now === null) return null;
      kept.push(now);
    }
    return kept.length === fresh.length ? empty.withRows(from, kept) : null;
  }

  function markChanged(before: RowWindowState<Row>, items: readonly Row[]): ReadonlyMap<string, number> {
    if (before.total === null) return before.marked;
    const marked = new Map([...before.marked].slice(-200));
    for (const row of items) {
      const id = idOf(row);
      const old = before.rows.find((candidate) => idOf(candidate) === id);
      if (old === undefined || !differs(old.row, row)) continue;
      marked.delete(id);
      marked.set(id, round);
    }
    const of = round;
    if ([...marked.values()].includes(of)) clock.after(markMs, () => forgetMarks(of));
    return marked;
  }

  function forgetMarks(of: number): void {
    store.setState(({ marked }) => ({ marked: new Map([...marked].filter(([, at]) => at !== of)) }));
  }

  function shiftOf(rows: PageCache<Row>, items: readonly Row[], offset: number): number {
    const isVisible = (index: number): boolean => index >= visible.first && index <= visible.last;
    const chosen = anchorId === null ? undefined : rows.find((row) => idOf(row) === anchorId);
    const candidates = [chosen !== undefined && isVisible(chosen.index) ? chosen.index : null];
    for (let index = visible.first; index <= visible.last; index += 1) candidates.push(index);
    for (const index of candidates) {
      const row = index === null ? undefined : rows.at(index);
      if (index === null || row === undefined) continue;
      const now = items.findIndex((item) => idOf(item) === idOf(row));
      if (now !== -1) return offset + now - index;
    }
    return 0;
  }

  function gather(): void {
    if (isGathering || isRefreshing) return;
    isGathering = true;
    clock.after(gatherMs, () => {
      isGathering = false;
      void readGathered();
    });
  }

  async function readGathered(): Promise<void> {
    const changed = gathered;
    gathered = new Set();
    hasGathered = false;
    if (store.getState().total === null) {
      store.setState({ error: null });
      fill();
      return;
    }
    // One at a time: while changes pour in, a read that the next one always overtakes would never show anything.
    isRefreshing = true;
    await readVisible(true, changed);
    isRefreshing = false;
    if (hasGathered) gather();
  }

  return {
    store,
    setQuery(next) {
      const key = JSON.stringify(next);
      if (key === queryKey) return;
      query = next;
      queryKey = key;
      startOver();
      visible = { first: 0, last: pageSize - 1 };
      store.setState({ rows: empty, total: null, error: null, marked: new Map() });
      fill();
    },
    show(first, last) {
      visible = { first: Math.max(0, first), last: Math.max(first, last) };
      fillInPassing();
    },
    refresh(ids) {
      if (ids === null) gathered = null;
      else for (const id of ids) gathered?.add(id);
      hasGathered = true;
      gather();
    },
    async reload() {
      store.setState({ error: null });
      if (store.getState().total === null) fill();
      else await readVisible(false, null);
    },
    put(row) {
      const id = idOf(row);
      const found = store.getState().rows.find((candidate) => idOf(candidate) === id);
      if (found !== undefined) store.setState(({ rows }) => ({ rows: rows.withRow(found.index, row) }));
    },
    setAnchor(id) {
      anchorId = id;
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
