import { z } from 'zod';
import { checkApplied } from '#shared/sync/applied-check.ts';
import { numbersPerOrigin } from '#shared/sync/numbers.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { ReadableDatabase } from '../database.ts';
import type { JournalEntry } from '../journal/journal.ts';
import { Difference } from './difference.ts';

/** @throws {Difference} where it was wrongly applied or kept aside */
export function checkEntry(entry: JournalEntry, own: Origin): void {
  const { wrong } = checkApplied(entry, own, 'the program');
  const { number, origin } = entry.change;
  if (wrong !== null) throw new Difference(`Journal ${origin}: entry ${number} ${wrong}`);
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
