import { type StoreApi, createStore } from 'zustand/vanilla';
import { collectionOf } from '#shared/records/collection.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { kindAt, pagedKinds } from '../../records/kinds.ts';
import { type ListAddresses, createListAddresses, splitQuery } from './list-address.ts';
import type { OpenRecord } from '../../records/open-record.ts';

export const syncTabs = ['waiting', 'problems', 'link', 'by-hand', 'copies', 'node'] as const;
export type SyncTab = (typeof syncTabs)[number];

export const reviewStates = ['open', 'settled'] as const;
export type ReviewState = (typeof reviewStates)[number];

/** What is on screen, as the address after `#` says it. */
export type Route =
  | { page: 'work-orders'; open: OpenOrder | null; full: boolean }
  /** The records of a kind that is declared, such as equipment and crew. */
  | { page: 'records'; entity: string; open: OpenRecord | null; full: boolean }
  | { page: 'review'; state: ReviewState; recordId: string | null }
  | { page: 'sync'; tab: SyncTab }
  /** What is set on this computer; in the desktop app only. */
  | { page: 'settings' };

/** What the pane beside the list of orders shows. */
export type OpenOrder = { kind: 'new' } | { kind: 'order'; id: string; editing: boolean };

export const startRoute: Route = { page: 'work-orders', open: null, full: false };

/** Reads `#/work-orders/ID?edit&full`; what it does not know becomes the start page. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [page, id] = path.split('/').filter((part) => part !== '');
  const flags = new URLSearchParams(query);
  const full = flags.has('full');
  if (page === 'review')
    return {
      page,
      state: reviewStates.find((state) => state === id) ?? 'open',
      recordId: flags.get('record'),
    };
  if (page === 'settings') return { page };
  if (page === 'sync') return { page, tab: syncTabs.find((tab) => tab === id) ?? 'waiting' };
  const kind = page === undefined ? undefined : kindAt(page);
  if (kind !== undefined) {
    const open: OpenRecord | null =
      id === undefined
        ? null
        : id === 'new'
          ? { kind: 'new' }
          : { kind: 'record', id, editing: flags.has('edit') };
    return { page: 'records', entity: kind.entity, open, full };
  }
  if (page !== 'work-orders' || id === undefined) return startRoute;
  if (id === 'new') return { page, open: { kind: 'new' }, full };
  return { page, open: { kind: 'order', id, editing: flags.has('edit') }, full };
}

/** The address of a route, to be read back by `parseRoute`. */
export function formatRoute(route: Route): string {
  if (route.page === 'settings') return '#/settings';
  if (route.page === 'sync') return `#/sync/${route.tab}`;
  if (route.page === 'review')
    return `#/review/${route.state}${route.recordId === null ? '' : `?record=${route.recordId}`}`;
  const flags: string[] = [];
  let id: string | null = null;
  if (route.open?.kind === 'new') id = 'new';
  else if (route.open !== null) {
    id = route.open.id;
    if (route.open.editing) flags.push('edit');
  }
  if (route.full && id !== null) flags.push('full');
  return `#/${placeOf(route)}${id === null ? '' : `/${id}`}${flags.length === 0 ? '' : `?${flags.join('&')}`}`;
}

function placeOf(route: Extract<Route, { page: 'records' | 'work-orders' }>): string {
  if (route.page === 'work-orders') return route.page;
  const spec = pagedKinds().find(({ entity }) => entity === route.entity);
  return spec === undefined ? route.entity : collectionOf(spec);
}

/** The list of a kind that is declared. */
export function listRoute(entity: string): Route {
  return { page: 'records', entity, open: null, full: false };
}

/** The page of one record; null for a kind whose records have none. */
export function recordRoute({ entity, id }: { entity: string; id: string }): Route | null {
  if (entity === workOrderSpec.entity)
    return { page: 'work-orders', open: { kind: 'order', id, editing: false }, full: false };
  if (!pagedKinds().some((spec) => spec.entity === entity)) return null;
  return { page: 'records', entity, open: { kind: 'record', id, editing: false }, full: false };
}

/** The kind of record whose list is on the page; null for a page without one. */
export function listOn(route: Route): string | null {
  if (route.page === 'records') return route.entity;
  return route.page === 'work-orders' ? workOrderSpec.entity : null;
}

const flagNames: ReadonlySet<string> = new Set(['edit', 'full', 'record']);

/** What the list on the page at this address shows; see `list-address.ts`. */
export function listTextOf(hash: string): string {
  return splitQuery(hash.split('?')[1] ?? '', flagNames).list;
}

/** The address with what the list shows. */
export function withListText(address: string, text: string): string {
  if (text === '') return address;
  return `${address}${address.includes('?') ? '&' : '?'}${text}`;
}

export interface Router {
  store: StoreApi<{ route: Route }>;
  lists: ListAddresses;
  /** Goes there; `replace` leaves no step to go back to, for moves that a person does not count as one. */
  go(route: Route, how?: 'push' | 'replace'): void;
}

export function createRouter(window: Window): Router {
  const store = createStore<{ route: Route }>(() => ({ route: parseRoute(window.location.hash) }));
  const lists = createListAddresses();
  const readList = (): void => {
    const entity = listOn(store.getState().route);
    if (entity !== null) lists.set(entity, listTextOf(window.location.hash));
  };
  const read = (): void => {
    store.setState({ route: parseRoute(window.location.hash) });
    readList();
  };
  readList();
  window.addEventListener('popstate', read);
  window.addEventListener('hashchange', read);
  const addressOf = (route: Route): string => {
    const entity = listOn(route);
    const text = entity === null ? '' : (lists.store.getState().texts.get(entity) ?? '');
    return withListText(formatRoute(route), text);
  };
  // What a list shows is no step to go back to.
  lists.store.subscribe(() => {
    const address = addressOf(store.getState().route);
    if (address !== window.location.hash) window.history.replaceState(null, '', address);
  });
  return {
    store,
    lists,
    go(route, how = 'push') {
      const address = addressOf(route);
      if (address === window.location.hash) return;
      if (how === 'push') window.history.pushState(null, '', address);
      else window.history.replaceState(null, '', address);
      store.setState({ route });
    },
  };
}
