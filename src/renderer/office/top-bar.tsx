import { Moon, Search, Sun, Sunset, UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { type Theme, themes } from '../lib/app-services/preferences.ts';
import { formatAge, formatCount } from '../lib/format.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { TabBar } from '../ui/tab-bar.tsx';
import { nameLimit, unnamed } from './acting.ts';
import { useGatewayStanding } from './server/gateway-standing.ts';
import { useOffice, useRoute } from './office.ts';
import type { Route } from './office-route.ts';
import styles from './top-bar.module.css';

const themeIcons: Readonly<Record<Theme, ReactNode>> = {
  day: <Sun size={16} />,
  dusk: <Sunset size={16} />,
  night: <Moon size={16} />,
};

/** Pages, search, who acts, and how this page stands with the gateway. */
export function TopBar(): ReactNode {
  const { router, fleet } = useOffice();
  const { page, vessel } = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const meant = vessels?.filter(({ vesselId }) => vessel === null || vesselId === vessel) ?? [];
  const sum = (of: 'conflicts' | 'problems'): string | null => {
    const total = meant.reduce((all, one) => all + one[of], 0);
    return total === 0 ? null : formatCount(total);
  };
  const pages: readonly { value: Route['page']; label: string; count: string | null }[] = [
    { value: 'orders', label: 'Work orders', count: null },
    { value: 'conflicts', label: 'Review', count: sum('conflicts') },
    { value: 'problems', label: 'Problems', count: sum('problems') },
    { value: 'by-hand', label: 'Without a link', count: null },
    { value: 'joining', label: 'Join', count: null },
    { value: 'performance', label: 'Performance', count: null },
  ];
  return (
    <header className={styles.bar}>
      <span className={styles.brand}>ARUS office</span>
      <TabBar
        label="Pages"
        value={page}
        tabs={pages}
        onChange={(next) => router.go({ page: next, open: null })}
      />
      <SearchField />
      <div className={styles.end}>
        <Gateway />
        <Acting />
        <ThemeButton />
      </div>
    </header>
  );
}

function SearchField(): ReactNode {
  const { filter, router } = useOffice();
  const search = useStore(filter, (state) => state.search);
  return (
    <div className={styles.search}>
      <Search size={16} aria-hidden="true" />
      <TextInput
        type="search"
        aria-label="Search orders"
        aria-keyshortcuts="/"
        placeholder="Search orders  /"
        maxLength={200}
        value={search}
        data-search="true"
        onChange={(event) => {
          filter.setState({ search: event.target.value });
          router.go({ page: 'orders' });
        }}
      />
    </div>
  );
}

/** Information, not an alarm: the page goes on by itself as soon as the gateway answers. */
function Gateway(): ReactNode {
  const { live } = useOffice();
  const phase = useStore(live.store, (state) => state.phase);
  const { old, now, answeredAt } = useGatewayStanding();
  const isSilent = old === 'gateway';
  const words = isSilent
    ? `Gateway not answering, ${formatAge(now - answeredAt)}`
    : { connecting: 'Connecting…', open: 'Live', lost: 'Read every 10 s' }[phase];
  return (
    <span className={styles.gateway} data-phase={isSilent ? 'lost' : phase} role="status">
      {words}
    </span>
  );
}

function Acting(): ReactNode {
  const { actor } = useOffice();
  const { name } = useStore(actor);
  const [typed, setTyped] = useState<string | null>(null);
  const keep = (): void => {
    if (typed !== null) actor.setState({ name: typed.trim() === '' ? unnamed : typed.trim() });
    setTyped(null);
  };
  return (
    <div className={styles.acting} title="Your name, as it will stand in the journal">
      <UserRound size={16} aria-hidden="true" />
      <TextInput
        aria-label="Your name, as it will stand in the journal"
        maxLength={nameLimit}
        value={typed ?? name}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </div>
  );
}

function ThemeButton(): ReactNode {
  const { preferences } = useOffice();
  const theme = useStore(preferences.store, (state) => state.theme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'day';
  return (
    <Button look="quiet" iconOnly icon={themeIcons[theme]} onClick={() => preferences.setTheme(next)}>
      {`Theme: ${theme}. Change to ${next}`}
    </Button>
  );
}
