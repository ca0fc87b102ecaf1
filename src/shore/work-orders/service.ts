import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import {
  newWorkOrder,
  workOrderChanges,
  type NewWorkOrder,
  type WorkOrderChanges,
} from '#shared/contract/work-orders.ts';
import { referencesIn } from '#shared/records/references.ts';
import { plausibleNumbers } from '#shared/records/work-order-number.ts';
import { orderChange } from '#shared/records/work-order-status.ts';
import { workOrderFields, workOrderSpec, type WorkOrderFields } from '#shared/records/work-order.ts';
import { RecordIds } from '#shared/record-ids.ts';
import { ShoreFailure } from '../failure.ts';
import { HistoryQueries } from '../history/queries.ts';
import {
  recordAndPublish,
  type RecordInUnit,
  type RecordUnit,
  type WriteDependencies,
} from '../record-and-publish.ts';
import { assertNotStale } from '../records/expected-versions.ts';
import { parsed } from '../records/parsed.ts';
import { requireReferences } from '../records/references.ts';
import { findRecordVessel } from '../records/find-record-vessel.ts';
import type { RecordKey, ShoreWorkOrder, WorkOrderService, Writer } from '../service.ts';
import type { Executor } from '../store/database.ts';
import { workOrder } from '../store/schema.ts';
import type { RecordRef, Values } from '../store/shore-store.ts';
import { nextOfficeNumber } from './next-number.ts';
import type { WorkOrderQueries } from './queries.ts';

const { entity } = workOrderSpec;

/** The office's rules for raising, changing and closing work orders. */
export class WorkOrders implements WorkOrderService {
  readonly #dependencies: WriteDependencies;
  readonly #executor: Executor;
  readonly #queries: WorkOrderQueries;
  readonly #history: HistoryQueries;
  readonly #recordIds: RecordIds;

  constructor(dependencies: WriteDependencies, executor: Executor, queries: WorkOrderQueries) {
    this.#dependencies = dependencies;
    this.#executor = executor;
    this.#queries = queries;
    this.#history = new HistoryQueries(executor);
    this.#recordIds = new RecordIds(dependencies.environment);
  }

  list: WorkOrderService['list'] = (query) => this.#queries.list(query);
  get: WorkOrderService['get'] = (key) => this.#queries.get(key);
  history: WorkOrderService['history'] = (key, query) => this.#history.ofWorkOrder(key, query);

  async create(vesselId: string, input: NewWorkOrder, writer: Writer): Promise<ShoreWorkOrder> {
    const given = parsed(newWorkOrder, input);
    const id = this.#recordIds.next();
    const work = async (unit: RecordUnit): Promise<void> => {
      await requireReferences(unit, workOrderSpec, given);
      const createdAt = new Date(unit.at).toISOString();
      const values: WorkOrderFields = {
        ...given,
        number: await nextOfficeNumber(unit, Number(createdAt.slice(0, 4))),
        status: 'open',
        actualHours: null,
        completedAt: null,
        completedBy: null,
        createdAt,
        createdBy: writer.actorName,
      };
      await unit.create(entity, id, values);
    };
    await recordAndPublish(this.#dependencies, vesselId, writer, work, {
      records: [{ entity, recordId: id }, ...recordsReferredTo(given)],
      numbers: plausibleNumbers(new Date(this.#dependencies.environment.now()).getUTCFullYear(), 'shore'),
    });
    return this.#queries.written({ vesselId, id });
  }

  async patch(
    key: RecordKey,
    input: WorkOrderChanges,
    writer: Writer,
    basis?: ExpectedVersions,
  ): Promise<ShoreWorkOrder> {
    const changes = parsed(workOrderChanges, input);
    const found = await findRecordVessel(this.#executor, workOrder, key, 'work order');
    const { id } = found;
    const work = async (unit: RecordUnit): Promise<void> => {
      const record = await existing(unit, id);
      await assertNotStale(unit, workOrderSpec, record, Object.keys(changes), basis);
      await requireReferences(unit, workOrderSpec, changes);
      await unit.update(entity, id, withConsequences(record.values, changes, unit));
    };
    await recordAndPublish(this.#dependencies, found.vesselId, writer, work, {
      records: [{ entity, recordId: id }, ...recordsReferredTo(changes)],
    });
    return this.#queries.written(found);
  }

  async delete(key: RecordKey, writer: Writer): Promise<{ vesselId: string; id: string }> {
    const found = await findRecordVessel(this.#executor, workOrder, key, 'work order');
    const work = async (unit: RecordUnit): Promise<void> => {
      await existing(unit, found.id);
      await unit.delete(entity, found.id);
    };
    await recordAndPublish(this.#dependencies, found.vesselId, writer, work, {
      records: [{ entity, recordId: found.id }],
    });
    return found;
  }
}

const recordsReferredTo = (values: object): RecordRef[] =>
  referencesIn(workOrderSpec, { ...values }).map(({ entity: kind, id }) => ({ entity: kind, recordId: id }));

async function existing(unit: RecordUnit, id: string): Promise<RecordInUnit & { values: Values }> {
  const record = await unit.get(entity, id);
  if (record === null || record.deleted || record.values === null)
    throw new ShoreFailure('not_found', 'This work order is not there, or was deleted.');
  return { ...record, values: record.values };
}

/** @throws ShoreFailure `not_allowed` for a status that may not follow */
function withConsequences(current: Values, changes: WorkOrderChanges, { at, writer }: RecordUnit): Values {
  const change = orderChange(workOrderFields.shape.status.parse(current['status']), changes, {
    at: new Date(at).toISOString(),
    by: writer.actorName,
  });
  if ('refused' in change) throw new ShoreFailure('not_allowed', change.refused);
  return change.written;
}
