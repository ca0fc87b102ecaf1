import { ClipboardList, Diamond, RefreshCw, SlidersHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSyncStatus } from '../features/sync/context.ts';
import { useAppServices, useRoute } from '../lib/app-services/context.ts';
import { type Route, formatRoute, listRoute, startRoute } from '../lib/app-services/route.ts';
import { formatCount, formatQuantity } from '../lib/format.ts';
import { kindIcon } from '../records/kind-icons.tsx';
import { placedKinds } from '../records/kinds.ts';
import styles from './rail.module.css';
import { ThemeSwitch } from './theme-switch.tsx';

interface Place {
  name: string;
  icon: ReactNode;
  route: Route;
}

const sizePx = 20;

/** Orders come first, then what the ship is made of and who is on it, and then every kind that is declared besides. */
function placesOf(hasSettings: boolean): readonly Place[] {
  return [
    { name: 'Work orders', icon: <ClipboardList size={sizePx} aria-hidden="true" />, route: startRoute },
    ...placedKinds().map(({ entity, names }) => ({
      name: names.many,
      icon: kindIcon(entity, sizePx),
      route: listRoute(entity),
    })),
    {
      name: 'Review',
      icon: <Diamond size={sizePx} aria-hidden="true" />,
      route: { page: 'review', state: 'open', recordId: null },
    },
    {
      name: 'Sync',
      icon: <RefreshCw size={sizePx} aria-hidden="true" />,
      route: { page: 'sync', tab: 'waiting' },
    },
    // In the desktop app, which alone can set anything.
    ...(hasSettings
      ? [
          {
            name: 'Settings',
            icon: <SlidersHorizontal size={sizePx} aria-hidden="true" />,
            route: { page: 'settings' } as const,
          },
        ]
      : []),
  ];
}

const isAt = (here: Route, route: Route): boolean =>
  here.page === route.page &&
  (here.page !== 'records' || route.page !== 'records' || here.entity === route.entity);

/** The pages there are, each with its name. */
export function Rail(): ReactNode {
  const { router, installation } = useAppServices();
  const here = useRoute();
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
          {placesOf(installation !== null).map(({ name, icon, route }) => (
            <li key={name}>
              <a
                className={styles.place}
                href={formatRoute(route)}
                aria-current={isAt(here, route) ? 'page' : undefined}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  router.go(route);
                }}
              >
                {icon}
                {name}
                <Badge {...counts[route.page]} />
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

function Badge({ count = 0, of = '', what = '' }: { count?: number; of?: string; what?: string }): ReactNode {
  if (count === 0) return null;
  return (
    <span className={styles.badge} title={`${formatQuantity(count, of)} ${what}`}>
      {formatCount(count)}
      <span className="visually-hidden"> {what}</span>
    </span>
  );
}
