import type { RecordRef, ShoreTransaction, StoredRecord } from '../store/shore-store.ts';
import { keyOf } from './fold.ts';

/**
 * Reads records of any kinds, in as many statements as there are kinds.
 * @returns each by its key; null where nothing is known of it
 */
export async function readRecords(
  tx: ShoreTransaction,
  vesselId: string,
  refs: readonly RecordRef[],
): Promise<Map<string, StoredRecord | null>> {
  const found = new Map<string, StoredRecord | null>();
  const ids = new Map<string, Set<string>>();
  for (const { entity, recordId } of refs) {
    found.set(keyOf(entity, recordId), null);
    const known = ids.get(entity) ?? new Set();
    ids.set(entity, known.add(recordId));
  }
  const records = await Promise.all([...ids].map(([entity, set]) => tx.records(vesselId, entity, [...set])));
  for (const record of records.flat()) found.set(keyOf(record.entity, record.id), record);
  return found;
}
