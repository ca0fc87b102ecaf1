import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { ShoreFailure } from '../failure.ts';
import type { RecordKey } from '../service.ts';
import { rowsOf, type Executor } from '../store/database.ts';

/**
 * Finds the vessel of a record that is asked for by its id.
 * @throws {ShoreFailure} `not_found`; `invalid_input` when two vessels have that id and none was named
 */
export async function findRecordVessel(
  executor: Executor,
  { entity, names }: Pick<RecordDeclaration, 'entity' | 'names'>,
  { id, vesselId }: RecordKey,
): Promise<{ vesselId: string; id: string }> {
  const name = names.one.toLowerCase();
  const ofVessel = vesselId === undefined ? sql`` : sql`and vessel_id = ${vesselId}`;
  const rows = await rowsOf(
    executor,
    sql`select vessel_id from ${sql.identifier(entity)} where id = ${id} and not deleted ${ofVessel} limit 2`,
    z.object({ vessel_id: z.string() }),
  );
  const [first, second] = rows;
  if (first === undefined) throw new ShoreFailure('not_found', `This ${name} is not there, or was deleted.`);
  if (second !== undefined)
    throw new ShoreFailure('invalid_input', `Several vessels have this ${name}. Name the vessel.`, {
      details: [{ path: 'vesselId', message: 'Needed here' }],
    });
  return { vesselId: first.vessel_id, id };
}
