import type { ParsedInput } from '#shared/contract/index.ts';
import type { WorkOrderChanges } from '#shared/contract/work-orders.ts';
import {
  countOf,
  isWindowEnd,
  nextNumber,
  nextWithin,
  numbersUsedUp,
  windowsOf,
} from '#shared/records/work-order-number.ts';
import { orderChange } from '#shared/records/work-order-status.ts';
import { standingOrderFields, workOrderSpec, type WorkOrderFields } from '#shared/records/work-order.ts';
import { isoTime } from '#shared/iso-time.ts';
import type { Scalar } from '#shared/json.ts';
import { assertNotStale } from '../expected-versions.ts';
import { ContractFailure } from '../contract-failure.ts';
import { createAndPublish, recordAndPublish, type RecordUnit } from '../store/record-and-publish.ts';
import type { StoredRecord } from '../store/records/record-table.ts';
import type { Actor } from '../store/unit-of-work.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { requireReferences } from '../references.ts';
import type { WorkOrderQueries } from './queries.ts';

const { entity } = workOrderSpec;

/** The rules for raising, changing and closing work orders. */
export class WorkOrderService {
  readonly #store: VesselStore;
  readonly #queries: WorkOrderQueries;
  readonly #device: string;
  /** The number given last, so that it is looked up once and not for every order. */
  #given: { year: number; count: number } | null = null;

  constructor(store: VesselStore, queries: WorkOrderQueries, device: string) {
    // What comes from shore may be orders of this ship's own from before its computer was replaced.
    store.onCommitted(({ cause }) => {
      if (cause === 'shore') this.#given = null;
    });
    this.#store = store;
    this.#queries = queries;
    this.#device = device;
  }

  /** @returns the new order's id */
  create(input: ParsedInput<'workOrders.create'>, actor: Actor): string {
    const id = this.#store.recordIds.next();
    const valuesAt = (at: number): WorkOrderFields => {
      requireReferences(this.#store, workOrderSpec, input);
      const createdAt = isoTime(at);
      return {
        ...input,
        number: this.#nextNumber(Number(createdAt.slice(0, 4))),
        status: 'open',
        actualHours: null,
        completedAt: null,
        completedBy: null,
        createdAt,
        createdBy: actor.name,
      };
    };
    this.#orForget(() =>
      createAndPublish(this.#store, { actor, device: this.#device }, { entity, id, valuesAt }),
    );
    return id;
  }

  /** @throws ContractFailure `not_found`, `stale`, `not_allowed` (a status that may not follow) */
  update({ id, changes, basis }: ParsedInput<'workOrders.update'>, actor: Actor): void {
    this.#write(actor, (unit) => {
      const record = this.#existing(unit, id);
      assertNotStale(this.#store, workOrderSpec, { record, fields: Object.keys(changes), basis });
      requireReferences(this.#store, workOrderSpec, changes);
      unit.update(entity, id, withConsequences(standingOrderFields.parse(record.values), changes, unit));
    });
  }

  delete(id: string, actor: Actor): void {
    this.#write(actor, (unit) => {
      this.#existing(unit, id);
      unit.delete(entity, id);
    });
  }

  #write(actor: Actor, work: (unit: RecordUnit) => void): void {
    this.#orForget(() => recordAndPublish(this.#store, { actor, device: this.#device }, work));
  }

  /** A number that was given and not written is given again. */
  #orForget(write: () => void): void {
    try {
      write();
    } catch (cause) {
      this.#given = null;
      throw cause;
    }
  }

  #nextNumber(year: number): string {
    const number =
      this.#given?.year === year && !isWindowEnd(this.#given.count)
        ? nextNumber(year, 'vessel', this.#given.count).number
        : this.#lookUpNumber(year);
    this.#given = { year, count: countOf(number) };
    return number;
  }

  #lookUpNumber(year: number): string {
    for (const window of windowsOf(year, 'vessel')) {
      const next = nextWithin(window, this.#queries.highestNumber(window));
      if (next !== null) return next;
    }
    throw new ContractFailure('not_allowed', numbersUsedUp(year));
  }

  #existing(unit: RecordUnit, id: string): StoredRecord {
    const record = unit.get(entity, id);
    if (record === null || record.deleted)
      throw new ContractFailure('not_found', 'This work order is not there, or was deleted.');
    return record;
  }
}

/** @throws ContractFailure `not_allowed` for a status that may not follow */
function withConsequences(
  { status }: Pick<WorkOrderFields, 'status'>,
  changes: WorkOrderChanges,
  { at, actor }: Pick<RecordUnit, 'at' | 'actor'>,
): Record<string, Scalar> {
  const change = orderChange(status, changes, { at: new Date(at).toISOString(), by: actor.name });
  if ('refused' in change) throw new ContractFailure('not_allowed', change.refused);
  return change.written;
}
