import { Ship } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import { FileTransferPanel } from '../features/file-transfer/file-transfer-panel.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Instant } from './instant.tsx';
import { useOffice, useRoute } from './office.ts';
import { officeSource } from './server/office-source.ts';

/** Changes for one ship and from it in files, while there is no link to it. */
export function FileTransfer(): ReactNode {
  const { client, fleet, live } = useOffice();
  const { vessel } = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const chosen =
    vessels?.find(({ vesselId }) => vesselId === vessel) ?? (vessels?.length === 1 ? vessels[0] : undefined);
  const vesselId = chosen?.vesselId;
  const source = useMemo(
    () => (vesselId === undefined ? null : officeSource({ client, live, vesselId })),
    [client, live, vesselId],
  );
  if (chosen === undefined || source === null)
    return (
      <EmptyState icon={<Ship size={24} />} title="Choose a ship">
        Files are made for one ship and taken from one ship. A ship that has never reported becomes known when
        its key is taken over: npm run by-hand -- keys.
      </EmptyState>
    );
  const other = chosen.name === '' ? chosen.vesselId : chosen.name;
  return (
    <FileTransferPanel
      key={chosen.vesselId}
      source={source}
      words={{ own: 'the office', other }}
      besides={null}
      Moment={Instant}
    />
  );
}
