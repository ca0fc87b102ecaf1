import { Diamond } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { OfficeConflict as Conflict } from '#shared/office/sync.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ListProblem } from '../ui/list-problem.tsx';
import { entityName } from '../features/records/field-words.ts';
import { OfficeConflict } from './office-conflict.tsx';
import { useOffice } from './office.ts';
import { Instant } from './instant.tsx';
import styles from './review-list.module.css';

/** Fields that two people changed without seeing each other; both values are kept until somebody has looked. */
export function ConflictList(): ReactNode {
  const { conflicts, fleet, router } = useOffice();
  const { items, nextCursor, error } = useStore(conflicts.store);
  const vessels = useStore(fleet.store, (state) => state.vessels);
  if (items === null) {
    return error === null ? (
      <p className={styles.note}>Reading…</p>
    ) : (
      <ListProblem
        title="The conflicts could not be read"
        error={error}
        onRetry={() => void conflicts.reload()}
      >
        Nothing was changed by this.
      </ListProblem>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState icon={<Diamond size={24} />} title="No conflicts">
        When office and ship change the same field while the ship has no link, both values stand here until
        somebody has looked at them. Nothing is overwritten in silence.
      </EmptyState>
    );
  }
  return (
    <div className={styles.scroller}>
      <ul className={styles.items}>
        {byRecord(items).map(([first, ...others]) => (
          <li key={`${first.vesselId}/${first.recordId}`} className={styles.item}>
            <div className={styles.head}>
              <h2 className={styles.title}>{first.label}</h2>
              {first.entity === 'work_order' ? (
                <Button
                  onClick={() =>
                    router.go({
                      page: 'orders',
                      open: { kind: 'order', vesselId: first.vesselId, id: first.recordId, editing: false },
                    })
                  }
                >
                  Open order
                </Button>
              ) : null}
            </div>
            <p className={styles.where}>
              {entityName(first.entity)},{' '}
              {vessels?.find(({ vesselId }) => vesselId === first.vesselId)?.name ?? first.vesselId},{' '}
              <Instant at={first.openedAt} />
            </p>
            {[first, ...others].map((conflict) => (
              <OfficeConflict key={conflict.id} vesselId={conflict.vesselId} conflict={conflict} />
            ))}
          </li>
        ))}
      </ul>
      {nextCursor === null ? null : (
        <Button className={styles.more} onClick={() => void conflicts.more()}>
          Show more
        </Button>
      )}
    </div>
  );
}

/** The fields of one record that are in conflict stand together, in the place of the latest. */
function byRecord(conflicts: readonly Conflict[]): readonly (readonly [Conflict, ...Conflict[]])[] {
  const groups = new Map<string, [Conflict, ...Conflict[]]>();
  for (const conflict of conflicts) {
    const key = `${conflict.vesselId}/${conflict.recordId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [conflict]);
    else group.push(conflict);
  }
  return [...groups.values()];
}
