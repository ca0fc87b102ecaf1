import { CheckCheck, CircleHelp, Paperclip } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import type { OutboxEntry } from '#shared/contract/sync.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { recordRoute } from '../../lib/app-services/route.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import { formatBytes, formatCount, formatQuantity } from '../../lib/format.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { SyncMark } from '../../ui/sync-mark.tsx';
import type { Column } from '../../ui/table-header.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { When } from '../../ui/when.tsx';
import { useKnownUntil, useSync, useSyncStatus } from './context.ts';
import styles from './sync-tables.module.css';
import { changeText, laneLabels } from './sync-labels.ts';

const columns: readonly Column<OutboxEntry>[] = [
  {
    key: 'mark',
    header: 'With shore',
    hiddenHeader: true,
    cell: ({ sentAt }) => <SyncMark state={sentAt === null ? 'local' : 'sent'} />,
  },
  {
    key: 'number',
    header: 'Change',
    align: 'right',
    className: styles.muted,
    cell: ({ number }) => <span className="tabular">{formatCount(number)}</span>,
  },
  { key: 'record', header: 'Record', cell: ({ label }) => <span title={label}>{label}</span> },
  {
    key: 'what',
    header: 'What',
    cell: (entry) => <span title={changeText(entry)}>{changeText(entry)}</span>,
  },
  { key: 'by', header: 'By', className: styles.by, cell: ({ by }) => by },
  { key: 'lane', header: 'Lane', className: styles.lane, cell: ({ lane }) => laneLabels[lane] },
  {
    key: 'at',
    header: 'Written',
    align: 'right',
    className: styles.at,
    cell: ({ at }) => <When at={at} brief />,
  },
  {
    key: 'state',
    header: 'State',
    cell: ({ sentAt }) =>
      sentAt === null ? (
        'Waits here'
      ) : (
        <>
          Sent <When at={sentAt} brief />
        </>
      ),
  },
];

/** Every change that shore has not confirmed yet, in the order it was written. */
export function OutboxTable(): ReactNode {
  const services = useAppServices();
  const { outbox, outboxSelection, outboxPlace } = useSync();
  const { error, total } = useStore(outbox.store);

  const knownUntil = useKnownUntil();
  const { attachments, bytes } = useSyncStatus()?.queue.contents ?? { attachments: 0, bytes: 0 };

  useEffect(() => void outbox.reload(), [outbox]);

  if (error !== null && total === null) {
    return (
      <ListProblem title="The queue could not be read" error={error} onRetry={() => void outbox.reload()}>
        The changes in it are kept on this ship.
      </ListProblem>
    );
  }
  return (
    <VirtualTable
      label="Changes waiting for shore"
      className={styles.outbox}
      columns={columns}
      window={outbox}
      idOf={({ number }) => String(number)}
      selection={outboxSelection}
      place={outboxPlace}
      onOpen={(entry) => openRecord(services, entry)}
      empty={
        knownUntil === null && attachments > 0 ? (
          <EmptyState
            icon={<Paperclip size={24} />}
            title={`${formatQuantity(attachments, 'attachment')} waiting`}
          >
            Shore has confirmed every change. {formatBytes(bytes)} of photos and documents are still on this
            ship only; each stands at its order.
          </EmptyState>
        ) : knownUntil === null ? (
          <EmptyState icon={<CheckCheck size={24} />} title="Nothing waits for shore">
            Shore has confirmed every change written on this ship.
          </EmptyState>
        ) : (
          <EmptyState icon={<CircleHelp size={24} />} title="What waits for shore is not known">
            Nothing waited at <When at={knownUntil} brief />, when the vessel node last told.
          </EmptyState>
        )
      }
    />
  );
}

/** Goes to the record that a change or a conflict is about, where it has a page. */
export function openRecord(services: AppServices, record: { entity: string; recordId: string | null }): void {
  const { entity, recordId } = record;
  const route = recordId === null ? null : recordRoute({ entity, id: recordId });
  if (route !== null) services.router.go(route);
}
