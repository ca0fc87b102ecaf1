import { type StoreApi, createStore } from 'zustand/vanilla';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import type { OrderFormValues } from './order-form-values.ts';

/** What somebody typed and did not save yet, with the order as it stood when they began; null for a new one. */
export interface OrderDraft {
  values: OrderFormValues;
  before: WorkOrder | null;
}

/** Nothing typed is lost by looking at another order first. Keyed by the order's id, or `new`. */
export interface OrderDrafts {
  store: StoreApi<{ drafts: ReadonlyMap<string, OrderDraft> }>;
  keep(key: string, draft: OrderDraft): void;
  discard(key: string): void;
}

export function createOrderDrafts(): OrderDrafts {
  const store = createStore<{ drafts: ReadonlyMap<string, OrderDraft> }>(() => ({ drafts: new Map() }));
  return {
    store,
    keep: (key, draft) => store.setState(({ drafts }) => ({ drafts: new Map([...drafts, [key, draft]]) })),
    discard: (key) =>
      store.setState(({ drafts }) => ({ drafts: new Map([...drafts].filter(([other]) => other !== key)) })),
  };
}
