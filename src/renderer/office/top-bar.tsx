import { Moon, Search, Sun, Sunset, UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { specOf } from '#shared/records/catalogue.ts';
import { type Theme, themes } from '../lib/app-services/preferences.ts';
import { formatAge, formatCount } from '../lib/format.ts';
import { placedKinds } from '../records/kinds.ts';
import type { RecordList } from '../records/list/record-list.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { TabBar } from '../ui/tab-bar.tsx';
import { nameLimit, unnamed } from './acting.ts';
import { useGatewayStanding } from './server/gateway-standing.ts';
import { useOffice, useRoute } from './office.ts';
import type { Route } from './office-route.ts';
import { useVessel } from './records/use-vessel.ts';
import styles from './top-bar.module.css';

const themeIcons: Readonly<Record<Theme, ReactNode>> = {
  day: <Sun size={16} />,
  dusk: <Sunset size={16} />,
  night: <Moon size={16} />,
};

/** A page that can be gone to. */
interface Tab {
  value: string;
  label: string;
  count: string | null;
  go: Partial<Route>;
}

/** Pages, search, who acts, and how this page stands with the gateway. */
export function TopBar(): ReactNode {
  const { router, fleet } = useOffice();
  const { page, entity, vessel } = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const meant = vessels?.filter(({ vesselId }) => vessel === null || vesselId === vessel) ?? [];
  const sum = (of: 'conflicts' | 'problems'): string | null => {
    const total = meant.reduce((all, one) => all + one[of], 0);
    return total === 0 ? null : formatCount(total);
  };
  const to = (place: Route['page'], label: string, count: string | null = null): Tab => ({
    value: place,
    label,
    count,
    go: { page: place, open: null },
  });
  const tabs: readonly Tab[] = [
    to('orders', 'Work orders'),
    ...placedKinds().map((spec): Tab => ({
      value: `records ${spec.entity}`,
      label: spec.names.many,
      count: null,
      go: { page: 'records', entity: spec.entity, open: null },
    })),
    to('conflicts', 'Review', sum('conflicts')),
    to('problems', 'Problems', sum('problems')),
    to('by-hand', 'Without a link'),
    to('joining', 'Join'),
    to('performance', 'Performance'),
  ];
  return (
    <header className={styles.bar}>
      <span className={styles.brand}>ARUS office</span>
      <div className={styles.pages}>
        <TabBar
          label="Pages"
          value={page === 'records' ? `records ${entity}` : page}
          tabs={tabs}
          onChange={(next) => {
            const tab = tabs.find(({ value }) => value === next);
            if (tab !== undefined) router.go(tab.go);
          }}
        />
      </div>
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
  const { siteOf } = useOffice();
  const { page, entity } = useRoute();
  const vesselId = useVessel();
  if (page === 'records' && entity !== null && vesselId !== null)
    return <KindSearch entity={entity} list={siteOf(vesselId).listOf(entity)} />;
  return <OrderSearch />;
}

function OrderSearch(): ReactNode {
  const { filter, router } = useOffice();
  const words = useStore(filter, (state) => state.search);
  const search = (next: string): void => {
    filter.setState({ search: next });
    router.go({ page: 'orders' });
  };
  return <SearchInput what="orders" words={words} onSearch={search} />;
}

function KindSearch({ entity, list }: { entity: string; list: RecordList }): ReactNode {
  const words = useStore(list.query, (state) => state.search);
  const what = specOf(entity)?.names.many.toLowerCase() ?? entity;
  return <SearchInput what={what} words={words} onSearch={list.searchFor} />;
}

function SearchInput(props: { what: string; words: string; onSearch: (words: string) => void }): ReactNode {
  const { what, words, onSearch } = props;
  return (
    <div className={styles.search}>
      <Search size={16} aria-hidden="true" />
      <TextInput
        type="search"
        aria-label={`Search ${what}`}
        aria-keyshortcuts="/"
        placeholder={`Search ${what}  /`}
        maxLength={200}
        value={words}
        data-search="true"
        onChange={(event) => onSearch(event.target.value)}
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
