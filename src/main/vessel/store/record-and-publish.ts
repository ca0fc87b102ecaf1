import type { Scalar } from '#shared/json.ts';
import { tick } from '#shared/sync/clock.ts';
import { afterOwnChange } from '#shared/sync/record-state-json.ts';
import type { Stamp } from '#shared/sync/seen.ts';
import type { StoredRecord, Values } from './record-table.ts';
import type { Actor, WriteUnit } from './unit-of-work.ts';
import type { VesselStore } from './vessel-store.ts';

/** The writes a service may make within one unit. Reads within it see them. */
export interface RecordUnit {
  /** Wall clock of the unit, ms: the time its changes bear. */
  readonly at: number;
  readonly actor: Actor;
  get(entity: string, id: string): StoredRecord | null;
  create(entity: string, id: string, values: Values): void;
  /** Sets the fields that differ from what is stored; writes nothing when none does. */
  update(entity: string, id: string, changes: Readonly<Record<string, Scalar>>): void;
  delete(entity: string, id: string): void;
}

/**
 * The one way to write a synced record: in one transaction the record, its field versions, the journal entry and
 * the outbox entry, all four or none; after the commit the screens and the uplink are told.
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
  };
  const result = store.transaction(unit, () => {
    store.own.time = time;
    const value = work(recordUnit(store, unit));
    if (store.conflicts.any())
      for (const { recordId } of unit.written) settleConflicts(store, unit, recordId);
    return value;
  });
  if (unit.written.length > 0)
    store.announce({
      cause: 'local',
      records: unit.written,
      lanes: new Set(unit.written.map((written) => written.lane)),
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
      const table = store.table(entity);
      const stored = table.get(id);
      if (stored === null || stored.deleted) throw new Error(`${entity} ${id} is not there to be changed`);
      const differing = Object.entries(changes).filter(([name, value]) => stored.values[name] !== value);
      if (differing.length > 0) table.update(id, Object.fromEntries(differing), at, actor.name);
      store.journalWritten(unit);
    },
    delete: (entity, id) => {
      store.table(entity).markDeleted(id, at, actor.name);
      store.journalWritten(unit);
    },
  };
}

/** The stamp that the unit's next change will bear. */
function nextStamp({ time, origin, last, seen }: WriteUnit): Stamp {
  return { time, origin, number: last + 1, seen };
}

/** Whoever writes a field on board has both values before them: what they write settles it, and a delete settles all. */
function settleConflicts(store: VesselStore, unit: WriteUnit, recordId: string): void {
  const open = store.conflicts.open(recordId);
  if (open.length === 0) return;
  const changes = unit.written.filter((each) => each.recordId === recordId);
  const isDeleted = changes.some(({ operation }) => operation === 'delete');
  const written = changes.flatMap((each) => each.fields);
  const settled = open
    .map((conflict) => conflict.field)
    .filter((field) => isDeleted || written.includes(field));
  store.conflicts.settle(recordId, settled, unit.at);
}
