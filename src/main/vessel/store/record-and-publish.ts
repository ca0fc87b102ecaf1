import { tick } from '#shared/sync/clock.ts';
import { fieldsToWrite } from '#shared/sync/conflicts.ts';
import { afterOwnChange, contestedFields } from '#shared/sync/record-state-json.ts';
import type { Stamp } from '#shared/sync/seen.ts';
import type { StoredRecord, Values } from './records/record-table.ts';
import type { Actor, WriteUnit, WrittenChange } from './unit-of-work.ts';
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
 * @returns what `work` returns
 * @throws what `work` throws, with nothing written
 */
export function recordAndPublish<T>(
  store: VesselStore,
  { actor, device }: { actor: Actor; device: string },
  work: (unit: RecordUnit) => T,
): T {
  const at = store.environment.now();
  const time = tick(store.own.time, at);
  const unit: WriteUnit = {
    kind: 'write',
    origin: store.own.origin,
    actor,
    device,
    time,
    at,
    seen: store.seen,
    last: store.own.last,
    hash: store.own.hash,
    written: [],
    promoted: null,
  };
  const result = store.transaction(unit, () => {
    store.own.time = time;
    const value = work(recordUnit(store, unit));
    if (store.conflicts.any()) for (const written of unit.written) settleConflicts(store, unit, written);
    return value;
  });
  if (unit.written.length > 0)
    store.announce({
      cause: 'local',
      records: unit.written,
      lanes: new Set(unit.written.map((written) => written.lane)),
      promoted: unit.promoted,
    });
  return result;
}

function recordUnit(store: VesselStore, unit: WriteUnit): RecordUnit {
  const { at, actor } = unit;
  return {
    at,
    actor,
    get: (entity, id) => store.table(entity).get(id),
    create: (entity, id, values) => {
      const versions = afterOwnChange('', nextStamp(unit), { operation: 'create', fields: [] });
      store
        .table(entity)
        .insert(id, { values, deleted: false, updatedAt: at, updatedBy: actor.name, versions });
      store.journalWritten(unit);
    },
    update: (entity, id, changes) => {
      const stored = existing(store, entity, id);
      const { spec } = store.table(entity);
      const contested = contestedFields(stored.versions);
      write(store, unit, {
        entity,
        recordId: id,
        stored,
        values: fieldsToWrite(spec, changes, { current: stored.values, contested }),
      });
    },
    affirm: (entity, id, values) =>
      write(store, unit, { entity, recordId: id, stored: existing(store, entity, id), values }),
    delete: (entity, id) => {
      store.table(entity).markDeleted(id, at, actor.name);
      store.journalWritten(unit);
    },
  };
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

/** The stamp that the unit's next change will bear. */
function nextStamp({ time, origin, last, seen }: WriteUnit): Stamp {
  return { time, origin, number: last + 1, seen };
}

/** Whoever writes a field on board has all values before them: what they write settles it, and a delete settles all. */
function settleConflicts(store: VesselStore, unit: WriteUnit, written: WrittenChange): void {
  const { entity, recordId, number, fields } = written;
  const values = store.table(entity).get(recordId)?.values ?? {};
  const deleted = written.operation === 'delete';
  for (const { field } of store.conflicts.open(recordId)) {
    if (!deleted && !fields.includes(field)) continue;
    const { actor, device, at, origin } = unit;
    const value = values[field] ?? null;
    const by = { value, deleted, by: actor.name, device, at, side: 'vessel' as const, origin, number };
    store.conflicts.settle(recordId, field, by, at);
  }
}
