import { type StoreApi, createStore } from 'zustand/vanilla';
import type { Scalar } from '#shared/json.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import { type ListSelection, createListSelection } from '../../lib/list-selection.ts';
import type { RowWindow } from '../../lib/row-window.ts';
import { type ListAddresses, followAddress } from '../../lib/app-services/list-address.ts';
import { firstQuery, parseQuery, queryText } from './query-text.ts';
import type { RecordPort, RecordQuery, SeenRecord } from '../port.ts';

/** The list of a kind: what it shows, where it stands, and which row is chosen. Lives as long as the page. */
export interface RecordList {
  query: StoreApi<RecordQuery>;
  window: RowWindow<SeenRecord, RecordQuery>;
  selection: ListSelection;
  place: { top: number };
  /** Asks once the person stops typing. */
  searchFor(words: string): void;
  /** Narrows to these values of a field; none means all. */
  narrow(field: string, values: readonly Scalar[]): void;
  /** Takes off everything that narrows. */
  clear(): void;
  /** By this field, or the other way round where it is so already. */
  sortBy(field: string): void;
}

const typingPauseMs = 160;

export function createRecordList(
  spec: RecordDeclaration,
  port: RecordPort,
  { clock, addresses }: { clock: Clock; addresses: ListAddresses },
): RecordList {
  const first = firstQuery(spec);
  const query = createStore<RecordQuery>(() => first);
  const window = port.openWindow(spec.entity, first);
  const ask = (): void => {
    const { search, ...rest } = query.getState();
    window.setQuery({ ...rest, search: search.trim().slice(0, 200) });
  };
  let cancelSearch: Cancel = () => {};
  const change = (changed: Partial<RecordQuery>): void => {
    query.setState(changed);
    cancelSearch();
    ask();
  };
  followAddress(addresses, spec.entity, {
    text: () => queryText(spec, query.getState()),
    apply: (text) => change(parseQuery(spec, text)),
    onChanged: (listener) => query.subscribe(listener),
  });
  const shown = new Set(
    Object.values(spec.fields).flatMap(({ refersTo }) => (refersTo === undefined ? [] : [refersTo])),
  );
  port.onChanged(({ entity, ids }) => {
    if (entity === null) window.refresh(null);
    else if (entity === spec.entity) window.refresh(ids.length > 0 ? ids : null);
    // The names of what its records point to stand in their rows.
    else if (shown.has(entity)) window.refresh([]);
  });
  return {
    query,
    window,
    selection: createListSelection(window, ({ id }) => id),
    place: { top: 0 },
    searchFor(words) {
      query.setState({ search: words });
      cancelSearch();
      cancelSearch = clock.after(typingPauseMs, ask);
    },
    narrow(field, values) {
      const { [field]: _, ...others } = query.getState().filter;
      change({ filter: values.length === 0 ? others : { ...others, [field]: values } });
    },
    clear: () => change({ search: '', filter: {} }),
    sortBy(field) {
      const { sort, direction } = query.getState();
      change({ sort: field, direction: sort === field && direction === 'asc' ? 'desc' : 'asc' });
    },
  };
}
