import { differenceOf, rangesOf, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { Origin, CausalContext } from '#shared/sync/causal-context.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** Entries of which screens are told at most: of more they ask again anyway. */
const toldAtMost = 250;

/**
 * Numbers of other journals that shore lacks, by its last word, and of which this node has the outcome alone: it came
 * with a snapshot. Nobody can send them as changes.
 */
export function onlyAsRecords({ base, notAshore }: VesselStore): Map<Origin, ReceivedRanges> {
  if (notAshore.isEmpty) return new Map();
  return new Map(
    base.heads().flatMap(({ origin, number }): [Origin, ReceivedRanges][] => {
      const lacking = notAshore.of(origin);
      const here = differenceOf(lacking, differenceOf(lacking, { upTo: number, beyond: [] }));
      return rangesOf(here).length === 0 ? [] : [[origin, here]];
    }),
  );
}

const counts = new WeakMap<VesselStore, { of: string; count: number }>();

/** Records that shore lacks, or holds an earlier state of, because of those. */
export function countOnlyOnBoard(store: VesselStore): number {
  const lacking = onlyAsRecords(store);
  if (lacking.size === 0) return 0;
  const of = JSON.stringify([...lacking]);
  const known = counts.get(store);
  if (known?.of === of) return known.count;
  const count = keysOnlyOnBoard(store, lacking).length;
  counts.set(store, { of, count });
  return count;
}

function keysOnlyOnBoard(
  { base, notAshore }: VesselStore,
  lacking: ReadonlyMap<Origin, ReceivedRanges>,
): RecordKey[] {
  const keys = new Map<string, RecordKey>();
  for (const origin of lacking.keys())
    for (const key of base.keysWith(origin, (text) => notAshore.has(text)))
      keys.set(`${key.entity} ${key.recordId}`, key);
  return [...keys.values()];
}

/** Takes shore's word on what it holds of others' journals; marks of records go by it. */
export function learnWhatShoreLacks(store: VesselStore, theirs: CausalContext): void {
  const before = touched(store);
  if (!store.notAshore.learn(store.seen, theirs)) return;
  const records = [...before, ...touched(store)];
  if (records.length > 0) store.announce({ cause: 'sync', records, lanes: new Set() });
}

/** Records of which something is not ashore: enough of them for screens to know that they have to look again. */
function touched(store: VesselStore): RecordKey[] {
  const { journal, notAshore } = store;
  const inJournal = store
    .otherOrigins()
    .flatMap((origin) =>
      rangesOf(notAshore.of(origin)).flatMap(([first, last]) =>
        journal
          .range(origin, first - 1, Math.min(toldAtMost, last - first + 1))
          .map(({ change }): RecordKey => ({ entity: change.entity, recordId: change.recordId })),
      ),
    );
  return [...keysOnlyOnBoard(store, onlyAsRecords(store)), ...inJournal];
}
