import { type StoreApi, createStore } from 'zustand/vanilla';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import { CallError } from '../../lib/transport/transport.ts';

/** Orders read in full, and why one could not be. */
export interface OrderRecords {
  store: StoreApi<{ orders: ReadonlyMap<string, WorkOrder>; errors: ReadonlyMap<string, CallError> }>;
  /** Reads the order now and again whenever it changes, until the returned function is called. */
  watch(id: string): () => void;
  read(id: string): Promise<WorkOrder>;
  put(order: WorkOrder): void;
  forget(id: string): void;
}

const mostKept = 60;

export function createOrderRecords(services: AppServices): OrderRecords {
  const { transport } = services;
  const store = createStore<{
    orders: ReadonlyMap<string, WorkOrder>;
    errors: ReadonlyMap<string, CallError>;
  }>(() => ({ orders: new Map(), errors: new Map() }));
  const watched = new Set<string>();

  function put(order: WorkOrder): void {
    store.setState(({ orders, errors }) => {
      const kept = [...orders].filter(([id]) => id !== order.id).slice(1 - mostKept);
      return { orders: new Map([...kept, [order.id, order]]), errors: without(errors, order.id) };
    });
  }

  async function read(id: string): Promise<WorkOrder> {
    const order = await transport.call('workOrders.get', { id });
    put(order);
    return order;
  }

  function readAgain(id: string): void {
    read(id).catch((error: unknown) => {
      if (!(error instanceof CallError)) throw error;
      store.setState(({ orders, errors }) => ({
        orders: error.code === 'not_found' ? without(orders, id) : orders,
        errors: new Map([...errors, [id, error]]),
      }));
    });
  }

  transport.on('records.changed', ({ entity, ids }) => {
    // An order's mark tells of what is attached to it as well.
    if (entity !== 'work_order' && entity !== 'attachment') return;
    for (const id of watched)
      if (entity === 'attachment' || ids.length === 0 || ids.includes(id)) readAgain(id);
  });
  services.onReturn(() => {
    for (const id of watched) readAgain(id);
  });

  return {
    store,
    read,
    put,
    watch(id) {
      watched.add(id);
      readAgain(id);
      return () => watched.delete(id);
    },
    forget(id) {
      store.setState(({ orders }) => ({ orders: without(orders, id) }));
    },
  };
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  return map.has(key) ? new Map([...map].filter(([other]) => other !== key)) : map;
}
