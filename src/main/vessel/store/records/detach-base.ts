import { sideOf, type Origin } from '#shared/sync/causal-context.ts';
import { furthestOf } from '#shared/sync/received-ranges.ts';
import { renameOrigin } from '#shared/sync/snapshot/rename-origin.ts';
import type { RecordKey } from '../journal/outbox.ts';
import { newOrigin } from '../journal/origin.ts';
import type { VesselStore } from '../vessel-store.ts';
import { rebuildRecord } from './rebuild-record.ts';

/**
 * Gives what records alone tell of a journal a name of its own: under the one it has shore holds other changes, and this
 * node has none of its own to compare with them. Both then stand at both ends. In one transaction.
 * @returns the name; null where no records tell of that journal, or changes of it are held beyond them
 */
export function detachBase(store: VesselStore, origin: Origin): Origin | null {
  const base = store.base.heads().find((head) => head.origin === origin);
  const { received } = store.headOf(origin);
  if (base === undefined || furthestOf(received) > base.number) return null;
  if (store.journal.range(origin, 0, 1).length > 0) return null;
  const now = newOrigin(sideOf(origin), store.environment);
  const records: RecordKey[] = [...store.base.keysWith(origin, () => true)];
  store.transaction({ kind: 'apply' }, () => {
    for (const { entity, recordId } of records) {
      const record = store.base.get(entity, recordId);
      if (record !== null) store.base.put(renameOrigin(record, origin, now));
    }
    store.base.dropHead(origin);
    store.base.putHead({ ...base, origin: now });
    store.dropHead(origin);
    store.moveHead(now, { received, hash: base.hash });
    for (const { entity, recordId } of records) rebuildRecord(store, entity, recordId);
  });
  store.announce({ cause: 'sync', records, lanes: new Set() });
  return now;
}
