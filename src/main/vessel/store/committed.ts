import type { Lane } from '#shared/records/record.ts';
import type { RecordKey } from './journal/outbox.ts';

/** What was committed, told to whoever listens: screens, uplink. */
export interface Committed {
  /** `local`: written here; `shore`: applied from shore; `sync`: only a record's standing moved. */
  cause: 'local' | 'shore' | 'sync';
  records: readonly RecordKey[];
  /** For `local`: lanes the changes went into. */
  lanes: ReadonlySet<Lane>;
  /** For `local`: the lowest number that an urgent change took along from another lane. */
  promoted?: number | null;
}
