import { and, eq } from 'drizzle-orm';
import { ShoreFailure } from '../failure.ts';
import type { RecordKey } from '../service.ts';
import type { Executor } from '../store/database.ts';
import type { attachment, equipment, workOrder } from '../store/schema.ts';

/**
 * Finds the vessel of a record that is asked for by its id.
 * @param name what to call the record in a refusal
 * @throws {ShoreFailure} `not_found`; `invalid_input` when two vessels have that id and none was named
 */
export async function findRecordVessel(
  executor: Executor,
  table: typeof workOrder | typeof equipment | typeof attachment,
  { id, vesselId }: RecordKey,
  name: string,
): Promise<{ vesselId: string; id: string }> {
  const rows = await executor
    .select({ vesselId: table.vesselId })
    .from(table)
    .where(
      and(
        eq(table.id, id),
        eq(table.deleted, false),
        ...(vesselId === undefined ? [] : [eq(table.vesselId, vesselId)]),
      ),
    )
    .limit(2);
  const [first, second] = rows;
  if (first === undefined) throw new ShoreFailure('not_found', `This ${name} is not there, or was deleted.`);
  if (second !== undefined)
    throw new ShoreFailure('invalid_input', `Several vessels have this ${name}. Name the vessel.`, {
      details: [{ path: 'vesselId', message: 'Needed here' }],
    });
  return { vesselId: first.vesselId, id };
}
