import type { Statement } from 'better-sqlite3';
import { laneOf, type Lane, type RecordSpec } from '#shared/records/record.ts';
import { isVersioned, versionOf } from '#shared/records/record-version.ts';
import type { Scalar } from '#shared/json.ts';
import { chainText } from '#shared/sync/chain.ts';
import { canonicalText, stampOf, type Change, type Operation } from '#shared/sync/change.ts';
import { latestApplied, timeAfter } from '#shared/sync/clock.ts';
import { afterOwnChange, latestTimeIn } from '#shared/sync/record-state-json.ts';
import { tooLate } from '#shared/sync/validity.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';
import { ContractFailure } from '../../contract-failure.ts';
import type { WritableDatabase } from '../database.ts';
import type { Journal } from './journal.ts';
import { NewRecordStatement } from './new-record.ts';
import type { Outbox } from './outbox.ts';
import { platformHash } from './platform-hash.ts';
import {
  requireStorable,
  type RecordTable,
  type StoredRecord,
  type Values,
} from '../records/record-table.ts';
import type { ColumnValue, Fact, WriteUnit } from '../unit-of-work.ts';

/**
 * Journals what this node's people write: for every record that is new, and for every fact that a trigger saw, the entry
 * in the journal, chained to the one before, and the record's field versions. An urgent change takes along what of its
 * record waits in other lanes.
 */
export class OwnChanges {
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #seenBy: (entity: string, recordId: string) => CausalContext;

  constructor(
    connection: WritableDatabase,
    {
      tables,
      journal,
      outbox,
      seenBy,
    }: {
      tables: ReadonlyMap<string, RecordTable>;
      journal: Journal;
      outbox: Outbox;
      /** What somebody who writes a record has before them. */
      seenBy: (entity: string, recordId: string) => CausalContext;
    },
  ) {
    this.#journal = journal;
    this.#outbox = outbox;
    this.#seenBy = seenBy;
    this.#kinds = new Map([...tables].map(([entity, { spec }]) => [entity, kindOf(connection, spec)]));
  }

  /**
   * Writes down what the triggers saw within `unit`, in their order.
   * @param affirmed fields of a record that its last change names whether or not they differ
   */
  write(unit: WriteUnit, facts: readonly Fact[], affirmed: Affirmed | null = null): void {
    /** Versions that the unit has set since the triggers looked. */
    const latest = new Map<string, string>();
    const place =
      affirmed === null ? -1 : facts.findLastIndex(({ recordId }) => recordId === affirmed.recordId);
    for (const [index, fact] of facts.entries()) {
      const named = index === place && affirmed !== null ? affirmed.fields : none;
      this.#write(unit, fact, { latest, named });
    }
    if (affirmed !== null && place === -1)
      this.#write(unit, unchanged(affirmed), { latest, named: affirmed.fields });
  }

  /**
   * Writes down a record that is new, and then its row.
   * @throws for values that `table` refuses or that shore could not hold
   */
  create(unit: WriteUnit, table: RecordTable, recordId: string, values: Values): void {
    const { change, versions } = this.#creation(unit, this.#kind(table.spec.entity), recordId, values);
    const { at, actor } = unit;
    const entry = this.#enter(unit, change, { before: null, known: '' });
    const record = { values, deleted: false, updatedAt: at, updatedBy: actor.name, versions };
    table.insert(recordId, record, entry);
  }

  /**
   * The same in one statement, for a unit that does nothing else.
   * @param base what `entry` of this node's changes begins at (`journal.ts`)
   */
  createAlone(
    unit: WriteUnit,
    base: number,
    { entity, id, values }: { entity: string; id: string; values: Values },
  ): void {
    const kind = this.#kind(entity);
    const { change, versions } = this.#creation(unit, kind, id, values);
    const fields = this.#chain(unit, change);
    const entry = base + change.number;
    kind.newRecord.run(change, { entry, fields, hash: unit.hash, versions, values });
    unit.written.push(change);
  }

  #creation(
    unit: WriteUnit,
    kind: Kind,
    recordId: string,
    values: Values,
  ): { change: Change; versions: string } {
    // As `fieldsOfCreate` names them, in one go and in order.
    const fields: Record<string, Scalar> = {};
    for (const { name, initial } of kind.fields) {
      const value = values[name];
      if (value !== undefined && (initial === undefined || value !== initial)) fields[name] = value;
    }
    const lane = unit.lane ?? laneOf(kind.spec, values);
    const change = this.#change(unit, kind, { recordId, operation: 'create', fields, lane, time: unit.time });
    return { change, versions: afterOwnChange('', stampOf(change), { operation: 'create', fields: [] }) };
  }

  #write(
    unit: WriteUnit,
    fact: Fact,
    { latest, named }: { latest: Map<string, string>; named: readonly string[] },
  ): void {
    const { recordId } = fact;
    const kind = this.#kind(fact.entity);
    const { before, ...changed } = changeIn(kind, fact, named);
    const known = latest.get(recordId) ?? fact.versionsBefore;
    const time = timeAfter(unit.time, latestTimeIn(known));
    if (time > latestApplied('vessel'))
      throw new ContractFailure(
        'not_allowed',
        `Nothing was saved: ${tooLate} on board; the office still can.`,
      );
    const lane = unit.lane ?? changed.lane;
    const change = this.#change(unit, kind, { ...changed, lane, recordId, time });
    this.#enter(unit, change, { before, known });
    const { operation } = change;
    const state = afterOwnChange(known, stampOf(change), { operation, fields: Object.keys(change.fields) });
    if (state !== fact.versions || latest.has(recordId))
      kind.setVersions.run(state, unit.at, unit.actor.name, recordId);
    latest.set(recordId, state);
  }

  /**
   * The change as the journal's next entry.
   * @param known the record's field versions before
   * @returns its place in the journal
   */
  #enter(
    unit: WriteUnit,
    change: Change,
    { before, known }: { before: Record<string, Scalar> | null; known: string },
  ): number {
    const fields = this.#chain(unit, change);
    const entry = this.#journal.addOwn(change, { fields, before, hash: unit.hash });
    if (change.lane === 'urgent') {
      const promoted = this.#outbox.promote(change, known);
      if (promoted !== null) unit.promoted = Math.min(unit.promoted ?? promoted, promoted);
    }
    unit.written.push(change);
    return entry;
  }

  /** Chains the change to those before it. @returns its fields as JSON */
  #chain(unit: WriteUnit, change: Change): string {
    // Named in order, as `canonicalFields` would: `kindOf` has sorted them once and for all.
    const fields = JSON.stringify(change.fields);
    if (fields.includes(escaped)) requireStorable(change.entity, change.fields);
    unit.hash = chainText(unit.hash, canonicalText(change, fields), platformHash);
    unit.last = change.number;
    return fields;
  }

  #change(
    unit: WriteUnit,
    { spec, isVersioned, version }: Kind,
    {
      recordId,
      operation,
      fields,
      lane,
      time,
    }: Pick<Change, 'recordId' | 'operation' | 'fields' | 'lane' | 'time'>,
  ): Change {
    const { entity } = spec;
    return {
      origin: unit.origin,
      number: unit.last + 1,
      time,
      at: unit.at,
      seen: this.#seenBy(entity, recordId),
      entity,
      recordId,
      operation,
      fields,
      actorId: unit.actor.id,
      actorName: unit.actor.name,
      device: unit.device,
      lane,
      version: isVersioned ? versionOf(spec, fields) : version,
    };
  }

  #kind(entity: string): Kind {
    const kind = this.#kinds.get(entity);
    if (kind === undefined) throw new Error(`There is no kind of record called '${entity}'`);
    return kind;
  }
}

/** Fields that a change names though they may be as they were: the choice of the value in force. */
export interface Affirmed {
  entity: string;
  recordId: string;
  fields: readonly string[];
  /** The record before the change. */
  stored: StoredRecord;
}

const none: readonly string[] = [];

/** How JSON begins what cannot be stored: a NUL, half of a surrogate pair. */
const escaped = String.raw`\u`;

/** What is needed of a kind of record to journal its rows. */
interface Kind {
  spec: RecordSpec;
  /** By name; `place` is the field's among the columns that a trigger hands over. */
  fields: readonly { name: string; isBoolean: boolean; place: number; initial: Scalar | undefined }[];
  /** Whether a change's version depends on what it names; `version` is that of all of them where not. */
  isVersioned: boolean;
  version: number;
  setVersions: Statement;
  newRecord: NewRecordStatement;
}

function kindOf(connection: WritableDatabase, spec: RecordSpec): Kind {
  return {
    spec,
    fields: Object.entries(spec.fields)
      .map(([name, { kind, initial }], place) => ({ name, isBoolean: kind === 'boolean', place, initial }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    isVersioned: isVersioned(spec),
    version: versionOf(spec, {}),
    setVersions: connection.prepare(
      // A statement that went round the program's own has told nobody who changed the row, and when.
      `UPDATE ${spec.entity} SET versions = ?, updated_at = ?, updated_by = ? WHERE id = ?`,
    ),
    newRecord: new NewRecordStatement(connection, spec),
  };
}

interface ChangeInFact {
  operation: Operation;
  /** The fields that changed, as they are and as they were. */
  fields: Record<string, Scalar>;
  before: Record<string, Scalar>;
  lane: Lane;
}

/** The fact of a record whose columns stay as they are. */
function unchanged({ entity, recordId, stored }: Affirmed): Fact {
  const columns = Object.values(stored.values).map((value) =>
    typeof value === 'boolean' ? Number(value) : value,
  );
  const { deleted, versions } = stored;
  return {
    entity,
    recordId,
    wasDeleted: deleted,
    deleted,
    versionsBefore: versions,
    versions,
    columns: [...columns, ...columns],
  };
}

function changeIn(
  { spec, fields: all }: Kind,
  { wasDeleted, deleted, columns }: Fact,
  named: readonly string[],
): ChangeInFact {
  const fields: Record<string, Scalar> = {};
  const before: Record<string, Scalar> = {};
  const whole: Record<string, Scalar> = {};
  for (const { name, isBoolean, place } of all) {
    const now = columns[place];
    const then = columns[all.length + place];
    whole[name] = toScalar(now, isBoolean);
    if (now === then && !named.includes(name)) continue;
    fields[name] = whole[name];
    before[name] = toScalar(then, isBoolean);
  }
  const isDelete = deleted && !wasDeleted;
  if (isDelete && Object.keys(fields).length > 0)
    throw new Error('ARUS: a delete cannot change fields as well');
  return { operation: isDelete ? 'delete' : 'update', fields, before, lane: laneOf(spec, whole) };
}

function toScalar(value: ColumnValue | undefined, isBoolean: boolean): Scalar {
  if (value === undefined) throw new Error('A trigger handed over fewer columns than the record has fields');
  return isBoolean && value !== null ? value !== 0 : value;
}
