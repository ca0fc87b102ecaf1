import { Diamond } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
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
        {items.map((conflict) => (
          <li key={`${conflict.vesselId}/${conflict.id}`} className={styles.item}>
            <div className={styles.head}>
              <h2 className={styles.title}>{conflict.label}</h2>
              {conflict.entity === 'work_order' ? (
                <Button
                  onClick={() =>
                    router.go({
                      page: 'orders',
                      open: {
                        kind: 'order',
                        vesselId: conflict.vesselId,
                        id: conflict.recordId,
                        editing: false,
                      },
                    })
                  }
                >
                  Open order
                </Button>
              ) : null}
            </div>
            <p className={styles.where}>
              {entityName(conflict.entity)},{' '}
              {vessels?.find(({ vesselId }) => vesselId === conflict.vesselId)?.name ?? conflict.vesselId},{' '}
              <Instant at={conflict.openedAt} />
            </p>
            <OfficeConflict vesselId={conflict.vesselId} conflict={conflict} />
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
