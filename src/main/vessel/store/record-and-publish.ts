import type { Lane } from '#shared/records/record.ts';
import type { Change } from '#shared/sync/change.ts';
import { tick, wallClock } from '#shared/sync/clock.ts';
import { fieldsToWrite } from '#shared/sync/conflicts.ts';
import { contestedFields } from '#shared/sync/record-state-json.ts';
import type { StoredRecord, Values } from './records/record-table.ts';
import type { Actor, WriteUnit } from './unit-of-work.ts';
import type { VesselStore } from './vessel-store.ts';

/** The writes a service may make within one unit. Reads within it see them. */
export interface RecordUnit {
  /** Wall clock of the unit, ms: the time its changes bear. */
  readonly at: number;
  readonly actor: Actor;
  get(entity: string, id: string): StoredRecord | null;
  create(entity: string, id: string, values: Values): void;
  /** Sets the fields that differ from what is stored or settle a conflict; writes nothing when none does. */
  update(entity: string, id: string, changes: Values): void;
  /** Sets fields and says that they are so: the change names all of them, those too that are so already. */
  affirm(entity: string, id: string, values: Values): void;
  delete(entity: string, id: string): void;
}

/**
 * The one way to write a synced record: in one transaction the record, its field versions and the journal entry, which
 * waits for shore from then on: all three or none; after the commit the screens and the uplink are told.
 * @param lane left out: as the records say
 * @returns what `work` returns
 * @throws what `work` throws, with nothing written
 */
export function recordAndPublish<T>(
  store: VesselStore,
  { actor, device, lane }: { actor: Actor; device: string; lane?: Lane },
  work: (unit: RecordUnit) => T,
): T {
  const unit = newUnit(store, { actor, device, lane: lane ?? null });
  const result = store.transaction(unit, () => {
    store.own.time = unit.time;
    const value = work(new OpenUnit(store, unit));
    if (store.conflicts.any()) for (const change of unit.written) settleConflicts(store, unit, change);
    return value;
  });
  publish(store, unit);
  return result;
}

/**
 * `recordAndPublish` of one record that is new, where that is all that is written: one statement instead of four.
 * @param valuesAt the record's values, all of them, where it is written at `at` (ms)
 * @throws what `valuesAt` throws, with nothing written
 */
export function createAndPublish(
  store: VesselStore,
  { actor, device }: { actor: Actor; device: string },
  { entity, id, valuesAt }: { entity: string; id: string; valuesAt: (at: number) => Values },
): void {
  const unit = newUnit(store, { actor, device, lane: null });
  // Nobody else writes between the two: it is one turn of the event loop, and the directory is this program's alone.
  store.createAlone(unit, { entity, id, values: valuesAt(unit.at) });
  publish(store, unit);
}

function newUnit(
  { environment, own, seen }: VesselStore,
  by: Pick<WriteUnit, 'actor' | 'device' | 'lane'>,
): WriteUnit {
  const at = wallClock(environment.now());
  return {
    kind: 'write',
    origin: own.origin,
    ...by,
    time: tick(own.time, at),
    at,
    seen,
    last: own.last,
    hash: own.hash,
    written: [],
    promoted: null,
    isBroken: false,
  };
}

function publish(store: VesselStore, { written, promoted }: WriteUnit): void {
  if (written.length > 0)
    store.announce({ cause: 'local', records: written, lanes: lanesOf(written), promoted });
}

/** Nearly every unit writes one change. */
const lanesOfOne: Readonly<Record<Lane, ReadonlySet<Lane>>> = {
  urgent: new Set(['urgent']),
  normal: new Set(['normal']),
  bulk: new Set(['bulk']),
};

function lanesOf(written: readonly Change[]): ReadonlySet<Lane> {
  const [first] = written;
  return first !== undefined && written.length === 1
    ? lanesOfOne[first.lane]
    : new Set(written.map(({ lane }) => lane));
}

/** The writes of a unit that is open. */
class OpenUnit implements RecordUnit {
  readonly at: number;
  readonly actor: Actor;
  readonly #store: VesselStore;
  readonly #unit: WriteUnit;

  constructor(store: VesselStore, unit: WriteUnit) {
    this.at = unit.at;
    this.actor = unit.actor;
    this.#store = store;
    this.#unit = unit;
  }

  get(entity: string, id: string): StoredRecord | null {
    return this.#store.table(entity).get(id);
  }

  create(entity: string, id: string, values: Values): void {
    this.#store.create(this.#unit, entity, id, values);
  }

  update(entity: string, id: string, changes: Values): void {
    const stored = existing(this.#store, entity, id);
    const { spec } = this.#store.table(entity);
    const contested = contestedFields(stored.versions);
    const values = fieldsToWrite(spec, changes, { current: stored.values, contested });
    write(this.#store, this.#unit, { entity, recordId: id, stored, values });
  }

  affirm(entity: string, id: string, values: Values): void {
    const stored = existing(this.#store, entity, id);
    write(this.#store, this.#unit, { entity, recordId: id, stored, values });
  }

  delete(entity: string, id: string): void {
    this.#store.table(entity).markDeleted(id, this.at, this.actor.name);
    this.#store.journalWritten(this.#unit);
  }
}

function existing(store: VesselStore, entity: string, id: string): StoredRecord {
  const stored = store.table(entity).get(id);
  if (stored === null || stored.deleted) throw new Error(`${entity} ${id} is not there to be changed`);
  return stored;
}

/** Sets `values`, all of which the change names. */
function write(
  store: VesselStore,
  unit: WriteUnit,
  {
    entity,
    recordId,
    stored,
    values,
  }: { entity: string; recordId: string; stored: StoredRecord; values: Values },
): void {
  const fields = Object.keys(values);
  if (fields.length === 0) return;
  const table = store.table(entity);
  const differing = Object.entries(values).filter(([name, value]) => stored.values[name] !== value);
  const { at, actor } = unit;
  if (differing.length > 0)
    table.update(recordId, stored, Object.fromEntries(differing), { updatedAt: at, updatedBy: actor.name });
  else table.touch(recordId, at, actor.name);
  const isPlain = differing.length === fields.length;
  store.journalWritten(unit, isPlain ? null : { entity, recordId, fields, stored });
}

/** Whoever writes a field on board has all values before them: what they write settles it, and a delete settles all. */
function settleConflicts(store: VesselStore, { actor, device }: WriteUnit, change: Change): void {
  const { entity, recordId, origin, number, at, fields } = change;
  const values = store.table(entity).get(recordId)?.values ?? {};
  const deleted = change.operation === 'delete';
  for (const { field } of store.conflicts.open({ entity, recordId })) {
    if (!deleted && !(field in fields)) continue;
    const value = values[field] ?? null;
    const by = { value, deleted, by: actor.name, device, at, side: 'vessel' as const, origin, number };
    store.conflicts.settle({ entity, recordId, field }, by, at);
  }
}
