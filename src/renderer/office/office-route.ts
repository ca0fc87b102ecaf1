import { type StoreApi, createStore } from 'zustand/vanilla';
import { collectionOf } from '#shared/records/collection.ts';
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
  go(change: Partial<Route>): void;
}

/** `#/orders/all/VESSEL/ID`: page, vessel it is narrowed to, what is open. */
export function createRouter(window: Window): Router {
  const store = createStore<Route>(() => parseRoute(window.location.hash));
  window.addEventListener('hashchange', () => {
    if (formatRoute(store.getState()) !== window.location.hash)
      store.setState(parseRoute(window.location.hash));
  });
  return {
    store,
    go(change) {
      // A page that is not of records is of none of their kinds.
      const other = change.page !== undefined && change.page !== 'records';
      store.setState(other ? { ...change, entity: null } : change);
      const hash = formatRoute(store.getState());
      if (hash !== window.location.hash) window.location.hash = hash;
    },
  };
}

const everyVessel = 'all';

export function parseRoute(hash: string): Route {
  const [page, vessel, openVessel, id] = hash.replace(/^#\/?/, '').split('/').map(decodePart);
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
