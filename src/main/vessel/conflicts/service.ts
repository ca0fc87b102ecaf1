import type { ConflictDecision } from '#shared/contract/conflicts.ts';
import { conflictVersion } from '#shared/contract/open-conflict.ts';
import { inForceNow, notSettled, otherValuesStand } from '#shared/contract/refusals.ts';
import { conflictResolution } from '#shared/sync/resolve-conflict.ts';
import { ContractFailure, refused } from '../contract-failure.ts';
import { requireReferences } from '../references.ts';
import type { StoredConflict } from '../store/records/conflicts.ts';
import { recordAndPublish } from '../store/record-and-publish.ts';
import type { Actor } from '../store/unit-of-work.ts';
import type { VesselStore } from '../store/vessel-store.ts';

/** Lets a person decide between values that stand against each other. */
export class ConflictService {
  readonly #store: VesselStore;
  readonly #device: string;

  constructor(store: VesselStore, device: string) {
    this.#store = store;
    this.#device = device;
  }

  /**
   * Writes the decision as a change that names the field, also when the value taken is the one in force: whoever
   * gets it knows that its writer had seen all values, and the conflict is settled there too.
   * @throws ContractFailure `not_found`; `stale` when it is settled already or other values stand there by now;
   * `invalid_input` for a typed value that breaks a rule
   */
  settle(id: number, { take, version }: ConflictDecision, actor: Actor): void {
    const store = this.#store;
    recordAndPublish(store, { actor, device: this.#device }, (unit) => {
      const conflict = store.conflicts.get(id);
      if (conflict === null) throw new ContractFailure('not_found', 'There is no such conflict on board.');
      checkStillOpen(conflict, version);
      const { entity, recordId, field } = conflict;
      const { spec } = store.table(entity);
      const resolution = conflictResolution(spec, { field, values: conflict.heads }, take, {
        at: new Date(unit.at).toISOString(),
        by: actor.name,
      });
      if (!resolution.ok) throw refused(notSettled(field, resolution.reason));
      if (resolution.isTyped) requireReferences(store, spec, resolution.values);
      unit.affirm(entity, recordId, resolution.values);
    });
  }
}

function checkStillOpen(conflict: StoredConflict, version: string): void {
  const { field, settlement, heads } = conflict;
  if (settlement !== null) {
    const { value, deleted, by, at } = settlement;
    const what = deleted ? 'deleted the record' : 'settled this';
    throw new ContractFailure('stale', `${by} ${what} meanwhile. Nothing was changed.`, {
      details: [inForceNow(field, value, { by, at })],
    });
  }
  if (conflictVersion(heads) === version) return;
  const [inForce] = heads;
  throw refused(otherValuesStand(field, inForce?.value, inForce ?? null));
}
