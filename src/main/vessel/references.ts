import { ContractFailure } from './contract-failure.ts';
import type { VesselStore } from './store/vessel-store.ts';

export interface Reference {
  /** The kind of record that is referred to, and what people call it. */
  entity: string;
  name: string;
  /** The input's field. */
  path: string;
}

/**
 * Refuses a reference to a record that this node does not have. Null and undefined refer to nothing.
 * @throws ContractFailure `invalid_input`
 */
export function requireRecord(
  store: VesselStore,
  id: string | null | undefined,
  { entity, path, name }: Reference,
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
