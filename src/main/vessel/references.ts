import { ContractFailure } from './contract-failure.ts';
import type { VesselStore } from './store/vessel-store.ts';

/**
 * Refuses a reference to a record that this node does not have. Null and undefined refer to nothing.
 * @throws ContractFailure `invalid_input`
 */
export function requireRecord(
  store: VesselStore,
  { entity, id, path, name }: { entity: string; id: string | null | undefined; path: string; name: string },
): void {
  if (id === null || id === undefined) return;
  const record = store.table(entity).get(id);
  if (record === null || record.deleted)
    throw new ContractFailure(
      'invalid_input',
      `There is no ${name} with this id on board. Nothing was saved.`,
      {
        details: [{ path, message: `No ${name} with this id` }],
      },
    );
}
