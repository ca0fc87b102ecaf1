import { Popover } from '@base-ui/react/popover';
import { ListFilter } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { priorities, workOrderTypes } from '#shared/records/work-order.ts';
import { workOrderStatuses } from '#shared/records/work-order-status.ts';
import { useSession } from '../../../lib/app-services/context.ts';
import { Button } from '../../../ui/button.tsx';
import { ComboField } from '../../../ui/combo-field.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { ToggleChips } from '../../../ui/toggle-chips.tsx';
import { useWorkOrders } from '../context.ts';
import styles from './filter-popover.module.css';
import { cleared, narrowings } from './order-filter.ts';
import { useRecordSite } from '../../../records/site.ts';
import { priorityIcons, priorityLabels, statusIcons, statusLabels, typeLabels } from '../labels.tsx';

/** Everything that narrows the list, in one place that floats over it. */
export function FilterPopover(): ReactNode {
  const { list } = useWorkOrders();
  const filter = useStore(list.filter);
  const crew = useSession((session) => session.crew);
  const { port } = useRecordSite();
  const count = narrowings(filter);
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <Button icon={<ListFilter size={16} aria-hidden="true" />} keys="F">
            {count === 0 ? 'Filter' : `Filter, ${count} on`}
          </Button>
        }
        data-shortcut="filter"
      />
      <Popover.Portal>
        <Popover.Positioner className={styles.positioner} sideOffset={4} align="end">
          <Popover.Popup className={styles.popup}>
            <Popover.Title className="visually-hidden">Filter orders</Popover.Title>
            <ToggleChips
              label="Status"
              value={filter.status}
              choices={workOrderStatuses.map((status) => ({
                value: status,
                label: statusLabels[status],
                icon: statusIcons[status],
              }))}
              onChange={(status) => list.setFilter((now) => ({ ...now, status, overdue: false }))}
            />
            <ToggleChips
              label="Priority"
              value={filter.priority}
              choices={priorities.map((priority) => ({
                value: priority,
                label: priorityLabels[priority],
                icon: priorityIcons[priority],
              }))}
              onChange={(priority) => list.setFilter((now) => ({ ...now, priority }))}
            />
            <ToggleChips
              label="Type"
              value={filter.type}
              choices={workOrderTypes.map((type) => ({ value: type, label: typeLabels[type] }))}
              onChange={(type) => list.setFilter((now) => ({ ...now, type }))}
            />
            <div className={styles.pair}>
              <ComboField
                label="Equipment"
                placeholder="Any"
                value={filter.equipment}
                find={(words) => port.find('equipment', words)}
                onChange={(equipment) => list.setFilter((now) => ({ ...now, equipment }))}
              />
              <SelectField
                label="Assigned to"
                value={filter.assigneeId ?? ''}
                choices={[
                  { value: '', label: 'Anyone' },
                  ...crew.map(({ id, name }) => ({ value: id, label: name })),
                ]}
                onChange={(id) => list.setFilter((now) => ({ ...now, assigneeId: id === '' ? null : id }))}
              />
            </div>
            <div className={styles.foot}>
              <Button disabled={count === 0} onClick={() => list.setFilter(cleared)}>
                Clear filter
              </Button>
              <Popover.Close render={<Button look="primary">Show orders</Button>} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
