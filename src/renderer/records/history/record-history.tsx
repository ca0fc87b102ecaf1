import { type ReactNode, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { HistoryEvent } from '#shared/contract/history.ts';
import { createPagedList } from '../../lib/paged-list.ts';
import { type RecordName, concerns } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { useLabels } from '../words/use-labels.ts';
import { HistoryList, referencesInHistory } from './history-list.tsx';

/** The history of a record, read again whenever the record or what the other side has of it changes. */
export function RecordHistory({ entity, id }: RecordName): ReactNode {
  const site = useRecordSite();
  const { port, unconfirmed } = site;
  const list = useMemo(
    () => createPagedList<HistoryEvent>((cursor) => port.history({ entity, id }, cursor)),
    [port, entity, id],
  );
  useEffect(() => {
    void list.reload();
    return port.onChanged((change) => {
      if (concerns(change, { entity, id })) void list.reload();
    });
  }, [port, list, entity, id]);
  const items = useStore(list.store, (state) => state.items);
  const labels = useLabels(site, referencesInHistory(entity, items));
  return <HistoryList entity={entity} list={list} labels={labels} standing={unconfirmed} />;
}
