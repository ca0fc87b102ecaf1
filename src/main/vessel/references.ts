import type { RecordSpec } from '#shared/records/record.ts';
import { referencesIn } from '#shared/records/references.ts';
import { ContractFailure } from './contract-failure.ts';
import type { VesselStore } from './store/vessel-store.ts';

/**
 * Refuses values that point to records which this node does not have.
 * @throws ContractFailure `invalid_input`
 */
export function requireReferences(
  store: VesselStore,
  spec: Pick<RecordSpec, 'fields'>,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const { path, entity, id, name } of referencesIn(spec, values)) {
    const record = store.table(entity).get(id);
    if (record === null || record.deleted)
      throw new ContractFailure(
        'invalid_input',
        `There is no ${name} with this id on board. Nothing was saved.`,
        { details: [{ path, message: `No ${name} with this id` }] },
      );
  }
}
