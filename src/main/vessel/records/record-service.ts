import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import { isoTime } from '#shared/iso-time.ts';
import type { Scalar } from '#shared/json.ts';
import { isNumbered } from '#shared/records/numbered.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { linesOf, mostLines, noRoomText, parentNamed } from '#shared/records/lines.ts';
import { beginRecord, givenValues } from '#shared/records/new-record.ts';
import { changeAsked, type FieldValues } from '#shared/records/record.ts';
import { ContractFailure } from '../contract-failure.ts';
import { assertNotStale } from '../expected-versions.ts';
import { requireReferences } from '../references.ts';
import { judgeBeside } from './beside.ts';
import { createAndPublish, recordAndPublish, type RecordUnit } from '../store/record-and-publish.ts';
import type { StoredRecord } from '../store/records/record-table.ts';
import type { Actor } from '../store/unit-of-work.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { RecordNumbers } from './record-number.ts';

/** Creates, changes and deletes the records of one kind on board, as its declaration says. */
export class RecordService {
  readonly #store: VesselStore;
  readonly #spec: RecordDeclaration;
  readonly #device: string;
  readonly #numbers: RecordNumbers | null;

  constructor(store: VesselStore, spec: RecordDeclaration, device: string) {
    this.#store = store;
    this.#spec = spec;
    this.#device = device;
    this.#numbers = isNumbered(spec) ? new RecordNumbers(store, spec) : null;
  }

  /**
   * @param given fields that a person may give, checked
   * @param isConfirmed the writer stands by what is seldom meant so
   * @returns the new record's id
   * @throws ContractFailure `invalid_input` for an id that no record has, `needs_confirmation`
   */
  create(given: Readonly<Record<string, unknown>>, actor: Actor, isConfirmed = false): string {
    const { entity } = this.#spec;
    const id = this.#store.recordIds.next();
    const valuesAt = (at: number): Record<string, Scalar> => {
      requireReferences(this.#store, this.#spec, given);
      this.#requireRoom(given, null);
      const createdAt = isoTime(at);
      const writing = { at: createdAt, by: actor.name };
      const values = beginRecord(this.#spec, given, writing);
      judgeBeside(this.#store, this.#spec, { id, values }, { ...writing, isConfirmed });
      if (this.#numbers !== null && this.#spec.number !== undefined)
        values[this.#spec.number.field] = this.#numbers.next(Number(createdAt.slice(0, 4)));
      return values;
    };
    this.#orForget(() =>
      createAndPublish(this.#store, { actor, device: this.#device }, { entity, id, valuesAt }),
    );
    return id;
  }

  /** @throws ContractFailure `not_found`, `stale`, `invalid_input`, `not_allowed` (the kind's rule) */
  update(
    {
      id,
      changes,
      basis,
    }: { id: string; changes: Readonly<Record<string, unknown>>; basis?: ExpectedVersions | undefined },
    actor: Actor,
  ): void {
    const spec = this.#spec;
    recordAndPublish(this.#store, { actor, device: this.#device }, (unit) => {
      const record = this.#existing(unit, id);
      assertNotStale(this.#store, spec, { record, fields: Object.keys(changes), basis });
      requireReferences(this.#store, spec, changes);
      this.#requireRoom(changes, record.values);
      const change = changeAsked(spec, record.values, givenValues(changes), {
        at: new Date(unit.at).toISOString(),
        by: actor.name,
      });
      if ('refused' in change) throw new ContractFailure('not_allowed', change.refused);
      unit.update(spec.entity, id, change.written);
    });
  }

  /** Its lines go with it. */
  delete(id: string, actor: Actor): void {
    recordAndPublish(this.#store, { actor, device: this.#device }, (unit) => {
      this.#existing(unit, id);
      for (const { entity, parent } of linesOf(this.#spec.entity))
        for (const line of this.#store.table(entity).idsWhere(parent, id)) unit.delete(entity, line);
      unit.delete(this.#spec.entity, id);
    });
  }

  /** Refuses a line more than a record may have, be it new or moved there. */
  #requireRoom(values: Readonly<Record<string, unknown>>, before: FieldValues | null): void {
    const parent = parentNamed(this.#spec, values);
    if (parent === null || before?.[parent.field] === parent.id) return;
    if (this.#store.table(this.#spec.entity).idsWhere(parent.field, parent.id).length >= mostLines)
      throw new ContractFailure('not_allowed', noRoomText(this.#spec));
  }

  /** A number that was given and not written is given again. */
  #orForget(write: () => void): void {
    try {
      write();
    } catch (cause) {
      this.#numbers?.forget();
      throw cause;
    }
  }

  #existing(unit: RecordUnit, id: string): StoredRecord {
    const record = unit.get(this.#spec.entity, id);
    if (record === null || record.deleted) throw notThere(this.#spec);
    return record;
  }
}

export function notThere({ names }: Pick<RecordDeclaration, 'names'>): ContractFailure {
  return new ContractFailure('not_found', `This ${names.one.toLowerCase()} is not there, or was deleted.`);
}
