import { type StoreApi, createStore } from 'zustand/vanilla';

export interface PagedState<Item> {
  /** Null before the first answer. */
  items: readonly Item[] | null;
  nextCursor: string | null;
  error: Error | null;
}

export interface PagedList<Item> {
  store: StoreApi<PagedState<Item>>;
  reload(): Promise<void>;
  more(): Promise<void>;
  /** Forgets what was read, for a list that is about something else from now on. */
  clear(): void;
}

/** A short list that is read from its start, and further on demand. */
export function createPagedList<Item>(
  read: (cursor: string | null) => Promise<{ items: readonly Item[]; nextCursor: string | null }>,
): PagedList<Item> {
  const store = createStore<PagedState<Item>>(() => ({ items: null, nextCursor: null, error: null }));
  const attempt = async (cursor: string | null): Promise<void> => {
    try {
      const page = await read(cursor);
      const before = cursor === null ? [] : (store.getState().items ?? []);
      store.setState({ items: [...before, ...page.items], nextCursor: page.nextCursor, error: null });
    } catch (error) {
      store.setState({ error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  return {
    store,
    reload: () => attempt(null),
    clear: () => store.setState({ items: null, nextCursor: null, error: null }),
    async more() {
      const { nextCursor } = store.getState();
      if (nextCursor !== null) await attempt(nextCursor);
    },
  };
}
