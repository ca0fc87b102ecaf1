import type { VesselStore } from './store/vessel-store.ts';

/** What a person calls a record: number and title of an order, code and name of equipment, a name. */
export function labelOf(store: VesselStore, entity: string, recordId: string): string {
  const values = store.tables.get(entity)?.get(recordId)?.values;
  if (values === undefined) return recordId;
  return [values['number'] ?? values['code'], values['title'] ?? values['name'] ?? values['fileName']]
    .filter((part) => part !== undefined && part !== null)
    .join(' ');
}
