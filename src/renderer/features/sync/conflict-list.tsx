import { CheckCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDesk } from '../../lib/desk/context.ts';
import { formatCount } from '../../lib/format.ts';
import type { Transport } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { Conflict } from '../records/conflict.tsx';
import { openRecord } from './outbox-table.tsx';
import styles from './sync-tables.module.css';
import { useAttention } from './use-attention.ts';

const mostShown = 100;
const read = (transport: Transport) => transport.call('conflicts.list', { limit: mostShown });

/** Fields that ship and shore both changed without seeing each other. Both values are kept. */
export function ConflictList(): ReactNode {
  const desk = useDesk();
  const { items, total, error, retry } = useAttention(read, 'conflicts');
  if (error !== null) {
    return (
      <ListProblem title="The conflicts could not be read" error={error} onRetry={retry}>
        Both values of each are kept.
      </ListProblem>
    );
  }
  if (items === null) return null;
  if (items.length === 0) {
    return (
      <EmptyState icon={<CheckCheck size={24} />} title="No conflicts">
        When ship and shore change the same field without seeing each other, both values are kept and stand
        here.
      </EmptyState>
    );
  }
  return (
    <ul className={styles.entries}>
      {items.map((conflict) => (
        <li key={conflict.id} className={styles.entry}>
          <div>
            <h2>{conflict.label}</h2>
            <Conflict conflict={conflict} />
          </div>
          <Button onClick={() => openRecord(desk, conflict)}>Show record</Button>
        </li>
      ))}
      {total > items.length ? (
        <li
          className={styles.more}
        >{`The first ${formatCount(items.length)} of ${formatCount(total)} conflicts.`}</li>
      ) : null}
    </ul>
  );
}
