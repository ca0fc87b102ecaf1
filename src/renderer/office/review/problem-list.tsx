import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { useOffice } from '../office.ts';
import { Instant } from '../instant.tsx';
import styles from './review-list.module.css';

/** What shore refused or could not apply, in words for a person. */
export function ProblemList(): ReactNode {
  const { problems, fleet } = useOffice();
  const { items, nextCursor, error } = useStore(problems.store);
  const vessels = useStore(fleet.store, (state) => state.vessels);
  if (items === null) {
    return error === null ? (
      <p className={styles.note}>Reading…</p>
    ) : (
      <ListProblem
        title="The problems could not be read"
        error={error}
        onRetry={() => void problems.reload()}
      >
        Nothing was changed by this.
      </ListProblem>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState icon={<ShieldCheck size={24} />} title="No problems">
        A change that breaks a rule, or a message that cannot be read, is kept aside and told here. It holds
        up nothing behind it.
      </EmptyState>
    );
  }
  return (
    <div className={styles.scroller}>
      <ul className={styles.items}>
        {items.map(({ id, vesselId, at, message }) => (
          <li key={id} className={styles.item}>
            <p>{message}</p>
            <p className={styles.where}>
              {vesselId === null
                ? 'No vessel'
                : (vessels?.find((one) => one.vesselId === vesselId)?.name ?? vesselId)}
              , <Instant at={at} />
            </p>
          </li>
        ))}
      </ul>
      {nextCursor === null ? null : (
        <Button className={styles.more} onClick={() => void problems.more()}>
          Show more
        </Button>
      )}
    </div>
  );
}
