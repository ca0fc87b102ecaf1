import { SearchX } from 'lucide-react';
import { type ReactNode, useCallback, useEffect } from 'react';
import { useStore } from 'zustand';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ListAndPane } from '../ui/list-and-pane.tsx';
import { useMedia } from '../ui/use-row-height.ts';
import { CreateRecord } from './form/create-record.tsx';
import { kindIcon } from './kind-icons.tsx';
import { RecordTable } from './list/record-table.tsx';
import { RecordToolbar } from './list/record-toolbar.tsx';
import type { OpenRecord } from './open-record.ts';
import { RecordPane } from './pane/record-pane.tsx';
import type { SeenRecord } from './port.ts';
import { useMay, useRecordSite } from './site.ts';

export interface ListPageProps {
  spec: RecordDeclaration;
  open: OpenRecord | null;
  /** Shows that; `replace` leaves no step to go back to. */
  onShow: (open: OpenRecord | null, how?: 'push' | 'replace') => void;
  /** Shows a record as a page, or beside the list again; left out where there is only one way. */
  full?: { is: boolean; set: (full: boolean) => void };
}

/** The records of a kind in a list, and beside it the one that is looked at. */
export function RecordPage({ spec, onShow, full, ...shown }: ListPageProps): ReactNode {
  const { create: mayCreate } = useMay(spec);
  // An address may ask for it all the same.
  const open = shown.open?.kind === 'new' && !mayCreate ? null : shown.open;
  const list = useRecordSite().listOf(spec.entity);
  const { selection, window } = list;
  const total = useStore(window.store, (state) => state.total);
  const { id: chosenId, move } = useStore(selection.store);
  const openId = open?.kind === 'record' ? open.id : null;
  const staysOpen = useMedia('(min-width: 1600px)') && total !== 0;

  const onOpen = useCallback(
    (row: SeenRecord) => {
      selection.choose(row.id);
      onShow({ kind: 'record', id: row.id, editing: false });
    },
    [selection, onShow],
  );
  useEffect(() => void window.reload(), [window]);
  useEffect(() => {
    if (openId !== null) selection.choose(openId);
  }, [selection, openId]);
  const isShowing = openId !== null || (staysOpen && open === null);
  useEffect(() => {
    if (move > 0 && chosenId !== null && isShowing && chosenId !== openId)
      onShow({ kind: 'record', id: chosenId, editing: false }, 'replace');
    // Only a move in the list may lead here, not a step back in the history.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [move, chosenId]);

  const create = (): void => onShow({ kind: 'new' });
  return (
    <ListAndPane
      label={spec.names.many}
      full={full?.is ?? false}
      toolbar={<RecordToolbar spec={spec} onCreate={create} />}
      list={<RecordTable spec={spec} onOpen={onOpen} empty={<Nothing spec={spec} onCreate={create} />} />}
      pane={pane()}
    />
  );

  function pane(): ReactNode {
    const one = spec.names.one.toLowerCase();
    if (open?.kind === 'new')
      return (
        <CreateRecord
          key={spec.entity}
          spec={spec}
          onClose={() => onShow(null)}
          onCreated={({ id }) => {
            void window.reload();
            selection.choose(id);
            onShow({ kind: 'record', id, editing: false }, 'replace');
          }}
        />
      );
    if (open?.kind === 'record')
      return (
        <RecordPane
          key={`${spec.entity}/${open.id}`}
          spec={spec}
          id={open.id}
          editing={open.editing}
          onEdit={(editing) => onShow({ ...open, editing }, 'replace')}
          onClose={() => onShow(null)}
          {...(full === undefined ? {} : { full })}
        />
      );
    if (!staysOpen) return null;
    return (
      <EmptyState icon={kindIcon(spec.entity, 24)} title={`No ${one} chosen`}>
        Choose one from the list to read it here, or move with J and K.
      </EmptyState>
    );
  }
}

/** What the list says when nothing stands in it, and the one next step. */
function Nothing({ spec, onCreate }: { spec: RecordDeclaration; onCreate: () => void }): ReactNode {
  const list = useRecordSite().listOf(spec.entity);
  const { create: mayCreate } = useMay(spec);
  const { search, filter } = useStore(list.query);
  const { one, many } = spec.names;
  if (search.trim() === '' && Object.keys(filter).length === 0)
    return (
      <EmptyState
        icon={kindIcon(spec.entity, 24)}
        title={`No ${many.toLowerCase()} yet`}
        {...(mayCreate
          ? {
              action: (
                <Button look="primary" onClick={onCreate}>
                  {`New ${one.toLowerCase()}`}
                </Button>
              ),
            }
          : {})}
      >
        What is entered here, on board or ashore, stands on both sides as soon as the link has carried it.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<SearchX size={24} />}
      title="Nothing matches"
      action={<Button onClick={list.clear}>{`Show all ${many.toLowerCase()}`}</Button>}
    >
      No {one.toLowerCase()} has these words together with this filter.
    </EmptyState>
  );
}
