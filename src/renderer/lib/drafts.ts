import { type StoreApi, createStore } from 'zustand/vanilla';

/** What somebody typed and did not save yet, with the record as it stood when they began; null for a new one. */
export interface Draft<Values, Before> {
  values: Values;
  before: Before | null;
}

/** Nothing typed is lost by looking at another record first. Keyed by what tells one record from all others, or by `new`. */
export interface Drafts<Values, Before> {
  store: StoreApi<{ drafts: ReadonlyMap<string, Draft<Values, Before>> }>;
  keep(key: string, draft: Draft<Values, Before>): void;
  discard(key: string): void;
}

export function createDrafts<Values, Before>(): Drafts<Values, Before> {
  const store = createStore<{ drafts: ReadonlyMap<string, Draft<Values, Before>> }>(() => ({
    drafts: new Map(),
  }));
  return {
    store,
    keep: (key, draft) => store.setState(({ drafts }) => ({ drafts: new Map([...drafts, [key, draft]]) })),
    discard: (key) =>
      store.setState(({ drafts }) => ({ drafts: new Map([...drafts].filter(([other]) => other !== key)) })),
  };
}
