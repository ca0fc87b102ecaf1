import type { RecordSpec } from '#shared/records/record.ts';
import { referencesIn } from '#shared/records/references.ts';
import { ShoreFailure } from '../failure.ts';
import type { RecordUnit } from '../record-and-publish.ts';

/**
 * Refuses values that point to records which the vessel does not have.
 * @throws ShoreFailure `invalid_input`
 */
export async function requireReferences(
  unit: RecordUnit,
  spec: Pick<RecordSpec, 'fields'>,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const { path, entity, id, name } of referencesIn(spec, values)) {
    const record = await unit.get(entity, id);
    if (record === null || record.deleted)
      throw new ShoreFailure('invalid_input', `There is no such ${name} on this vessel. Nothing was saved.`, {
        details: [{ path, message: `Not the id of a ${name} of this vessel` }],
      });
  }
}
