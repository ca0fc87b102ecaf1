import { type StoreApi, createStore } from 'zustand/vanilla';
import type { RowWindow } from './row-window.ts';

export interface Selection {
  /** Place in the list, or null when nothing is chosen. */
  index: number | null;
  /** Id of the row; null while the row at `index` is still being read. */
  id: string | null;
  /** Counts the moves that the list has to follow by scrolling. */
  move: number;
}

export interface ListSelection {
  store: StoreApi<Selection>;
  choose(id: string | null): void;
  /** Moves by so many rows, from the first when nothing is chosen. */
  moveBy(rows: number): void;
  moveTo(index: number): void;
}

/** Which row of a long list is chosen. It stays with the record when the rows around it move. */
export function createListSelection<Row, Query>(
  window: RowWindow<Row, Query>,
  idOf: (row: Row) => string,
): ListSelection {
  const store = createStore<Selection>(() => ({ index: null, id: null, move: 0 }));

  function indexOf(id: string): number | null {
    return window.store.getState().rows.find((row) => idOf(row) === id)?.index ?? null;
  }

  function moveTo(wanted: number): void {
    const { total, rows } = window.store.getState();
    if (total === null || total === 0) return;
    const index = Math.min(Math.max(wanted, 0), total - 1);
    const row = rows.at(index);
    store.setState(({ move }) => ({ index, id: row === undefined ? null : idOf(row), move: move + 1 }));
  }

  window.store.subscribe(({ rows }) => {
    const { id, index } = store.getState();
    if (id === null) {
      const row = index === null ? undefined : rows.at(index);
      if (row !== undefined) store.setState({ id: idOf(row) });
      return;
    }
    const now = indexOf(id);
    if (now !== null && now !== index) store.setState({ index: now });
  });
  store.subscribe(({ id }) => window.setAnchor(id));

  return {
    store,
    choose(id) {
      if (id === store.getState().id) return;
      store.setState({ id, index: id === null ? null : indexOf(id) });
    },
    moveBy(rows) {
      const { index } = store.getState();
      moveTo(index === null ? 0 : index + rows);
    },
    moveTo,
  };
}
