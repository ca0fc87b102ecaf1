import { type StoreApi, createStore } from 'zustand/vanilla';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { CallError } from '../../lib/transport/transport.ts';
import type { OfficeClient } from '../server/office-client.ts';

export interface OrderRecordState {
  /** Which order is wanted. */
  wanted: { vesselId: string; id: string } | null;
  /** The order as it was last read; null before that. */
  order: OfficeWorkOrder | null;
  error: CallError | null;
}

export interface OrderRecord {
  store: StoreApi<OrderRecordState>;
  watch(wanted: { vesselId: string; id: string } | null): void;
  /** Reads the order again and returns it; rejects with `CallError`. */
  read(): Promise<OfficeWorkOrder | null>;
  put(order: OfficeWorkOrder): void;
}

/** The one order that the pane shows. */
export function createOrderRecord(client: OfficeClient): OrderRecord {
  const store = createStore<OrderRecordState>(() => ({ wanted: null, order: null, error: null }));

  async function read(): Promise<OfficeWorkOrder | null> {
    const { wanted } = store.getState();
    if (wanted === null) return null;
    const isStillWanted = (): boolean => store.getState().wanted === wanted;
    try {
      const order = await client.ask('workOrders.get', {
        params: { id: wanted.id },
        query: { vessel: wanted.vesselId },
      });
      if (isStillWanted()) store.setState({ order, error: null });
      return order;
    } catch (error) {
      if (isStillWanted() && error instanceof CallError) {
        store.setState(error.code === 'not_found' ? { error, order: null } : { error });
      }
      throw error;
    }
  }

  return {
    store,
    read,
    watch(wanted) {
      const now = store.getState().wanted;
      if (now?.id === wanted?.id && now?.vesselId === wanted?.vesselId) return;
      store.setState({ wanted, order: null, error: null });
      // The failure stands in the store.
      read().catch(() => {});
    },
    put(order) {
      const { wanted } = store.getState();
      if (wanted?.id === order.id && wanted.vesselId === order.vesselId)
        store.setState({ order, error: null });
    },
  };
}
