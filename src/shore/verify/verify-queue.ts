import { asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { hasReceived } from '#shared/sync/received-ranges.ts';
import { rowsOf, wholeNumber, type Executor } from '../store/database.ts';
import { syncOutbox } from '../store/schema.ts';
import type { VesselHead } from '../store/shore-store.ts';
import { Difference, same } from './difference.ts';

/** What waits for the vessel is what it has not acknowledged, as it is journalled; an urgent change may take it along. */
export async function compareQueue(tx: Executor, head: VesselHead): Promise<void> {
  const rows = await tx
    .select({ number: syncOutbox.number })
    .from(syncOutbox)
    .where(eq(syncOutbox.vesselId, head.vesselId))
    .orderBy(asc(syncOutbox.number));
  const expected: number[] = [];
  for (let number = head.acknowledged.upTo + 1; number <= head.last; number += 1)
    if (!hasReceived(head.acknowledged, number)) expected.push(number);
  same(
    'The queue to the vessel',
    rows.map(({ number }) => number),
    expected,
  );
  const [other] = await rowsOf(
    tx,
    sql`select o.number from sync_outbox as o
        left join sync_journal as j on j.vessel_id = o.vessel_id and j.origin = ${head.origin} and j.number = o.number
        where o.vessel_id = ${head.vesselId} and (j.number is null or j.entity <> o.entity
          or j.record_id <> o.record_id or j.at <> o.at or o.lane not in (j.lane, 'urgent'))
        order by o.number limit 1`,
    z.object({ number: wholeNumber }),
  );
  if (other !== undefined)
    throw new Difference(`Change ${other.number} waits for the vessel as another than the journal has`);
}
