import { recordsVersion } from '#shared/records/catalogue.ts';
import { validateChange } from '#shared/sync/validity.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import { waitedInVainText } from '../../store/unapplied-problem.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { applyToRecord } from './apply-batch.ts';

/**
 * Applies changes that were stored to wait for a newer program, now that this one may be it: in one transaction, at
 * the start. A second run finds nothing left to do.
 * @returns how many were applied
 */
export function applyWaiting(store: VesselStore): number {
  if (!store.settings.hasUnapplied()) return 0;
  const waiting = store.journal.waiting(recordsVersion);
  if (waiting.length === 0) return 0;
  const isLeft = store.journal.waiting(Number.MAX_SAFE_INTEGER).length > waiting.length;
  const touched: RecordKey[] = [];
  store.transaction({ kind: 'apply' }, () => {
    store.settings.set('waiting', isLeft ? 'yes' : 'no');
    for (const { change } of waiting) {
      const verdict = validateChange(change);
      if (verdict.decision === 'later') continue;
      store.journal.setApplied(change, verdict.decision === 'apply' ? 'applied' : 'parked');
      if (verdict.decision === 'apply') {
        applyToRecord(store, verdict.spec, change);
        touched.push({ entity: change.entity, recordId: change.recordId });
      } else {
        store.problems.add({
          at: store.environment.now(),
          ...waitedInVainText(change, verdict.reason),
          entity: change.entity,
          recordId: change.recordId,
          number: null,
        });
      }
    }
  });
  if (touched.length > 0) {
    store.environment.log.info(
      { applied: touched.length },
      'changes that had waited for this version were applied',
    );
    store.announce({ cause: 'shore', records: touched, lanes: new Set() });
  }
  return touched.length;
}
