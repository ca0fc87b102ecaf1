import { CheckCheck, CircleHelp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAppServices } from '../../lib/app-services/context.ts';
import { formatCount } from '../../lib/format.ts';
import type { Transport } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { When } from '../../ui/when.tsx';
import { useKnownUntil } from './context.ts';
import { recordRoute } from '../../lib/app-services/route.ts';
import { openRecord } from './outbox-table.tsx';
import styles from './sync-tables.module.css';
import { useAttention } from './use-attention.ts';

const mostShown = 100;
const read = (transport: Transport) => transport.call('sync.problems', { limit: mostShown });

/** What shore refused or could not apply, and other trouble that a person has to know of. */
export function ProblemList(): ReactNode {
  const services = useAppServices();
  const { items, total, error, retry } = useAttention(read, 'problems');
  const knownUntil = useKnownUntil();
  if (error !== null) {
    return (
      <ListProblem title="The problems could not be read" error={error} onRetry={retry}>
        They are kept on this ship.
      </ListProblem>
    );
  }
  if (items === null) return null;
  if (items.length === 0 && knownUntil !== null) {
    return (
      <EmptyState icon={<CircleHelp size={24} />} title="Whether there are problems is not known">
        There were none at <When at={knownUntil} brief />, when the vessel node last told.
      </EmptyState>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState icon={<CheckCheck size={24} />} title="No problems">
        Shore has refused nothing. Were it to, it would stand here with what was kept and what to do.
      </EmptyState>
    );
  }
  return (
    <ul className={styles.entries}>
      {items.map(({ id, at, message, entity, recordId }) => (
        <li key={id} className={styles.entry}>
          <div>
            <p>{message}</p>
            <p className={styles.muted}>
              <When at={at} />
            </p>
          </div>
          {entity === null || recordId === null || recordRoute({ entity, id: recordId }) === null ? null : (
            <Button onClick={() => openRecord(services, { entity, recordId })}>Show record</Button>
          )}
        </li>
      ))}
      {total > items.length ? (
        <li
          className={styles.more}
        >{`The first ${formatCount(items.length)} of ${formatCount(total)} problems.`}</li>
      ) : null}
    </ul>
  );
}
