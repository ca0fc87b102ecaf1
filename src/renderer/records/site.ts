import { type ReactNode, createContext, use } from 'react';
import { type Act, may } from '#shared/records/may.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import type { Side } from '#shared/side.ts';
import type { Drafts } from '../lib/drafts.ts';
import type { ShipTime } from '../lib/format.ts';
import type { Notices } from '../lib/app-services/notices.ts';
import type { AttachmentPort } from '../features/attachments/attachment-port.ts';
import type { FormEntries } from './fields/field-entry.ts';
import type { RecordList } from './list/record-list.ts';
import type { RecordName, RecordPort, SeenDetail, SeenRecord } from './port.ts';

/** What differs by where one looks at a ship's records from. */
export interface RecordSite {
  /** What people here may do with records is declared by side. */
  side: Side;
  port: RecordPort;
  /** The clocks of the place. */
  time: ShipTime;
  /** The clock now, milliseconds since 1970. */
  now: () => number;
  notices: Pick<Notices, 'say' | 'sayProblem'>;
  /** The list of a kind: one that lives as long as the page. */
  listOf: (entity: string) => RecordList;
  /** What was typed and not saved, by kind and id. */
  drafts: Drafts<FormEntries, SeenDetail>;
  /** Whether somebody acts at this screen; where nobody does, it asks who first. */
  mayWrite: () => Promise<boolean>;
  /** Who acts, as it will stand in the journal. */
  actor: () => string;
  /** What is attached to a record. */
  attachmentsOf: (record: RecordName) => AttachmentPort;
  /** Where a record stands between ship and shore: what that is called, and the mark. */
  standing: { name: string; mark: (sync: SeenRecord['sync'], withWords: boolean) => ReactNode };
  /** What to say of a change that the other side has not confirmed. */
  unconfirmed: Readonly<Record<'here' | 'sent', string>>;
  /** Where a deleted record is gone from, and when: ends a sentence. */
  deletion: string;
  /** The address of a record's own page; null where there is none. */
  addressOf: (record: RecordName) => string | null;
  /** Goes to a record's own page. */
  open: (record: RecordName) => void;
  /** Goes to the list of a kind. */
  openList: (entity: string) => void;
  /** Goes to where the record's conflicts are decided. */
  decide: (record: RecordName) => void;
}

export const RecordSiteContext = createContext<RecordSite | null>(null);

export function useRecordSite(): RecordSite {
  const site = use(RecordSiteContext);
  if (site === null) throw new Error('There are no records above this component.');
  return site;
}

/** What people here may do with records of the kind. */
export function useMay(spec: Pick<RecordDeclaration, 'may'>): Readonly<Record<Act, boolean>> {
  const { side } = useRecordSite();
  return {
    create: may(spec, 'create', side),
    change: may(spec, 'change', side),
    delete: may(spec, 'delete', side),
  };
}
