import { Diamond, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { OfficeConflict } from '#shared/office/sync.ts';
import { ConflictCard } from '../../records/conflicts/conflict-card.tsx';
import { referencesOf } from '../../records/words/field-labels.ts';
import { type CardState, ReviewList } from '../../records/conflicts/review-list.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TabBar } from '../../ui/tab-bar.tsx';
import { useOffice } from '../office.ts';
import styles from './review-list.module.css';
import { useVesselLabels } from './use-vessel-labels.ts';

/** Fields that two people changed without seeing each other, to be decided. */
export function ConflictList(): ReactNode {
  const { client, conflicts, fleet, notices, review } = useOffice();
  const { state } = useStore(review);
  return (
    <ReviewList
      list={conflicts}
      settle={async ({ id, version, label }, take) => {
        await client.ask('conflicts.settle', { params: { id }, body: { version, take } });
        fleet.refresh();
        notices.say(`Settled: ${label}`);
      }}
      onOvertaken={(words) => notices.sayProblem(words)}
      empty={
        state === 'open' ? (
          <EmptyState icon={<Diamond size={24} />} title="Nothing to decide">
            When office and ship change the same field while the ship has no link, both values are kept and
            shown here. Until somebody decides, the current one is used. Nothing is overwritten in silence.
          </EmptyState>
        ) : (
          <EmptyState icon={<Diamond size={24} />} title="Nothing was settled yet">
            Conflicts that were decided, ashore or on board, stand here with who decided and how.
          </EmptyState>
        )
      }
      Card={Card}
    />
  );
}

/** Those to be decided or those that were, of all records or of one. */
export function ReviewBar(): ReactNode {
  const { review } = useOffice();
  const { state, recordId } = useStore(review);
  return (
    <div className={styles.bar}>
      <TabBar
        label="Conflicts"
        value={state}
        tabs={[
          { value: 'open', label: 'To decide' },
          { value: 'settled', label: 'Settled' },
        ]}
        onChange={(next) => review.setState({ state: next })}
      />
      {recordId === null ? null : (
        <Chip
          verb="Show those of every record, not"
          icon={<X size={12} aria-hidden="true" />}
          onClick={() => review.setState({ recordId: null })}
        >
          Only of one record
        </Chip>
      )}
    </div>
  );
}

function Card({ conflict, card }: { conflict: OfficeConflict; card: CardState }): ReactNode {
  const { fleet, siteOf } = useOffice();
  const { vesselId, recordId, entity, values, base, settlement } = conflict;
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const shown = [base, settlement?.value, ...values.map(({ value }) => value)];
  const labels = useVesselLabels(vesselId, referencesOf(conflict, shown));
  const site = siteOf(vesselId);
  const record = { entity, id: recordId };
  const hasPage = site.addressOf(record) !== null && settlement?.deleted !== true;
  return (
    <ConflictCard
      {...card}
      conflict={conflict}
      labels={labels}
      place={vessels?.find((vessel) => vessel.vesselId === vesselId)?.name ?? vesselId}
      onOpen={hasPage ? () => site.open(record) : null}
    />
  );
}
