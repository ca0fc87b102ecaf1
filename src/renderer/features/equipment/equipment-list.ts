import { type StoreApi, createStore } from 'zustand/vanilla';
import type { Equipment } from '#shared/contract/equipment.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { followAddress } from '../../lib/app-services/list-address.ts';
import type { Cancel } from '../../lib/clock.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import { type ListSelection, createListSelection } from '../../lib/list-selection.ts';
import { type RowWindow, createRowWindow } from '../../lib/row-window.ts';

interface EquipmentQuery {
  search: string;
}

/** The list of equipment: what it shows, where it stands, and which row is chosen. Lives as long as the window. */
export interface EquipmentList {
  search: StoreApi<{ words: string }>;
  window: RowWindow<Equipment, EquipmentQuery>;
  selection: ListSelection;
  place: { top: number };
  /** Asks once the person stops typing. */
  searchFor(words: string): void;
}

/** Kinds of records of which something stands in the rows. */
const beside: ReadonlySet<string> = new Set(['work_order', 'meter', 'meter_reading']);

const pageSize = 100;
const typingPauseMs = 160;

export function createEquipmentList(services: AppServices): EquipmentList {
  const { transport, clock } = services;
  const search = createStore<{ words: string }>(() => ({ words: '' }));
  const window = createRowWindow<Equipment, EquipmentQuery>({
    query: { search: '' },
    pageSize,
    read: (query, offset, limit) =>
      transport.call('equipment.list', query.search === '' ? { offset, limit } : { ...query, offset, limit }),
    readOne: (id) => transport.call('equipment.get', { id }).catch(() => null),
    idOf: ({ id }) => id,
    differs: (before, now) => JSON.stringify(before.versions) !== JSON.stringify(now.versions),
    clock,
  });
  let cancelSearch: Cancel = () => {};

  const ask = (): void => window.setQuery({ search: search.getState().words.trim().slice(0, 200) });

  followAddress(services.router.lists, equipmentSpec.entity, {
    text() {
      const words = search.getState().words.trim();
      return words === '' ? '' : new URLSearchParams({ q: words }).toString();
    },
    apply(text) {
      search.setState({ words: (new URLSearchParams(text).get('q') ?? '').slice(0, 200) });
      ask();
    },
    onChanged: (listener) => search.subscribe(listener),
  });

  transport.on('records.changed', ({ entity, ids, cause }) => {
    if (entity === 'equipment') window.refresh(ids.length > 0 ? ids : null);
    // The number of outstanding orders stands in the row, and what the meters have counted.
    else if (beside.has(entity) && cause !== 'sync') window.refresh([]);
  });
  services.onReturn(() => window.refresh(null));

  return {
    search,
    window,
    selection: createListSelection(window, ({ id }) => id),
    place: { top: 0 },
    searchFor(words) {
      search.setState({ words });
      cancelSearch();
      cancelSearch = clock.after(typingPauseMs, ask);
    },
  };
}
