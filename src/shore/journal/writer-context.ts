import { differenceOf, receivedToJson } from '#shared/sync/received-ranges.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';
import type { JournalEntry, OriginHead } from '../store/shore-store.ts';
import { withRanges } from './ranges.ts';

/**
 * What somebody ashore has before them when they write a record: all that is held, but for changes of this record
 * that could not be applied here. Nobody ashore has been shown those, so nobody may overrule them unawares.
 * @param history every entry of the record; needed only where something is not applied
 */
export function writerContext(heads: readonly OriginHead[], history: readonly JournalEntry[]): CausalContext {
  const hidden = history.filter(({ applied }) => applied !== 'applied').map(({ change }) => change);
  return Object.fromEntries(
    heads.map(({ origin, received }) => {
      const numbers = hidden.filter((change) => change.origin === origin).map(({ number }) => number);
      return [origin, receivedToJson(differenceOf(received, { upTo: 0, beyond: withRanges([], numbers) }))];
    }),
  );
}
