import { type StoreApi, createStore } from 'zustand/vanilla';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { collectionOf } from '#shared/records/collection.ts';
import { type ListAddresses, createListAddresses, splitQuery } from '../lib/app-services/list-address.ts';
import { kindAt, pagedKinds } from '../records/kinds.ts';

const pages = ['orders', 'conflicts', 'problems', 'by-hand', 'joining', 'performance'] as const;

/** What is looked at: kept in the address, so that a link leads to the same place and the browser's Back works. */
export interface Route {
  page: (typeof pages)[number] | 'records';
  /** On the page of records, their kind; null on every other. */
  entity: string | null;
  /** The vessel that everything is narrowed to; null for all. */
  vessel: string | null;
  /** The pane beside the list. */
  open: { kind: 'order' | 'record'; vesselId: string; id: string; editing: boolean } | { kind: 'new' } | null;
}

export interface Router {
  store: StoreApi<Route>;
  lists: ListAddresses;
  go(change: Partial<Route>): void;
}

/** `#/orders/all/VESSEL/ID?q=pump`: page, vessel it is narrowed to, what is open, what the list shows. */
export function createRouter(window: Window): Router {
  const store = createStore<Route>(() => parseRoute(window.location.hash));
  const lists = createListAddresses();
  const readList = (): void => {
    const name = listOn(store.getState());
    if (name !== null) lists.set(name, splitQuery(window.location.hash.split('?')[1] ?? '', noFlags).list);
  };
  const addressNow = (): string => {
    const name = listOn(store.getState());
    const text = name === null ? '' : (lists.store.getState().texts.get(name) ?? '');
    return `${formatRoute(store.getState())}${text === '' ? '' : `?${text}`}`;
  };
  readList();
  window.addEventListener('hashchange', () => {
    if (addressNow() === window.location.hash) return;
    store.setState(parseRoute(window.location.hash));
    readList();
  });
  // What a list shows is no step to go back to.
  lists.store.subscribe(() => {
    if (addressNow() !== window.location.hash) window.history.replaceState(null, '', addressNow());
  });
  return {
    store,
    lists,
    go(change) {
      // A page that is not of records is of none of their kinds.
      const other = change.page !== undefined && change.page !== 'records';
      store.setState(other ? { ...change, entity: null } : change);
      if (addressNow() !== window.location.hash) window.location.hash = addressNow();
    },
  };
}

const noFlags: ReadonlySet<string> = new Set();

/** The kind of record whose list is on the page; null for a page without one. Another ship's is narrowed the same way. */
function listOn({ page, entity }: Route): string | null {
  return page === 'orders' ? workOrderSpec.entity : entity;
}

const everyVessel = 'all';

export function parseRoute(hash: string): Route {
  const [path = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, vessel, openVessel, id] = path.split('/').map(decodePart);
  const kind = page === undefined ? undefined : kindAt(page);
  return {
    page: kind === undefined ? (pages.find((known) => known === page) ?? 'orders') : 'records',
    entity: kind?.entity ?? null,
    vessel: vessel === undefined || vessel === '' || vessel === everyVessel ? null : vessel,
    open:
      openVessel === 'new'
        ? { kind: 'new' }
        : openVessel === undefined || id === undefined
          ? null
          : {
              kind: kind === undefined ? 'order' : 'record',
              vesselId: openVessel,
              id,
              editing: false,
            },
  };
}

export function formatRoute({ page, entity, vessel, open }: Route): string {
  const spec = page === 'records' ? pagedKinds().find((kind) => kind.entity === entity) : undefined;
  const place = spec === undefined ? page : collectionOf(spec);
  const opened = open === null ? [] : open.kind === 'new' ? ['new'] : [open.vesselId, open.id];
  return `#/${[place, vessel ?? everyVessel, ...opened].map(encodeURIComponent).join('/')}`;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
