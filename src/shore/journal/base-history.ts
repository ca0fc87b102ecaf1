import { specOf } from '#shared/records/catalogue.ts';
import { historyOf } from '#shared/sync/snapshot/join.ts';
import type { JournalEntry, StoredRecord } from '../store/shore-store.ts';

/** Entries of records, and before them what is known of how those came to be that came without their entries. */
export function withBaseHistory(
  history: readonly JournalEntry[],
  records: readonly Pick<StoredRecord, 'entity' | 'base'>[],
): JournalEntry[] {
  const based = records.filter(({ base }) => base !== undefined);
  if (based.length === 0) return [...history];
  const known = new Set(history.map(({ change }) => `${change.origin}#${change.number}`));
  const before = based.flatMap(({ entity, base }) => {
    const spec = specOf(entity);
    if (spec === undefined || base === undefined) return [];
    return historyOf(spec, base).flatMap((change): JournalEntry[] =>
      known.has(`${change.origin}#${change.number}`)
        ? []
        : [
            {
              change,
              feed: 0,
              before: null,
              hash: null,
              claimed: null,
              applied: 'applied',
              storedAt: change.at,
            },
          ],
    );
  });
  return [...before, ...history];
}
