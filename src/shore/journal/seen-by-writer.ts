import { stampOf } from '#shared/sync/change.ts';
import { heldToJson } from '#shared/sync/held.ts';
import { saw, type Seen } from '#shared/sync/seen.ts';
import type { JournalEntry, OriginHead } from '../store/shore-store.ts';
import { without, withRanges } from './ranges.ts';

/**
 * What somebody ashore has before them when they write a record: all that is held, but for changes of this record
 * that could not be applied here, which nobody ashore has been shown. Those that a later change in force overrules
 * count as seen: its writer had seen them, and whoever sees it must not contradict that (`RecordState`).
 * @param history every entry of the record; needed only where something is not applied
 */
export function seenByWriter(heads: readonly OriginHead[], history: readonly JournalEntry[]): Seen {
  const hidden = history.filter((entry) => entry.applied !== 'applied' && !isOverruled(entry, history));
  return Object.fromEntries(
    heads.map(({ origin, held }) => {
      const numbers = hidden
        .filter(({ change }) => change.origin === origin)
        .map(({ change }) => change.number);
      return [origin, heldToJson(without(held, withRanges([], numbers)))];
    }),
  );
}

function isOverruled({ change }: JournalEntry, history: readonly JournalEntry[]): boolean {
  return history.some(
    (other) =>
      other.applied === 'applied' &&
      saw(stampOf(other.change), change) &&
      (other.change.operation === 'delete' ||
        Object.keys(other.change.fields).some((name) => name in change.fields)),
  );
}
