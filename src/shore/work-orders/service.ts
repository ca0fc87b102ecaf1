import { newWorkOrder, workOrderChanges } from '#shared/contract/work-orders.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { HistoryQueries } from '../history/queries.ts';
import type { WriteDependencies } from '../record-and-publish.ts';
import { parsed } from '../records/parsed.ts';
import { RecordWrites } from '../records/record-writes.ts';
import type { WorkOrderService } from '../service.ts';
import type { Executor } from '../store/database.ts';
import type { WorkOrderQueries } from './queries.ts';

/** Work orders for the office: written as every record is, and read with what their rows show of equipment and crew. */
export class WorkOrders implements WorkOrderService {
  readonly #queries: WorkOrderQueries;
  readonly #writes: RecordWrites;
  readonly #history: HistoryQueries;

  constructor(dependencies: WriteDependencies, executor: Executor, queries: WorkOrderQueries) {
    this.#queries = queries;
    this.#writes = new RecordWrites(dependencies, executor, workOrderSpec);
    this.#history = new HistoryQueries(executor, workOrderSpec);
  }

  list: WorkOrderService['list'] = (query) => this.#queries.list(query);
  get: WorkOrderService['get'] = (key) => this.#queries.get(key);
  delete: WorkOrderService['delete'] = (key, writer) => this.#writes.delete(key, writer);
  history: WorkOrderService['history'] = (key, query) => this.#history.of(key, query);

  create: WorkOrderService['create'] = async (vesselId, input, writer) => {
    const given = parsed(newWorkOrder, input);
    return this.#queries.written(await this.#writes.create(vesselId, given, writer));
  };

  patch: WorkOrderService['patch'] = async (key, input, writer, basis) => {
    const changes = parsed(workOrderChanges, input);
    return this.#queries.written(await this.#writes.patch(key, changes, writer, basis));
  };
}
