import { Toggle } from '@base-ui/react/toggle';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Priority } from '#shared/records/work-order.ts';
import styles from '../../features/work-orders/list/order-toolbar.module.css';
import { priorityIcons } from '../../features/work-orders/labels.tsx';
import { formatCount } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { TabBar } from '../../ui/tab-bar.tsx';
import chips from '../../ui/toggle-chips.module.css';
import { useOffice, useRoute } from '../office.ts';
import { type View, views } from './order-filter.ts';
import own from './order-toolbar.module.css';

const urgent: readonly Priority[] = ['critical', 'high'];

const viewLabels: Readonly<Record<View, string>> = {
  outstanding: 'Outstanding',
  overdue: 'Overdue',
  completed: 'Completed',
  all: 'All',
};

export function OrderToolbar(): ReactNode {
  const { filter, fleet, router } = useOffice();
  const { vessel, open } = useRoute();
  const { view, priority } = useStore(filter);
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const meant = vessels?.filter(({ vesselId }) => vessel === null || vesselId === vessel);
  const count = (of: 'outstanding' | 'overdue'): string | null =>
    meant === undefined ? null : formatCount(meant.reduce((sum, { workOrders }) => sum + workOrders[of], 0));
  return (
    <div className={styles.bar}>
      <TabBar
        label="Which orders"
        value={view}
        tabs={views.map((each) => ({
          value: each,
          label: viewLabels[each],
          count: each === 'outstanding' || each === 'overdue' ? count(each) : null,
        }))}
        onChange={(next) => filter.setState({ view: next })}
      />
      <div className={styles.end}>
        <Toggle
          className={classNames(chips.toggle, own.urgent, open !== null && own.besidePane)}
          pressed={priority.length > 0}
          onPressedChange={(pressed) => filter.setState({ priority: pressed ? urgent : [] })}
        >
          {priorityIcons.high}
          High and critical
        </Toggle>
        <Button
          look="primary"
          icon={<Plus size={16} aria-hidden="true" />}
          keys="C"
          disabled={vessels === null || vessels.length === 0}
          onClick={() => router.go({ open: { kind: 'new' } })}
        >
          New order
        </Button>
      </div>
    </div>
  );
}
