import {
  differenceOf,
  receivedFromJson,
  receivedToJson,
  nothingReceived,
  withNumber,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';
import type { JournalEntry } from '../journal/journal.ts';

/**
 * What is held, but for the changes in `history` that are not applied.
 * @param history every entry of one record
 */
export function writerContext(context: CausalContext, history: readonly JournalEntry[]): CausalContext {
  const hidden = new Map<string, ReceivedRanges>();
  for (const { change, applied } of history)
    if (applied !== 'applied')
      hidden.set(change.origin, withNumber(hidden.get(change.origin) ?? nothingReceived, change.number));
  if (hidden.size === 0) return context;
  return Object.fromEntries(
    Object.entries(context).map(([origin, received]) => {
      const unseen = hidden.get(origin);
      return [
        origin,
        unseen === undefined ? received : receivedToJson(differenceOf(receivedFromJson(received), unseen)),
      ];
    }),
  );
}
