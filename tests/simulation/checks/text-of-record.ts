import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import type { StoredRecord } from '#shore/store/shore-store.ts';

/** The memory database puts another in the place of one that changes. */
const known = new WeakMap<StoredRecord, string>();

/** All that shore knows of a record, the same for the same state and row. */
export function textOfRecord(record: StoredRecord): string {
  let text = known.get(record);
  if (text === undefined) {
    text = canonicalJson([encodeState(record.state), record.row?.values]);
    known.set(record, text);
  }
  return text;
}
