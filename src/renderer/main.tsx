import '@fontsource-variable/inter/wght.css';
import './ui/themes.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStore } from 'zustand/vanilla';
import { App } from './app/app.tsx';
import { createShipSite } from './app/ship-site.tsx';
import { EquipmentContext } from './features/equipment/context.ts';
import { createEquipmentList } from './features/equipment/equipment-list.ts';
import { ReviewContext } from './features/review/context.ts';
import { createReviewState } from './features/review/review-state.ts';
import { SyncContext } from './features/sync/context.ts';
import { createSyncState } from './features/sync/sync-state.ts';
import { type Closing, type WorkOrders, WorkOrdersContext } from './features/work-orders/context.ts';
import { closingKey, noteKey } from './features/work-orders/order/closing-key.ts';
import { createOrderActions } from './features/work-orders/order-actions.ts';
import { nameOfScreen, nodeKeeper } from './lib/draft-keeper.ts';
import { createDrafts } from './lib/drafts.ts';
import { parseTexts } from './lib/text-drafts.ts';
import { parseOrderDraft } from './features/work-orders/form/order-draft.ts';
import { createOrderList } from './features/work-orders/list/order-list.ts';
import { createOrderRecords } from './features/work-orders/order-records.ts';
import { RecordSiteContext } from './records/site.ts';
import { browserClock } from './lib/clock.ts';
import { AppServicesContext } from './lib/app-services/context.ts';
import { createAppServices } from './lib/app-services/app-services.ts';
import { createPreferences } from './lib/app-services/preferences.ts';
import { createRouter } from './lib/app-services/route.ts';
import { createElectronTransport } from './lib/transport/electron.ts';
import { isTokenRefused, takeStationToken } from './lib/transport/station-token.ts';
import type { Transport } from './lib/transport/transport.ts';
import { createWebSocketTransport } from './lib/transport/websocket.ts';

const clock = browserClock;
const preferences = createPreferences(localStorage, document.documentElement);
const actor = (): string | null => preferences.store.getState().actorId;

/** The desktop app's own channel where there is one, else the station host that served this page. */
function openTransport(): Transport {
  if (window.arus !== undefined) return createElectronTransport(window.arus, clock, actor);
  const { location, history } = window;
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return createWebSocketTransport({
    url: `${scheme}//${location.host}/ws`,
    token: takeStationToken(location, history, sessionStorage),
    clock,
    actor,
    isRefused: (token) => isTokenRefused(location.origin, token),
  });
}

const transport = openTransport();
// The desktop app has one window; a browser is told apart by a name that it keeps.
const screen = window.arus !== undefined ? 'desktop' : nameOfScreen(localStorage, () => crypto.randomUUID());
const draftKeeper = nodeKeeper(transport, screen);
const services = createAppServices({
  transport,
  clock,
  preferences,
  router: createRouter(window),
  installation: window.arus?.installation ?? null,
  draftKeeper,
  chooser: createStore<{ isOpen: boolean }>(() => ({ isOpen: false })),
});
const list = createOrderList(services);
const records = createOrderRecords(services);
const drafts = createDrafts({ keeper: draftKeeper, clock, prefix: 'order/', parse: parseOrderDraft });
const texts = createDrafts({ keeper: draftKeeper, clock, prefix: 'text/', parse: parseTexts });
const workOrders: WorkOrders = {
  list,
  records,
  actions: createOrderActions(services, list, records, (id) => {
    drafts.discard(id);
    texts.discard(closingKey(id));
    texts.discard(noteKey(id));
  }),
  drafts,
  texts,
  closing: createStore<Closing>(() => ({ id: null, as: null })),
};
const equipment = createEquipmentList(services);
const site = createShipSite(services);
const sync = createSyncState(services);
const review = createReviewState(services);

void services.session.load();
void sync.load();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root to draw into.');
createRoot(root).render(
  <StrictMode>
    <AppServicesContext value={services}>
      <WorkOrdersContext value={workOrders}>
        <EquipmentContext value={equipment}>
          <RecordSiteContext value={site}>
            <SyncContext value={sync}>
              <ReviewContext value={review}>
                <App />
              </ReviewContext>
            </SyncContext>
          </RecordSiteContext>
        </EquipmentContext>
      </WorkOrdersContext>
    </AppServicesContext>
  </StrictMode>,
);
