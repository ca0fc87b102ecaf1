import { Cog, Plus, SearchX } from 'lucide-react';
import { type ReactNode, useCallback, useEffect } from 'react';
import { useStore } from 'zustand';
import type { Equipment } from '#shared/contract/equipment.ts';
import { formatCount, formatHours, formatQuantity } from '../../lib/format.ts';
import { CreateRecord } from '../../records/form/create-record.tsx';
import { RecordPane } from '../../records/pane/record-pane.tsx';
import type { ListPageProps } from '../../records/record-page.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListAndPane } from '../../ui/list-and-pane.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { SyncMark } from '../../ui/sync-mark.tsx';
import type { Column } from '../../ui/table-header.tsx';
import { useMedia } from '../../ui/use-row-height.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { useEquipmentList } from './context.ts';
import { equipmentParts } from './equipment-parts.tsx';
import styles from './equipment-page.module.css';
import { criticalityLabels } from './equipment-labels.ts';

const columns: readonly Column<Equipment>[] = [
  { key: 'sync', header: 'With shore', hiddenHeader: true, cell: ({ sync }) => <SyncMark state={sync} /> },
  {
    key: 'code',
    header: 'Code',
    className: styles.muted,
    cell: ({ code }) => <span className="tabular">{code}</span>,
  },
  { key: 'name', header: 'Name', cell: ({ name }) => <span title={name}>{name}</span> },
  { key: 'location', header: 'Location', className: styles.location, cell: ({ location }) => location },
  {
    key: 'maker',
    header: 'Maker and model',
    className: styles.maker,
    cell: ({ maker, model }) => [maker, model].filter((part) => part !== '').join(' '),
  },
  {
    key: 'criticality',
    header: 'Criticality',
    cell: ({ criticality }) => <span title={criticalityLabels[criticality]}>{criticality}</span>,
  },
  {
    key: 'hours',
    header: 'Running hours',
    align: 'right',
    className: styles.hours,
    cell: ({ runningHours }) => <span className="tabular">{formatHours(runningHours)}</span>,
  },
  {
    key: 'orders',
    header: 'Outstanding',
    align: 'right',
    cell: ({ outstandingOrders }) => (
      <span className="tabular" title={formatQuantity(outstandingOrders, 'outstanding order')}>
        {outstandingOrders === 0 ? '–' : formatCount(outstandingOrders)}
      </span>
    ),
  },
];

/** What the ship is made of, and how much work stands open on it. */
export function EquipmentPage({ spec, open, onShow, full }: ListPageProps): ReactNode {
  const list = useEquipmentList();
  const { error, total } = useStore(list.window.store);
  const words = useStore(list.search, (state) => state.words);
  const { id: chosenId, move } = useStore(list.selection.store);
  const id = open?.kind === 'record' ? open.id : null;
  const staysOpen = useMedia('(min-width: 1600px)') && total !== 0;

  const onOpen = useCallback(
    (row: Equipment) => {
      list.selection.choose(row.id);
      onShow({ kind: 'record', id: row.id, editing: false });
    },
    [list, onShow],
  );
  useEffect(() => void list.window.reload(), [list]);
  useEffect(() => {
    if (id !== null) list.selection.choose(id);
  }, [list, id]);
  const isShowing = id !== null || (staysOpen && open === null);
  useEffect(() => {
    if (move > 0 && chosenId !== null && isShowing && chosenId !== id)
      onShow({ kind: 'record', id: chosenId, editing: false }, 'replace');
    // Only a move in the list may lead here, not a step back in the history.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [move, chosenId]);

  const create = (): void => onShow({ kind: 'new' });
  const empty =
    words.trim() === '' ? (
      <EmptyState
        icon={<Cog size={24} />}
        title="No equipment yet"
        action={
          <Button look="primary" onClick={create}>
            New equipment
          </Button>
        }
      >
        Everything on board that is maintained, with the work that is open on it. It is entered here or in the
        office.
      </EmptyState>
    ) : (
      <EmptyState
        icon={<SearchX size={24} />}
        title="No equipment matches"
        action={<Button onClick={() => list.searchFor('')}>Show all equipment</Button>}
      >
        Nothing has these words in its code or name.
      </EmptyState>
    );
  const stays =
    staysOpen && open === null ? (
      <EmptyState icon={<Cog size={24} />} title="No equipment chosen">
        Choose a piece from the list to see it and its orders here.
      </EmptyState>
    ) : null;
  return (
    <ListAndPane
      label="Equipment"
      full={full?.is ?? false}
      toolbar={
        <div className={styles.bar}>
          <span role="status">
            {total === null ? 'Reading…' : formatQuantity(total, 'piece of equipment', 'pieces of equipment')}
          </span>
          <Button look="primary" icon={<Plus size={16} aria-hidden="true" />} keys="C" onClick={create}>
            New equipment
          </Button>
        </div>
      }
      list={
        error !== null && total === null ? (
          <ListProblem
            title="The equipment could not be read"
            error={error}
            onRetry={() => void list.window.reload()}
          >
            Nothing was changed by this.
          </ListProblem>
        ) : (
          <VirtualTable
            label="Equipment"
            className={styles.columns}
            columns={columns}
            window={list.window}
            idOf={(row) => row.id}
            selection={list.selection}
            place={list.place}
            onOpen={onOpen}
            empty={empty}
          />
        )
      }
      pane={
        open === null ? (
          stays
        ) : open.kind === 'new' ? (
          <CreateRecord
            spec={spec}
            onClose={() => onShow(null)}
            onCreated={(record) => {
              void list.window.reload();
              list.selection.choose(record.id);
              onShow({ kind: 'record', id: record.id, editing: false }, 'replace');
            }}
          />
        ) : (
          <RecordPane
            key={open.id}
            spec={spec}
            id={open.id}
            editing={open.editing}
            onEdit={(editing) => onShow({ ...open, editing }, 'replace')}
            onClose={() => onShow(null)}
            parts={equipmentParts}
            {...(full === undefined ? {} : { full })}
          />
        )
      }
    />
  );
}
