import { titleOf } from '#shared/records/record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import type { VesselStore } from './store/vessel-store.ts';

/** What a person calls a record; its id where nothing else of it is here. */
export function labelOf(store: VesselStore, entity: string, recordId: string): string {
  const values = store.tables.get(entity)?.get(recordId)?.values;
  const spec = specOf(entity);
  return (values === undefined || spec === undefined ? '' : titleOf(spec, values)) || recordId;
}
