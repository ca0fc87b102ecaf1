import type { Change } from '#shared/sync/change.ts';
import { recordOf } from '#shared/sync/snapshot/join.ts';
import { validateChange } from '#shared/sync/validity.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { takeRecord } from '../snapshot/take-part.ts';

/**
 * Takes changes into their records that lie where a journal is held as records alone, and that these do not tell of:
 * somebody said that they do. No chain reaches there, so they are joined to what folding begins with, and not put into
 * the journal; within an `apply` transaction.
 * @param offered changes that shore has, of records in which both ends differ
 * @returns the records that something was joined to
 */
export function joinBeneathBase(store: VesselStore, offered: readonly Change[]): RecordKey[] {
  const bases = new Map(store.base.heads().map(({ origin, number }) => [origin, number]));
  const joined: RecordKey[] = [];
  for (const change of offered) {
    const { origin, number, entity, recordId } = change;
    if (origin === store.own.origin || number > (bases.get(origin) ?? 0)) continue;
    const verdict = validateChange(change);
    if (verdict.decision !== 'apply' || store.journal.get(origin, number) !== null) continue;
    takeRecord(store, verdict.spec, recordOf(verdict.spec, change));
    joined.push({ entity, recordId });
  }
  return joined;
}
