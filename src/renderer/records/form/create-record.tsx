import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { Button } from '../../ui/button.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import type { SeenDetail } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { NewRecordForm } from './new-record-form.tsx';
import { OnceRead } from './once-read.tsx';

/** The pane in which a new record is entered. It closes once the write is held. */
export function CreateRecord(props: {
  spec: RecordDeclaration;
  onClose: () => void;
  onCreated: (record: SeenDetail) => void;
}): ReactNode {
  const { spec, onClose, onCreated } = props;
  const { drafts } = useRecordSite();
  return (
    <Pane
      head={
        <PaneHead title={`New ${spec.names.one.toLowerCase()}`}>
          <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc" onClick={onClose}>
            Close
          </Button>
        </PaneHead>
      }
    >
      <OnceRead drafts={drafts}>
        <NewRecordForm spec={spec} draft={`${spec.entity}/new`} onCreated={onCreated} onDiscard={onClose} />
      </OnceRead>
    </Pane>
  );
}
