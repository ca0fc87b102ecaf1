import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { rowsOf, type Executor } from '../store/database.ts';

const tables = [
  ...recordSpecs.map(({ entity }) => entity),
  'content',
  'sync_versions',
  'sync_journal',
  'sync_head',
  'sync_outbox',
  'sync_conflicts',
];

/** What belongs to a vessel that is not in the list of vessels, which would be passed over. */
export async function strayVessel(tx: Executor): Promise<{ vesselId: string; difference: string } | null> {
  for (const table of tables) {
    const [stray] = await rowsOf(
      tx,
      sql`select t.vessel_id from ${sql.identifier(table)} as t
          where not exists (select 1 from vessel as v where v.vessel_id = t.vessel_id) limit 1`,
      z.object({ vessel_id: z.string() }),
    );
    if (stray !== undefined)
      return {
        vesselId: stray.vessel_id,
        difference: `${table} has rows of this vessel, which is not in the list of vessels`,
      };
  }
  return null;
}
