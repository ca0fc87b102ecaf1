import { CSPProvider } from '@base-ui/react/csp-provider';
import { type ReactNode, useMemo, useState } from 'react';
import { useEquipmentList } from '../features/equipment/context.ts';
import { FirstStart } from '../features/installation/first-start.tsx';
import { SettingsPage } from '../features/installation/settings-page.tsx';
import { useFirstPerson } from '../features/installation/first-person.ts';
import { ReviewPage } from '../features/review/review-page.tsx';
import { useSync } from '../features/sync/context.ts';
import { SyncPage } from './sync-page.tsx';
import { useWorkOrders } from '../features/work-orders/context.ts';
import { OrderPage } from '../features/work-orders/order-page.tsx';
import { useRecordSite } from '../records/site.ts';
import { usePreferences, useAppServices, useRoute, useSession } from '../lib/app-services/context.ts';
import type { Route } from '../lib/app-services/route.ts';
import { DensityContext } from '../ui/use-row-height.ts';
import styles from './app.module.css';
import type { Screen } from './commands.ts';
import { CannotStart } from './cannot-start.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { KeyHelp } from './key-help.tsx';
import { NoticeBar } from './notice-bar.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { ShipRecords } from './ship-records.tsx';
import { Refused } from './refused.tsx';
import { Starting } from './starting.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { StorageBanner } from './storage-banner.tsx';
import { TopBar } from './top-bar.tsx';
import { useKeyboard } from './use-keyboard.ts';

const pages: Readonly<Record<Route['page'], ReactNode>> = {
  'work-orders': <OrderPage />,
  records: <ShipRecords />,
  review: <ReviewPage />,
  sync: <SyncPage />,
  settings: <SettingsPage />,
};

/** The frame: rail, top bar, and the page that the address names. */
export function App(): ReactNode {
  const services = useAppServices();
  const workOrders = useWorkOrders();
  const equipment = useEquipmentList();
  const sync = useSync();
  const site = useRecordSite();
  const { page } = useRoute();
  const density = usePreferences((preferences) => preferences.density);
  const phase = useSession(({ connection }) => connection.phase);
  const node = useSession(({ connection }) => connection.node?.phase ?? null);
  const [floating, setFloating] = useState<'palette' | 'help' | null>(null);
  const screen = useMemo<Screen>(
    () => ({
      services,
      workOrders,
      equipment,
      site,
      sync,
      openPalette: () => setFloating('palette'),
      openHelp: () => setFloating('help'),
      focusSearch: () => document.getElementById('search')?.focus(),
    }),
    [services, workOrders, equipment, site, sync],
  );
  useKeyboard(screen);
  useFirstPerson();

  if (phase === 'refused') return <Refused />;
  if (phase === 'stopped') return <CannotStart />;
  if (node === 'first-start') return <FirstStart corner={<ThemeSwitch inRow />} />;
  if (phase === 'connecting' && node !== null) return <Starting />;
  return (
    <CSPProvider disableStyleElements>
      <div className={styles.frame}>
        <Rail />
        <TopBar />
        <div className={styles.banners}>
          <ConnectionBanner />
          <StorageBanner />
        </div>
        <div className={styles.page}>
          <DensityContext value={density}>{pages[page]}</DensityContext>
        </div>
        <NoticeBar />
      </div>
      <Palette screen={screen} isOpen={floating === 'palette'} onClose={() => setFloating(null)} />
      <KeyHelp isOpen={floating === 'help'} onClose={() => setFloating(null)} />
    </CSPProvider>
  );
}
