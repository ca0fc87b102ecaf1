import { type StoreApi, createStore } from 'zustand/vanilla';

const pages = ['orders', 'conflicts', 'problems', 'by-hand', 'joining', 'performance'] as const;

/** What is looked at: kept in the address, so that a link leads to the same place and the browser's Back works. */
export interface Route {
  page: (typeof pages)[number];
  /** The vessel that everything is narrowed to; null for all. */
  vessel: string | null;
  /** The pane beside the list. */
  open: { kind: 'order'; vesselId: string; id: string; editing: boolean } | { kind: 'new' } | null;
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
      store.setState(change);
      const hash = formatRoute(store.getState());
      if (hash !== window.location.hash) window.location.hash = hash;
    },
  };
}

const everyVessel = 'all';

export function parseRoute(hash: string): Route {
  const [page, vessel, openVessel, id] = hash.replace(/^#\/?/, '').split('/').map(decodePart);
  return {
    page: pages.find((known) => known === page) ?? 'orders',
    vessel: vessel === undefined || vessel === '' || vessel === everyVessel ? null : vessel,
    open:
      openVessel === 'new'
        ? { kind: 'new' }
        : openVessel === undefined || id === undefined
          ? null
          : { kind: 'order', vesselId: openVessel, id, editing: false },
  };
}

export function formatRoute({ page, vessel, open }: Route): string {
  const opened = open === null ? [] : open.kind === 'new' ? ['new'] : [open.vesselId, open.id];
  return `#/${[page, vessel ?? everyVessel, ...opened].map(encodeURIComponent).join('/')}`;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
