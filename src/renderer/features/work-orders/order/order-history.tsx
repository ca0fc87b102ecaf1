import { type ReactNode, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { HistoryEvent } from '#shared/contract/history.ts';
import { useAppServices } from '../../../lib/app-services/context.ts';
import { createPagedList } from '../../../lib/paged-list.ts';
import { HistoryList, equipmentOf } from '../../records/history-list.tsx';
import { useRecordLabels } from '../../records/use-record-labels.ts';

const entity = 'work_order';
const standing = { here: 'on this ship only', sent: 'sent, not confirmed by shore' } as const;

/** The history of an order, read again whenever the order or what shore has of it changes. */
export function OrderHistory({ id }: { id: string }): ReactNode {
  const { transport } = useAppServices();
  const list = useMemo(
    () =>
      createPagedList<HistoryEvent>((cursor) =>
        transport.call('history.list', { entity, id, ...(cursor === null ? {} : { cursor }) }),
      ),
    [transport, id],
  );
  useEffect(() => {
    void list.reload();
    return transport.on('records.changed', (changed) => {
      const isMeant = changed.entity === entity && (changed.ids.length === 0 || changed.ids.includes(id));
      if (isMeant) void list.reload();
    });
  }, [transport, list, id]);
  const items = useStore(list.store, (state) => state.items);
  const labels = useRecordLabels(equipmentOf(entity, items));
  return <HistoryList entity={entity} list={list} labels={labels} standing={standing} />;
}
