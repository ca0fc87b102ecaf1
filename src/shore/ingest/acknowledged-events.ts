import type { Committed } from '../service.ts';
import type { RecordRef, VesselHead } from '../store/shore-store.ts';

const longestIdList = 200;

/** What to tell listeners when the vessel has confirmed changes of these records. */
export function acknowledgedEvents(vessel: VesselHead, records: readonly RecordRef[]): Committed[] {
  const ids = new Map<string, Set<string>>();
  for (const { entity, recordId } of records) {
    const known = ids.get(entity) ?? new Set();
    ids.set(entity, known.add(recordId));
  }
  return [...ids].map(([entity, set]) => ({
    vesselId: vessel.vesselId,
    entity,
    ids: set.size > longestIdList ? [] : [...set],
    feed: vessel.feed,
    cause: 'sync',
  }));
}
