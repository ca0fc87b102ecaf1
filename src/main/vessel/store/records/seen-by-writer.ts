import {
  differenceOf,
  heldFromJson,
  heldToJson,
  nothingHeld,
  withNumber,
  type Held,
} from '#shared/sync/held.ts';
import type { Seen } from '#shared/sync/seen.ts';
import type { JournalEntry } from '../journal/journal.ts';

/**
 * What is held, but for the changes in `history` that are not applied.
 * @param history every entry of one record
 */
export function seenByWriter(seen: Seen, history: readonly JournalEntry[]): Seen {
  const hidden = new Map<string, Held>();
  for (const { change, applied } of history)
    if (applied !== 'applied')
      hidden.set(change.origin, withNumber(hidden.get(change.origin) ?? nothingHeld, change.number));
  if (hidden.size === 0) return seen;
  return Object.fromEntries(
    Object.entries(seen).map(([origin, held]) => {
      const unseen = hidden.get(origin);
      return [origin, unseen === undefined ? held : heldToJson(differenceOf(heldFromJson(held), unseen))];
    }),
  );
}
