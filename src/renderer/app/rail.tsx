import { ClipboardList, Cog, type LucideIcon, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSyncStatus } from '../features/sync/context.ts';
import { useDesk, useRoute } from '../lib/desk/context.ts';
import { type Route, formatRoute, startRoute } from '../lib/desk/route.ts';
import { formatCount, formatQuantity } from '../lib/format.ts';
import styles from './rail.module.css';
import { ThemeSwitch } from './theme-switch.tsx';

const places: readonly { name: string; icon: LucideIcon; route: Route }[] = [
  { name: 'Work orders', icon: ClipboardList, route: startRoute },
  { name: 'Equipment', icon: Cog, route: { page: 'equipment', id: null, full: false } },
  { name: 'Sync', icon: RefreshCw, route: { page: 'sync', tab: 'waiting' } },
];

/** The pages there are, each with its name. */
export function Rail(): ReactNode {
  const { router } = useDesk();
  const here = useRoute().page;
  const status = useSyncStatus();
  const toLookAt = status === null ? 0 : status.conflicts + status.problems;
  return (
    <div className={styles.rail}>
      <nav aria-label="Pages">
        <span className={styles.brand}>ARUS</span>
        <ul>
          {places.map(({ name, icon: Icon, route }) => (
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
                {route.page === 'sync' && toLookAt > 0 ? (
                  <span className={styles.badge} title={`${formatQuantity(toLookAt, 'thing')} to look at`}>
                    {formatCount(toLookAt)}
                    <span className="visually-hidden"> to look at</span>
                  </span>
                ) : null}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <section className={styles.foot} aria-label="Screen">
        <ThemeSwitch />
      </section>
    </div>
  );
}
