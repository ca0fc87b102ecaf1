import { Search, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useEquipmentList } from '../features/equipment/context.ts';
import { useWorkOrders } from '../features/work-orders/context.ts';
import { useAppServices, useRoute } from '../lib/app-services/context.ts';
import { startRoute } from '../lib/app-services/route.ts';
import { Kbd } from '../ui/kbd.tsx';
import styles from './search-box.module.css';

/** Searches the list on screen; where there is no list, the work orders. */
export function SearchBox(): ReactNode {
  const { router } = useAppServices();
  const { list: orders } = useWorkOrders();
  const equipment = useEquipmentList();
  const { page } = useRoute();
  const orderLabels = useStore(orders.filter, (filter) => filter.search);
  const equipmentLabels = useStore(equipment.search, ({ words }) => words);
  const isEquipment = page === 'equipment';
  const words = isEquipment ? equipmentLabels : orderLabels;
  const label = isEquipment ? 'Search equipment' : 'Search work orders';

  const search = (next: string): void => {
    if (isEquipment) equipment.searchFor(next);
    else orders.search(next);
    if (page === 'sync' || page === 'settings') router.go(startRoute);
  };
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
