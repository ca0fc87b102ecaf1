import { createContext, use } from 'react';
import { useStore } from 'zustand';
import { type StoreApi, createStore } from 'zustand/vanilla';
import type { OfficeConflict, OfficeProblem } from '#shared/office/sync.ts';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { parseOfficeOrderDraft } from '../features/work-orders/form/order-draft.ts';
import type { OrderFormValues } from '../features/work-orders/form/order-form-values.ts';
import type { Clock } from '../lib/clock.ts';
import type { DraftKeeper } from '../lib/draft-keeper.ts';
import { type Drafts, createDrafts } from '../lib/drafts.ts';
import { type TextDrafts, parseTexts } from '../lib/text-drafts.ts';
import { type Notices, createNotices } from '../lib/app-services/notices.ts';
import type { PreferenceStore } from '../lib/app-services/preferences.ts';
import { type Ticks, createTicks } from '../lib/ticks.ts';
import { type ShipTime, shipTime } from '../lib/format.ts';
import { type Fleet, createFleet } from './fleet/fleet.ts';
import type { OfficeClient } from './server/office-client.ts';
import type { OfficeFiles } from './server/office-files.ts';
import type { OfficeLive } from './server/office-live.ts';
import type { Route, Router } from './office-route.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { followAddress } from '../lib/app-services/list-address.ts';
import { type OrderFilter, filterText, firstFilter, parseFilter, queryOf } from './orders/order-filter.ts';
import { type OrderList, createOrderList } from './orders/order-list.ts';
import { type OrderRecord, createOrderRecord } from './orders/order-record.ts';
import type { RecordSite } from '../records/site.ts';
import { createOfficeSites } from './records/office-sites.tsx';
import { type PagedList, createPagedList } from '../lib/paged-list.ts';

/** Everything that the office's page has at hand. */
export interface Office {
  client: OfficeClient;
  files: OfficeFiles;
  live: OfficeLive;
  clock: Clock;
  preferences: PreferenceStore;
  /** Where what is typed is kept beyond this page. */
  draftKeeper: DraftKeeper;
  /** Orders that somebody began to write, by vessel and id. */
  orderDrafts: Drafts<OrderFormValues, OfficeWorkOrder>;
  /** What was typed to close them. */
  orderTexts: TextDrafts;
  router: Router;
  notices: Notices;
  fleet: Fleet;
  filter: StoreApi<OrderFilter>;
  orders: OrderList;
  record: OrderRecord;
  conflicts: PagedList<OfficeConflict>;
  /** Which conflicts are shown: of one record, or of all. */
  review: StoreApi<{ state: 'open' | 'settled'; recordId: string | null }>;
  problems: PagedList<OfficeProblem>;
  /** Name of who acts, kept on this computer. */
  actor: StoreApi<{ name: string }>;
  /** The office's own time. */
  time: ShipTime;
  /** The gateway's clock, read once a second for the whole page. */
  ticks: Ticks;
  /** The records of a ship. */
  siteOf: (vesselId: string) => RecordSite;
  /** True while the gateway does not accept our key. */
  access: StoreApi<{ isRefused: boolean }>;
  /** Begins to read and to listen. */
  start(): void;
}

export interface OfficeDependencies {
  client: OfficeClient;
  files: OfficeFiles;
  live: OfficeLive;
  clock: Clock;
  preferences: PreferenceStore;
  draftKeeper: DraftKeeper;
  router: Router;
  actor: StoreApi<{ name: string }>;
  access: StoreApi<{ isRefused: boolean }>;
}

export function createOffice(dependencies: OfficeDependencies): Office {
  const { client, live, clock, router } = dependencies;
  const time = shipTime(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const filter = createStore<OrderFilter>(() => firstFilter);
  followAddress(router.lists, workOrderSpec.entity, {
    text: () => filterText(filter.getState()),
    apply: (text) => filter.setState(parseFilter(text)),
    onChanged: (listener) => filter.subscribe(listener),
  });
  const vesselNow = (): { vessel?: string } => {
    const { vessel } = router.store.getState();
    return vessel === null ? {} : { vessel };
  };
  const queryNow = () => queryOf(filter.getState(), router.store.getState().vessel);
  const review: Office['review'] = createStore(() => ({ state: 'open', recordId: null }));
  const reviewNow = (): { state: 'open' | 'settled'; recordId?: string } => {
    const { state, recordId } = review.getState();
    return recordId === null ? { state } : { state, recordId };
  };
  const readFleet = createFleet(client, clock);
  const ticks = createTicks(clock, () => clock.now() + readFleet.store.getState().clockOffsetMs);
  const notices = createNotices(clock);
  const returnListeners = new Set<() => void>();
  const office: Office = {
    ...dependencies,
    orderDrafts: createDrafts({
      keeper: dependencies.draftKeeper,
      clock,
      prefix: 'order/',
      parse: parseOfficeOrderDraft,
    }),
    orderTexts: createDrafts({
      keeper: dependencies.draftKeeper,
      clock,
      prefix: 'close/',
      parse: parseTexts,
    }),
    ticks,
    review,
    time,
    filter,
    notices,
    fleet: readFleet,
    siteOf: createOfficeSites({
      ...dependencies,
      time,
      ticks,
      notices,
      review,
      fleet: readFleet,
      onReturn(listener) {
        returnListeners.add(listener);
        return () => returnListeners.delete(listener);
      },
    }),
    orders: createOrderList(client, clock, queryNow()),
    record: createOrderRecord(client),
    conflicts: createPagedList((cursor) =>
      client.ask('conflicts.list', {
        query: { ...vesselNow(), ...reviewNow(), ...(cursor === null ? {} : { cursor }) },
      }),
    ),
    problems: createPagedList((cursor) =>
      client.ask('problems.list', { query: { ...vesselNow(), ...(cursor === null ? {} : { cursor }) } }),
    ),
    start() {
      const route = router.store.getState();
      office.fleet.start();
      void office.orders.reload();
      office.record.watch(route.open?.kind === 'order' ? route.open : null);
      readPage(route);
      live.start();
    },
  };
  const { fleet, orders, record, conflicts, problems } = office;

  const narrowed = (): void => orders.setQuery(queryNow());
  filter.subscribe(narrowed);
  router.store.subscribe((route, before) => {
    narrowed();
    record.watch(route.open?.kind === 'order' ? route.open : null);
    if (route.vessel !== before.vessel || route.page !== before.page) readPage(route);
  });

  review.subscribe(() => {
    conflicts.clear();
    readPage(router.store.getState());
  });

  function readPage(route: Route): void {
    if (route.page === 'conflicts') void conflicts.reload();
    if (route.page === 'problems') void problems.reload();
  }

  live.onChanged(({ vesselId, entity, ids, cause }) => {
    fleet.refresh();
    if (entity === 'crew_member') {
      fleet.crewChanged(vesselId);
      fleet.needCrew(vesselId);
    }
    const { vessel } = router.store.getState();
    if (vessel === null || vessel === vesselId) orders.refresh();
    const { wanted } = record.store.getState();
    const isMeant = wanted?.vesselId === vesselId && (ids.length === 0 || ids.includes(wanted.id));
    // The failure stands in the record's store.
    if (isMeant && entity === 'work_order') record.read().catch(() => {});
    if (cause !== 'sync') readPage(router.store.getState());
  });
  live.store.subscribe(({ phase }, before) => {
    // Whether it answers at all is asked at once, not at the next turn.
    if (phase === 'lost' && before.phase !== 'lost') void fleet.reload();
  });
  fleet.store.subscribe(({ answeredAt }, before) => {
    if (answeredAt === before.answeredAt || live.store.getState().phase !== 'lost') return;
    // Nobody tells of changes while the gateway is reached by questions alone.
    orders.refresh();
    readPage(router.store.getState());
    for (const listener of returnListeners) listener();
  });
  live.onOpen(() => {
    for (const listener of returnListeners) listener();
    void fleet.reload();
    void orders.reload();
    readPage(router.store.getState());
    record.read().catch(() => {});
  });
  return office;
}

export const OfficeContext = createContext<Office | null>(null);

export function useOffice(): Office {
  const office = use(OfficeContext);
  if (office === null) throw new Error('There is no office above this component.');
  return office;
}

export function useRoute(): Route {
  return useStore(useOffice().router.store);
}
