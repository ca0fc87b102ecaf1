import type { Equipment } from '#shared/contract/equipment.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { Handlers } from '../handlers.ts';
import type { RecordService } from '../records/record-service.ts';
import type { EquipmentQueries } from './queries.ts';

type Names = 'equipment.list' | 'equipment.get' | 'equipment.create' | 'equipment.update';

export function equipmentHandlers(service: RecordService, queries: EquipmentQueries): Pick<Handlers, Names> {
  const existing = (id: string): Equipment => {
    const found = queries.get(id);
    if (found === null)
      throw new ContractFailure('not_found', 'This equipment is not there, or was deleted.');
    return found;
  };
  return {
    'equipment.list': (input) => queries.list(input),
    'equipment.get': ({ id }) => existing(id),
    'equipment.create': (input, { actor }) => existing(service.create(input, actor)),
    'equipment.update': (input, { actor }) => {
      service.update(input, actor);
      return existing(input.id);
    },
  };
}
