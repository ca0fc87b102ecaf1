import { type ReactNode, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { HistoryEvent } from '#shared/contract/history.ts';
import { HistoryList, equipmentOf } from '../../features/records/history-list.tsx';
import { createPagedList } from '../../lib/paged-list.ts';
import { useOffice } from '../office.ts';
import { useVesselLabels } from '../review/use-vessel-labels.ts';

const standing = { here: 'not on board yet', sent: 'not on board yet' } as const;

/** The history of an order, read again whenever the order or what the ship has of it changes. */
export function OrderHistory({ vesselId, id }: { vesselId: string; id: string }): ReactNode {
  const { client, live } = useOffice();
  const list = useMemo(
    () =>
      createPagedList<HistoryEvent>((cursor) =>
        client.ask('workOrders.history', {
          params: { id },
          query: { vessel: vesselId, ...(cursor === null ? {} : { cursor }) },
        }),
      ),
    [client, vesselId, id],
  );
  useEffect(() => {
    void list.reload();
    return live.onChanged((changed) => {
      const isMeant = changed.vesselId === vesselId && (changed.ids.length === 0 || changed.ids.includes(id));
      if (isMeant && changed.entity === 'work_order') void list.reload();
    });
  }, [live, list, vesselId, id]);
  const items = useStore(list.store, (state) => state.items);
  const labels = useVesselLabels(vesselId, equipmentOf('work_order', items));
  return <HistoryList entity="work_order" list={list} labels={labels} standing={standing} />;
}
