import type { Change } from '#shared/sync/change.ts';
import type { RecordRef } from '#shore/store/shore-store.ts';
import type { VesselTables } from '../shore/tables.ts';

/** Changes of a record that were applied ashore, in the order in which they came. A forged one may bear the id of a record of another kind. */
export function changesOf(tables: VesselTables, { entity, recordId }: RecordRef): Change[] {
  return tables.journal.flatMap(({ change, applied }) =>
    applied === 'applied' && change.entity === entity && change.recordId === recordId ? [change] : [],
  );
}
