import type { z } from 'zod';
import { type StoreApi, createStore } from 'zustand/vanilla';
import type { WorkOrderListInput, WorkOrderRow, workOrderCounts } from '#shared/contract/work-orders.ts';
import type { Cancel } from '../../../lib/clock.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { followAddress } from '../../../lib/app-services/list-address.ts';
import type { AppServices } from '../../../lib/app-services/app-services.ts';
import { type ListSelection, createListSelection } from '../../../lib/list-selection.ts';
import { type RowWindow, createRowWindow } from '../../../lib/row-window.ts';
import { CallError } from '../../../lib/transport/transport.ts';
import { type OrderFilter, filterText, parseFilter, startFilter, toListInput } from './order-filter.ts';

export type Counts = z.infer<typeof workOrderCounts>;

/** The list of orders: what it shows, where it stands, and which row is chosen. Lives as long as the window. */
export interface OrderList {
  filter: StoreApi<OrderFilter>;
  counts: StoreApi<{ counts: Counts | null }>;
  window: RowWindow<WorkOrderRow, WorkOrderListInput>;
  selection: ListSelection;
  place: { top: number };
  setFilter(change: (filter: OrderFilter) => OrderFilter): void;
  /** As `setFilter` for the words searched for, asking only once the person stops typing. */
  search(words: string): void;
  /** Reads the list and the counts again. */
  reload(): Promise<void>;
}

const pageSize = 100;
const typingPauseMs = 160;

export function createOrderList(services: AppServices): OrderList {
  const { transport, session, clock } = services;
  const today = (): string => session.store.getState().time.day(session.now());
  const filter = createStore<OrderFilter>(() => startFilter);
  const counts = createStore<{ counts: Counts | null }>(() => ({ counts: null }));
  const window = createRowWindow<WorkOrderRow, WorkOrderListInput>({
    query: toListInput(startFilter, today()),
    pageSize,
    read: (query, offset, limit) => transport.call('workOrders.list', { ...query, offset, limit }),
    readOne: (id) => transport.call('workOrders.get', { id }).catch(nullWhenGone),
    idOf: ({ id }) => id,
    differs: (before, now) => before.updatedAt !== now.updatedAt,
    clock,
  });
  const selection = createListSelection(window, ({ id }) => id);
  let cancelSearch: Cancel = () => {};
  let isCounting = false;

  async function count(): Promise<void> {
    if (isCounting) return;
    isCounting = true;
    // Counts that could not be read leave the tabs without figures; the list itself says what is wrong.
    counts.setState({ counts: await transport.call('workOrders.counts', {}).catch(() => null) });
    isCounting = false;
  }

  function apply(): void {
    window.setQuery(toListInput(filter.getState(), today()));
  }

  followAddress(services.router.lists, workOrderSpec.entity, {
    text: () => filterText(filter.getState()),
    apply(text) {
      filter.setState(parseFilter(text));
      apply();
    },
    onChanged: (listener) => filter.subscribe(listener),
  });

  transport.on('records.changed', ({ entity, ids, cause }) => {
    if (entity === 'work_order') {
      window.refresh(ids.length > 0 ? ids : null);
      if (cause !== 'sync') void count();
    } else if (cause !== 'sync' || entity === 'attachment') {
      // Names of equipment and crew stand in the rows, and whether all that is attached is ashore.
      window.refresh(null);
    }
  });
  services.onReturn(() => {
    window.refresh(null);
    void count();
  });

  return {
    filter,
    counts,
    window,
    selection,
    place: { top: 0 },
    setFilter(change) {
      cancelSearch();
      filter.setState(change(filter.getState()));
      apply();
    },
    search(words) {
      filter.setState({ search: words });
      cancelSearch();
      cancelSearch = clock.after(typingPauseMs, apply);
    },
    async reload() {
      apply();
      await Promise.all([window.reload(), count()]);
    },
  };
}

function nullWhenGone(error: unknown): null {
  if (error instanceof CallError && error.code === 'not_found') return null;
  throw error;
}
