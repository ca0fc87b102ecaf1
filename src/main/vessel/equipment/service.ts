import type { ParsedInput } from '#shared/contract/index.ts';
import { equipmentFields, equipmentSpec } from '#shared/records/equipment.ts';
import type { Scalar } from '#shared/json.ts';
import { assertNotStale } from '../expected-versions.ts';
import { ContractFailure } from '../contract-failure.ts';
import { createAndPublish, recordAndPublish } from '../store/record-and-publish.ts';
import type { Actor } from '../store/unit-of-work.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const { entity } = equipmentSpec;

/** The rules for equipment and its running hours. */
export class EquipmentService {
  readonly #store: VesselStore;
  readonly #device: string;

  constructor(store: VesselStore, device: string) {
    this.#store = store;
    this.#device = device;
  }

  /** @returns the new item's id */
  create(input: ParsedInput<'equipment.create'>, actor: Actor): string {
    const id = this.#store.recordIds.next();
    createAndPublish(this.#store, { actor, device: this.#device }, { entity, id, valuesAt: () => input });
    return id;
  }

  /** @throws ContractFailure `not_found`, `stale`, `not_allowed` (running hours that would go back) */
  update({ id, changes, basis }: ParsedInput<'equipment.update'>, actor: Actor): void {
    recordAndPublish(this.#store, { actor, device: this.#device }, (unit) => {
      const record = unit.get(entity, id);
      if (record === null || record.deleted)
        throw new ContractFailure('not_found', 'This equipment is not there, or was deleted.');
      assertNotStale(this.#store, equipmentSpec, { record, fields: Object.keys(changes), basis });
      checkRunningHours(equipmentFields.parse(record.values).runningHours, changes.runningHours);
      const written: Record<string, Scalar> = {};
      for (const [name, value] of Object.entries(changes)) if (value !== undefined) written[name] = value;
      unit.update(entity, id, written);
    });
  }
}

function checkRunningHours(current: number | null, next: number | null | undefined): void {
  if (current === null || next === null || next === undefined || next >= current) return;
  throw new ContractFailure(
    'not_allowed',
    `Running hours only grow: the meter stands at ${current} h, ${next} h was given. Nothing was saved.`,
  );
}
