import { Ship } from 'lucide-react';
import { type ReactNode, useCallback } from 'react';
import { useStore } from 'zustand';
import { specOf } from '#shared/records/catalogue.ts';
import type { OpenRecord } from '../../records/open-record.ts';
import { RecordPage } from '../../records/record-page.tsx';
import { RecordSiteContext } from '../../records/site.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListAndPane } from '../../ui/list-and-pane.tsx';
import { useOffice, useRoute } from '../office.ts';
import { useVessel } from './use-vessel.ts';

/** The records of a ship, of the kind that the address names. */
export function OfficeRecords(): ReactNode {
  const { router, siteOf } = useOffice();
  const { entity, open } = useRoute();
  const chosen = useVessel();
  // Of a record that is looked at its own ship is meant, whichever the rest is narrowed to.
  const vesselId = open?.kind === 'record' ? open.vesselId : chosen;
  const onShow = useCallback(
    (next: OpenRecord | null) => {
      if (vesselId === null) return;
      router.go({ open: next?.kind === 'record' ? { ...next, vesselId } : next });
    },
    [router, vesselId],
  );
  const spec = entity === null ? undefined : specOf(entity);
  if (spec === undefined) return null;
  if (vesselId === null) return <ChooseShip label={spec.names.many} />;
  return (
    <RecordSiteContext value={siteOf(vesselId)}>
      <RecordPage
        key={`${vesselId}/${spec.entity}`}
        spec={spec}
        open={open === null || open.kind === 'new' ? open : { ...open, kind: 'record' }}
        onShow={onShow}
      />
    </RecordSiteContext>
  );
}

function ChooseShip({ label }: { label: string }): ReactNode {
  const { fleet } = useOffice();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  return (
    <ListAndPane
      label={label}
      toolbar={null}
      pane={null}
      full={false}
      list={
        vessels === null ? null : vessels.length === 0 ? (
          <EmptyState icon={<Ship size={24} />} title="No vessel has reported yet">
            {label} of a ship stand here as soon as its node reaches the broker.
          </EmptyState>
        ) : (
          <EmptyState icon={<Ship size={24} />} title="Choose a ship">
            {label} are kept for each ship by itself. Choose one on the left.
          </EmptyState>
        )
      }
    />
  );
}
