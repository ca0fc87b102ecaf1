import { CheckCheck, X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { Conflict } from '#shared/contract/conflicts.ts';
import { useAppServices, useRoute } from '../../lib/app-services/context.ts';
import { recordRoute } from '../../lib/app-services/route.ts';
import { formatCount } from '../../lib/format.ts';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TabBar } from '../../ui/tab-bar.tsx';
import { ConflictCard } from '../../records/conflicts/conflict-card.tsx';
import { useRecordSite } from '../../records/site.ts';
import { referencesOf } from '../../records/words/field-labels.ts';
import { useLabels } from '../../records/words/use-labels.ts';
import { type CardState, ReviewList } from '../../records/conflicts/review-list.tsx';
import { useSyncStatus } from '../sync/context.ts';
import { openRecord } from '../sync/outbox-table.tsx';
import { useReview } from './context.ts';
import styles from './review-page.module.css';

/** Fields that ship and office changed without seeing each other, to be decided by a person. */
export function ReviewPage(): ReactNode {
  const { transport, router, notices, hasActor } = useAppServices();
  const { list } = useReview();
  const route = useRoute();
  const count = useSyncStatus()?.conflicts ?? null;
  const { state, recordId } = route.page === 'review' ? route : { state: 'open' as const, recordId: null };

  useEffect(() => {
    list.clear();
    void list.reload();
  }, [list, state, recordId]);

  return (
    <main className={styles.page} aria-label="Review">
      <h1 className="visually-hidden">Review</h1>
      <div className={styles.bar}>
        <TabBar
          label="Conflicts"
          value={state}
          tabs={[
            { value: 'open', label: 'To decide', count: count === null ? null : formatCount(count) },
            { value: 'settled', label: 'Settled' },
          ]}
          onChange={(value) => router.go({ page: 'review', state: value, recordId }, 'replace')}
        />
        {recordId === null ? null : (
          <Chip
            verb="Show those of every record, not"
            icon={<X size={12} aria-hidden="true" />}
            onClick={() => router.go({ page: 'review', state, recordId: null }, 'replace')}
          >
            Only of one record
          </Chip>
        )}
      </div>
      <div className={styles.content}>
        <ReviewList
          list={list}
          settle={async ({ id, version, label }, take) => {
            if (!(await hasActor())) return;
            await transport.call('conflicts.settle', { id, version, take });
            notices.say(`Settled: ${label}`);
          }}
          onOvertaken={(words) => notices.sayProblem(words)}
          empty={
            state === 'open' ? (
              <EmptyState icon={<CheckCheck size={24} />} title="Nothing to decide">
                When ship and office change the same field without seeing each other, both values are kept and
                shown here. Until somebody decides, the current one is used.
              </EmptyState>
            ) : (
              <EmptyState icon={<CheckCheck size={24} />} title="Nothing was settled yet">
                Conflicts that were decided, on board or ashore, stand here with who decided and how.
              </EmptyState>
            )
          }
          Card={Card}
        />
      </div>
    </main>
  );
}

function Card({ conflict, card }: { conflict: Conflict; card: CardState }): ReactNode {
  const services = useAppServices();
  const { entity, recordId, values, base, settlement } = conflict;
  const shown = [base, settlement?.value, ...values.map(({ value }) => value)];
  const labels = useLabels(useRecordSite(), referencesOf(conflict, shown));
  const hasPage = recordRoute({ entity, id: recordId }) !== null && settlement?.deleted !== true;
  return (
    <ConflictCard
      {...card}
      conflict={conflict}
      labels={labels}
      onOpen={hasPage ? () => openRecord(services, conflict) : null}
    />
  );
}
