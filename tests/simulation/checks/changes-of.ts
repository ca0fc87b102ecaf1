import type { Change } from '#shared/sync/change.ts';
import type { VesselTables } from '../shore/tables.ts';

/** Changes of a record that were applied ashore, in the order in which they came. */
export function changesOf(tables: VesselTables, recordId: string): Change[] {
  return tables.journal.flatMap(({ change, applied }) =>
    applied === 'applied' && change.recordId === recordId ? [change] : [],
  );
}
