import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import { isNumbered } from '#shared/records/numbered.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { linesOf, mostLines, noRoomText, parentNamed } from '#shared/records/lines.ts';
import { beginRecord, givenValues } from '#shared/records/new-record.ts';
import { changeAsked } from '#shared/records/record.ts';
import { plausibleNumbers } from '#shared/records/record-number.ts';
import { columnOf, type FieldValues } from '#shared/records/record.ts';
import { referencesIn } from '#shared/records/references.ts';
import { RecordIds } from '#shared/record-ids.ts';
import { ShoreFailure } from '../failure.ts';
import {
  recordAndPublish,
  type RecordInUnit,
  type RecordUnit,
  type WriteDependencies,
} from '../record-and-publish.ts';
import type { RecordKey, Writer } from '../service.ts';
import { rowsOf, type Executor } from '../store/database.ts';
import type { RecordRef, Values } from '../store/shore-store.ts';
import { judgeBeside } from './beside.ts';
import { assertNotStale } from './expected-versions.ts';
import { findRecordVessel } from './find-record-vessel.ts';
import { nextOfficeNumber } from './next-number.ts';
import { notThere } from './record-queries.ts';
import { requireReferences } from './references.ts';

interface Found {
  vesselId: string;
  id: string;
}

/** Creates, changes and deletes the records of one kind for the office, as its declaration says. */
export class RecordWrites {
  readonly #dependencies: WriteDependencies;
  readonly #executor: Executor;
  readonly #spec: RecordDeclaration;
  readonly #recordIds: RecordIds;

  constructor(dependencies: WriteDependencies, executor: Executor, spec: RecordDeclaration) {
    this.#dependencies = dependencies;
    this.#executor = executor;
    this.#spec = spec;
    this.#recordIds = new RecordIds(dependencies.environment);
  }

  /**
   * @param given fields that a person may give, checked
   * @param isConfirmed the writer stands by what is seldom meant so
   * @throws {ShoreFailure} `not_found`, `invalid_input`, `not_allowed`, `needs_confirmation`
   */
  async create(
    vesselId: string,
    given: Readonly<Record<string, unknown>>,
    writer: Writer,
    isConfirmed = false,
  ): Promise<Found> {
    const spec = this.#spec;
    const { entity } = spec;
    const id = this.#recordIds.next();
    const work = async (unit: RecordUnit): Promise<void> => {
      await requireReferences(unit, spec, given);
      await requireRoom(unit, spec, given, null);
      const at = new Date(unit.at).toISOString();
      const writing = { at, by: writer.actorName };
      const values = beginRecord(spec, given, writing);
      await judgeBeside(unit, spec, { id, values }, { ...writing, isConfirmed });
      if (isNumbered(spec)) {
        const { field, prefix } = spec.number;
        values[field] = await nextOfficeNumber(unit, { prefix, year: Number(at.slice(0, 4)) });
      }
      await unit.create(entity, id, values);
    };
    const year = new Date(this.#dependencies.environment.now()).getUTCFullYear();
    await recordAndPublish(this.#dependencies, vesselId, writer, work, {
      records: [{ entity, recordId: id }, ...this.#referredTo(given)],
      ...(isNumbered(spec) ? { numbers: plausibleNumbers(spec.number.prefix, year, 'shore') } : {}),
    });
    return { vesselId, id };
  }

  /** @throws {ShoreFailure} `not_found`, `stale`, `invalid_input`, `not_allowed` (the kind's rule) */
  async patch(
    key: RecordKey,
    changes: Readonly<Record<string, unknown>>,
    writer: Writer,
    basis?: ExpectedVersions,
  ): Promise<Found> {
    const spec = this.#spec;
    const found = await findRecordVessel(this.#executor, spec, key);
    const { id } = found;
    const work = async (unit: RecordUnit): Promise<void> => {
      const record = await this.#existing(unit, id);
      await assertNotStale(unit, spec, record, Object.keys(changes), basis);
      await requireReferences(unit, spec, changes);
      await requireRoom(unit, spec, changes, record.values);
      const change = changeAsked(spec, record.values, givenValues(changes), {
        at: new Date(unit.at).toISOString(),
        by: unit.writer.actorName,
      });
      if ('refused' in change) throw new ShoreFailure('not_allowed', change.refused);
      await unit.update(spec.entity, id, change.written);
    };
    await recordAndPublish(this.#dependencies, found.vesselId, writer, work, {
      records: [{ entity: spec.entity, recordId: id }, ...this.#referredTo(changes)],
    });
    return found;
  }

  /** Its lines go with it. */
  async delete(key: RecordKey, writer: Writer): Promise<Found> {
    const { entity } = this.#spec;
    const found = await findRecordVessel(this.#executor, this.#spec, key);
    const lines = await this.#linesOf(found);
    const work = async (unit: RecordUnit): Promise<void> => {
      await this.#existing(unit, found.id);
      // Asked again: somebody may have entered one since.
      for (const line of linesOf(entity))
        for (const { id } of await unit.having(line.entity, line.parent, found.id))
          await unit.delete(line.entity, id);
      await unit.delete(entity, found.id);
    };
    await recordAndPublish(this.#dependencies, found.vesselId, writer, work, {
      records: [{ entity, recordId: found.id }, ...lines],
    });
    return found;
  }

  /** What will most likely go with it, so that it is read at once. */
  async #linesOf({ vesselId, id }: Found): Promise<RecordRef[]> {
    const found = await Promise.all(
      linesOf(this.#spec.entity).map(async ({ entity, parent }) => {
        const rows = await rowsOf(
          this.#executor,
          sql`select id from ${sql.identifier(entity)}
              where vessel_id = ${vesselId} and ${sql.identifier(columnOf(parent))} = ${id} and not deleted`,
          z.object({ id: z.string() }),
        );
        return rows.map((row) => ({ entity, recordId: row.id }));
      }),
    );
    return found.flat();
  }

  #referredTo(values: Readonly<Record<string, unknown>>): RecordRef[] {
    return referencesIn(this.#spec, values).map(({ entity, id }) => ({ entity, recordId: id }));
  }

  async #existing(unit: RecordUnit, id: string): Promise<RecordInUnit & { values: Values }> {
    const record = await unit.get(this.#spec.entity, id);
    if (record === null || record.deleted || record.values === null) throw notThere(this.#spec);
    return { ...record, values: record.values };
  }
}

/** Refuses a line more than a record may have, be it new or moved there. */
async function requireRoom(
  unit: RecordUnit,
  spec: RecordDeclaration,
  values: Readonly<Record<string, unknown>>,
  before: FieldValues | null,
): Promise<void> {
  const parent = parentNamed(spec, values);
  if (parent === null || before?.[parent.field] === parent.id) return;
  if ((await unit.having(spec.entity, parent.field, parent.id)).length >= mostLines)
    throw new ShoreFailure('not_allowed', noRoomText(spec));
}
