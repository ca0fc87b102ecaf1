import { z } from 'zod';
import { numbersPerOrigin } from '#shared/sync/numbers.ts';
import type { Origin } from '#shared/sync/seen.ts';
import { judge } from '#shared/sync/validity.ts';
import type { ReadableDatabase } from '../database.ts';
import type { Applied, JournalEntry } from '../journal/journal.ts';
import { Difference } from './difference.ts';

const words: Readonly<Record<Applied, string>> = {
  applied: 'applied',
  later: 'waiting for a newer program',
  parked: 'parked',
};

/**
 * Whether a change was rightly applied or kept aside: by the rules by which it was taken in. What this node wrote itself
 * is applied as it is written.
 */
export function checkApplied({ change, applied }: JournalEntry, own: Origin): void {
  const verdict = judge(change);
  const right: Applied =
    change.origin === own || verdict.decision === 'apply'
      ? 'applied'
      : verdict.decision === 'later'
        ? 'later'
        : 'parked';
  if (applied === right) return;
  if (right === 'later' && applied === 'applied')
    throw new Difference(
      `Journal ${change.origin}: entry ${change.number} was applied by a newer program than this: verify with that one`,
    );
  const hint =
    applied === 'later' ? ': start the program once, which applies what waited for it, and verify again' : '';
  throw new Difference(
    `Journal ${change.origin}: entry ${change.number} is kept as ${words[applied]}, by the rules it is ${words[right]}${hint}`,
  );
}

const stray = z.object({ origin: z.string(), number: z.number() });

/** Every entry lies where its origin's entries are read. */
export function checkPlaces(connection: ReadableDatabase): void {
  const found = connection
    .prepare(
      `SELECT j.origin, j.number FROM sync_journal AS j LEFT JOIN sync_origins AS o ON o.slot = j.entry / CAST(@numbers AS INTEGER)
       WHERE o.origin IS NOT j.origin OR j.number <> j.entry % CAST(@numbers AS INTEGER) LIMIT 1`,
    )
    .get({ numbers: numbersPerOrigin });
  if (found === undefined) return;
  const { origin, number } = stray.parse(found);
  throw new Difference(`Journal ${origin}: entry ${number} is not in its place and would be passed over`);
}
