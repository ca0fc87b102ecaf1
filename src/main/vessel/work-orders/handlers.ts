import type { Handlers } from '../handlers.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import type { RecordService } from '../records/record-service.ts';
import type { WorkOrderQueries } from './queries.ts';
import { shipsDay } from '#shared/domain/ships-day.ts';

type Names =
  | 'workOrders.list'
  | 'workOrders.counts'
  | 'workOrders.get'
  | 'workOrders.create'
  | 'workOrders.update'
  | 'workOrders.delete';

export function workOrderHandlers(
  store: VesselStore,
  { service, queries, timeZone }: { service: RecordService; queries: WorkOrderQueries; timeZone: string },
): Pick<Handlers, Names> {
  const existing = (id: string): WorkOrder => {
    const found = queries.get(id);
    if (found === null)
      throw new ContractFailure('not_found', 'This work order is not there, or was deleted.');
    return found;
  };
  return {
    'workOrders.list': (input) => queries.list(input),
    'workOrders.counts': () => queries.counts(shipsDay(store.environment.now(), timeZone)),
    'workOrders.get': ({ id }) => existing(id),
    'workOrders.create': (input, { actor }) => existing(service.create(input, actor)),
    'workOrders.update': (input, { actor }) => {
      service.update(input, actor);
      return existing(input.id);
    },
    'workOrders.delete': ({ id }, { actor }) => {
      service.delete(id, actor);
      return { id };
    },
  };
}
