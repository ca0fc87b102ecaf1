import { type ReactNode, useMemo } from 'react';
import { Attachments } from '../../features/attachments/attachments.tsx';
import type { RecordName } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { Moment } from '../words/moment.tsx';

/** What is attached to a record, wherever the screen is. */
export function RecordAttachments({ entity, id }: RecordName): ReactNode {
  const { attachmentsOf } = useRecordSite();
  const port = useMemo(() => attachmentsOf({ entity, id }), [attachmentsOf, entity, id]);
  return <Attachments key={`${entity}/${id}`} port={port} when={When} />;
}

function When({ at }: { at: string }): ReactNode {
  return <Moment at={at} words={useRecordSite().time} />;
}
