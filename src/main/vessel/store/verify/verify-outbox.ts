import { z } from 'zod';
import { furthestOf, hasReceived, missingIn, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { ReadableDatabase } from '../database.ts';
import { Difference } from './difference.ts';
import { numbersPerOrigin } from '#shared/sync/numbers.ts';
import { JournalReader } from '../journal/journal.ts';

const promotedRow = z.object({ number: z.number(), lane: z.string() });
const recordId = z.string();
const sentRow = z.object({ lane: z.string(), number: z.number() });

/**
 * What waits is what the journal has beyond the acknowledged cursor: the cursor, the marks of what has left the ship
 * and what travels in the urgent lane claim nothing that the journal does not have.
 * @returns how many changes wait
 */
export function compareOutbox(
  connection: ReadableDatabase,
  own: Origin,
  { last, acknowledged }: { last: number; acknowledged: ReceivedRanges },
): number {
  if (furthestOf(acknowledged) > last)
    throw new Difference(
      `Journal ${own}: ends at entry ${last}, but shore acknowledged ${furthestOf(acknowledged)}`,
    );
  const journal = new JournalReader(connection);
  for (const row of connection.prepare('SELECT number, lane FROM sync_promoted').all()) {
    const { number, lane } = promotedRow.parse(row);
    if (number > last || hasReceived(acknowledged, number))
      throw new Difference(`Change ${number} was moved to the urgent lane, but it does not wait`);
    const journalled = journal.get(own, number)?.change.lane;
    if (journalled !== lane || lane === 'urgent')
      throw new Difference(
        `Change ${number} was moved out of lane ${lane}, but is journalled as ${journalled}`,
      );
  }
  for (const row of connection.prepare('SELECT lane, number FROM sync_sent').all()) {
    const { lane, number } = sentRow.parse(row);
    if (number > last)
      throw new Difference(`Lane ${lane} has left the ship up to ${number}, but the journal ends at ${last}`);
  }
  return missingIn(acknowledged, 1, last).reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** Every entry is found by its record, but for own ones that are still to be entered: those after the last that is. */
export function compareRecordIndex(connection: ReadableDatabase, own: Origin): void {
  const base = new JournalReader(connection).base(own) ?? 0;
  const end = base + numbersPerOrigin - 1;
  const stray = connection
    .prepare(
      `SELECT r.record_id FROM sync_journal_record AS r LEFT JOIN sync_journal AS j ON j.entry = r.entry
       WHERE j.record_id IS NOT r.record_id LIMIT 1`,
    )
    .pluck()
    .get();
  if (stray !== undefined)
    throw new Difference(
      `The index by record names an entry of ${recordId.parse(stray)} that the journal does not have`,
    );
  const missing = connection
    .prepare(
      `SELECT j.record_id FROM sync_journal AS j LEFT JOIN sync_journal_record AS r ON r.entry = j.entry
       WHERE r.entry IS NULL AND NOT (j.entry BETWEEN @base + 1 AND @end
         AND j.entry > coalesce((SELECT max(entry) FROM sync_journal_record WHERE entry BETWEEN @base AND @end), 0))
       LIMIT 1`,
    )
    .pluck()
    .get({ base, end });
  if (missing !== undefined)
    throw new Difference(`The index by record lacks an entry of ${recordId.parse(missing)}`);
}
