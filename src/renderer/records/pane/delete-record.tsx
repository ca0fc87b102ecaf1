import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { isLine } from '#shared/records/lines.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { Question } from '../../ui/question.tsx';
import { draftKey } from '../form/draft-key.ts';
import type { SeenDetail } from '../port.ts';
import { useRecordSite } from '../site.ts';

/** Deletes a record, once the person has read what that does. */
export function DeleteRecord(props: {
  spec: RecordDeclaration;
  record: SeenDetail;
  onDeleted: () => void;
}): ReactNode {
  const { spec, record, onDeleted } = props;
  const { port, drafts, listOf, notices, mayWrite, deletion } = useRecordSite();
  const [asks, setAsks] = useState(false);
  const one = spec.names.one.toLowerCase();
  const remove = async (): Promise<void> => {
    setAsks(false);
    if (!(await mayWrite())) return;
    try {
      await port.remove(record);
    } catch (error) {
      notices.sayProblem(messageOf(error));
      return;
    }
    drafts.discard(draftKey(record));
    notices.say(`${record.title} deleted`);
    onDeleted();
    // Lines are in no list but their record's own.
    if (!isLine(spec)) await listOf(spec.entity).window.reload();
  };
  return (
    <>
      <Button look="quiet" iconOnly icon={<Trash2 size={16} />} onClick={() => setAsks(true)}>
        {`Delete ${one}`}
      </Button>
      <Question
        isOpen={asks}
        title={`Delete ${record.title}?`}
        yes={`Delete ${one}`}
        no="Keep it"
        onNo={() => setAsks(false)}
        onYes={() => void remove()}
      >
        It is removed {deletion}. This cannot be taken back here; the journal keeps what was written. What
        points to it says from then on that it is not there.
      </Question>
    </>
  );
}
