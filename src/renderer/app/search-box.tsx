import { Search, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { specOf } from '#shared/records/catalogue.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { useEquipmentList } from '../features/equipment/context.ts';
import { useWorkOrders } from '../features/work-orders/context.ts';
import { useAppServices, useRoute } from '../lib/app-services/context.ts';
import { startRoute } from '../lib/app-services/route.ts';
import { useRecordSite } from '../records/site.ts';
import { Kbd } from '../ui/kbd.tsx';
import styles from './search-box.module.css';

/** What the search box is about: the list on screen; where there is no list, the work orders. */
function useSearch(): { label: string; words: string; search: (words: string) => void } {
  const { router } = useAppServices();
  const { list: orders } = useWorkOrders();
  const equipment = useEquipmentList();
  const site = useRecordSite();
  const route = useRoute();
  const spec = route.page === 'records' ? specOf(route.entity) : undefined;
  const ofKind = spec === undefined ? null : site.listOf(spec.entity);
  const orderWords = useStore(orders.filter, (filter) => filter.search);
  const equipmentWords = useStore(equipment.search, ({ words }) => words);
  const kindWords = useStore(ofKind?.query ?? noQuery, ({ search }) => search);
  if (spec === undefined || ofKind === null)
    return {
      label: 'Search work orders',
      words: orderWords,
      search(words) {
        orders.search(words);
        if (route.page === 'sync' || route.page === 'settings') router.go(startRoute);
      },
    };
  const label = `Search ${spec.names.many.toLowerCase()}`;
  return spec.entity === equipmentSpec.entity
    ? { label, words: equipmentWords, search: equipment.searchFor }
    : { label, words: kindWords, search: ofKind.searchFor };
}

const noQuery = createStore(() => ({ search: '' }));

/** Searches the list on screen. */
export function SearchBox(): ReactNode {
  const { label, words, search } = useSearch();
  return (
    <div className={styles.box} role="search">
      <Search className={styles.icon} size={16} aria-hidden="true" />
      <input
        id="search"
        type="text"
        role="searchbox"
        className={styles.input}
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        value={words}
        onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          document.querySelector<HTMLElement>('[data-list="true"]')?.focus();
        }}
      />
      {words === '' ? (
        <span className={styles.keys} aria-hidden="true">
          <Kbd>/</Kbd>
        </span>
      ) : (
        <button type="button" className={styles.clear} aria-label="Clear search" onClick={() => search('')}>
          <X size={16} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
