import { ClipboardList, Cog, Diamond, type LucideIcon, RefreshCw, SlidersHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSyncStatus } from '../features/sync/context.ts';
import { useAppServices, useRoute } from '../lib/app-services/context.ts';
import { type Route, formatRoute, startRoute } from '../lib/app-services/route.ts';
import { formatCount, formatQuantity } from '../lib/format.ts';
import styles from './rail.module.css';
import { ThemeSwitch } from './theme-switch.tsx';

const places: readonly { name: string; icon: LucideIcon; route: Route }[] = [
  { name: 'Work orders', icon: ClipboardList, route: startRoute },
  { name: 'Equipment', icon: Cog, route: { page: 'equipment', id: null, full: false } },
  { name: 'Review', icon: Diamond, route: { page: 'review', state: 'open', recordId: null } },
  { name: 'Sync', icon: RefreshCw, route: { page: 'sync', tab: 'waiting' } },
];
/** Where the page runs in the desktop app, which alone can set anything. */
const settingsPlace = { name: 'Settings', icon: SlidersHorizontal, route: { page: 'settings' } } as const;

/** The pages there are, each with its name. */
export function Rail(): ReactNode {
  const { router, installation } = useAppServices();
  const here = useRoute().page;
  const status = useSyncStatus();
  const counts: Partial<Record<Route['page'], { count: number; of: string; what: string }>> = {
    review: { count: status?.conflicts ?? 0, of: 'conflict', what: 'to decide' },
    sync: { count: status?.problems ?? 0, of: 'problem', what: 'to look at' },
  };
  return (
    <div className={styles.rail}>
      <nav aria-label="Pages">
        <span className={styles.brand}>ARUS</span>
        <ul>
          {(installation === null ? places : [...places, settingsPlace]).map(
            ({ name, icon: Icon, route }) => (
              <li key={name}>
                <a
                  className={styles.place}
                  href={formatRoute(route)}
                  aria-current={route.page === here ? 'page' : undefined}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                    event.preventDefault();
                    router.go(route);
                  }}
                >
                  <Icon size={20} aria-hidden="true" />
                  {name}
                  <Badge {...counts[route.page]} />
                </a>
              </li>
            ),
          )}
        </ul>
      </nav>
      <section className={styles.foot} aria-label="Screen">
        <ThemeSwitch />
      </section>
    </div>
  );
}

function Badge({ count = 0, of = '', what = '' }: { count?: number; of?: string; what?: string }): ReactNode {
  if (count === 0) return null;
  return (
    <span className={styles.badge} title={`${formatQuantity(count, of)} ${what}`}>
      {formatCount(count)}
      <span className="visually-hidden"> {what}</span>
    </span>
  );
}
