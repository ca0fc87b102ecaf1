import { FileQuestion, History, Maximize2, Minimize2, Pencil, TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { EditRecord } from '../form/edit-record.tsx';
import { OnceRead } from '../form/once-read.tsx';
import { RecordHistory } from '../history/record-history.tsx';
import type { SeenDetail } from '../port.ts';
import { DeleteRecord } from './delete-record.tsx';
import { headingOf } from './heading.ts';
import { type RecordParts, RecordView } from './record-view.tsx';
import { useMay, useRecordSite } from '../site.ts';
import { useRecord } from './use-record.ts';

export interface RecordPaneProps {
  spec: RecordDeclaration;
  id: string;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onClose: () => void;
  /** Shows it as a page, or beside the list again; left out where there is only one way. */
  full?: { is: boolean; set: (full: boolean) => void };
  /** What the kind has besides its fields. */
  parts?: (record: SeenDetail) => RecordParts;
}

/** One record of any kind: read, changed or deleted. */
export function RecordPane(props: RecordPaneProps): ReactNode {
  const { spec, id, onEdit, onClose, full, parts } = props;
  const { entity, names } = spec;
  const mayI = useMay(spec);
  const { drafts } = useRecordSite();
  // An address may ask for it all the same.
  const editing = props.editing && mayI.change;
  const { record, error, readAgain } = useRecord({ entity, id });
  const [showsHistory, setShowsHistory] = useState(false);
  const one = names.one.toLowerCase();
  const closeButton = (
    <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc" onClick={onClose}>
      Close
    </Button>
  );
  if (record === null && error !== null)
    return (
      <Pane head={<PaneHead title={names.one}>{closeButton}</PaneHead>}>
        {error.code === 'not_found' ? (
          <>
            <EmptyState
              icon={<FileQuestion size={24} />}
              title={`This ${one} is gone`}
              action={<Button onClick={onClose}>Back to the list</Button>}
            >
              It was deleted, on board or ashore. What was done to it stays in the journal.
            </EmptyState>
            <RecordHistory entity={entity} id={id} />
          </>
        ) : (
          <EmptyState
            isProblem
            icon={<TriangleAlert size={24} />}
            title={`This ${one} could not be read`}
            action={<Button onClick={readAgain}>Try again</Button>}
          >
            {error.message}
          </EmptyState>
        )}
      </Pane>
    );
  return (
    <Pane
      head={
        <PaneHead title={record === null ? names.one : headingOf(spec, record).head}>
          {editing || record === null ? null : (
            <>
              <Button
                look="quiet"
                iconOnly
                icon={<History size={16} />}
                keys="H"
                aria-pressed={showsHistory}
                data-shortcut="history"
                onClick={() => setShowsHistory(!showsHistory)}
              >
                History
              </Button>
              {mayI.change ? (
                <Button icon={<Pencil size={16} aria-hidden="true" />} keys="E" onClick={() => onEdit(true)}>
                  Edit
                </Button>
              ) : null}
              {mayI.delete ? <DeleteRecord spec={spec} record={record} onDeleted={onClose} /> : null}
            </>
          )}
          {full === undefined ? null : (
            <Button
              look="quiet"
              iconOnly
              className="wide-only"
              icon={full.is ? <Minimize2 size={16} /> : <Maximize2 size={16} />}
              onClick={() => full.set(!full.is)}
            >
              {full.is ? 'Show beside the list' : 'Show as a page'}
            </Button>
          )}
          {closeButton}
        </PaneHead>
      }
    >
      <OnceRead drafts={drafts}>
        {record === null ? null : editing ? (
          <EditRecord spec={spec} record={record} onDone={() => onEdit(false)} />
        ) : showsHistory ? (
          <RecordHistory entity={entity} id={id} />
        ) : (
          <RecordView spec={spec} record={record} onEdit={() => onEdit(true)} parts={parts?.(record)} />
        )}
      </OnceRead>
    </Pane>
  );
}
