import type { ReactNode } from 'react';
import type { RecordName } from '../port.ts';
import { useRecordSite } from '../site.ts';

/** Leads to a record's own page, where it has one and `isLink` asks for it. */
export function OwnPage(props: { record: RecordName; isLink: boolean; children: ReactNode }): ReactNode {
  const { record, isLink, children } = props;
  const { addressOf, open } = useRecordSite();
  const address = isLink ? addressOf(record) : null;
  if (address === null) return children;
  return (
    <a
      href={address}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        open(record);
      }}
    >
      {children}
    </a>
  );
}
