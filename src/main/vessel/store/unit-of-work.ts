import type Database from 'better-sqlite3';
import { z } from 'zod';
import { lanes, type Lane } from '#shared/domain/record.ts';
import { recordsVersion } from '#shared/domain/records.ts';
import { chainNext } from '#shared/sync/chain.ts';
import { operations, type Change, type Operation } from '#shared/sync/change.ts';
import { stampToJson, type Origin, type Seen, type StampJson } from '#shared/sync/seen.ts';

/** Who acts: shown in the journal for ever, so the name stands beside the id. */
export interface Actor {
  id: string | null;
  name: string;
}

/** Context for facts: what the triggers cannot know of a write. */
export interface WriteUnit {
  kind: 'write';
  origin: Origin;
  actor: Actor;
  device: string;
  /** Hybrid time of every change in the unit. */
  time: number;
  /** Wall clock, ms. */
  at: number;
  seen: Seen;
  /** Number and chain hash of the journal's last entry; they move on as the triggers write. */
  last: number;
  hash: string;
  written: WrittenChange[];
}

/** Applying changes of the other end, or taking shore's acknowledgement: the journal is written by the caller. */
export interface ApplyUnit {
  kind: 'apply';
}

export interface WrittenChange {
  number: number;
  entity: string;
  recordId: string;
  operation: Operation;
  fields: readonly string[];
  lane: Lane;
}

const scalars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const rowText = z.string();

/**
 * The functions that triggers call, bound to the unit of work that is open on this connection. Without one they
 * fail, and the write that asked with them.
 */
export class UnitOfWork {
  #open: WriteUnit | ApplyUnit | null = null;
  #pending: { entity: string; recordId: string; operation: Operation; fields: string[]; lane: Lane; hash: string } | null =
    null;

  constructor(connection: Database.Database) {
    connection.function('arus_unit', { directOnly: false }, (key: unknown) => this.#value(rowText.parse(key)));
    connection.function(
      'arus_hash',
      { varargs: true },
      (entity: unknown, recordId: unknown, operation: unknown, fields: unknown, lane: unknown) =>
        this.#seal(
          rowText.parse(entity),
          rowText.parse(recordId),
          z.enum(operations).parse(operation),
          rowText.parse(fields),
          z.enum(lanes).parse(lane),
        ),
    );
    connection.function('arus_state', (state: unknown) => this.#state(state === null ? null : rowText.parse(state)));
    connection.function('arus_written', () => this.#written());
  }

  /** Runs `work` with `unit` open. The caller has a transaction open and rolls back when this throws. */
  run<T>(unit: WriteUnit | ApplyUnit, work: () => T): T {
    if (this.#open !== null) throw new Error('A unit of work is open already');
    this.#open = unit;
    try {
      return work();
    } finally {
      this.#open = null;
      this.#pending = null;
    }
  }

  #value(key: string): string | number | null {
    const unit = this.#open;
    if (unit === null) throw new Error('ARUS: this write did not go through recordAndPublish');
    if (key === 'kind') return unit.kind;
    if (unit.kind !== 'write') throw new Error('ARUS: applied changes are journalled under their own origin');
    switch (key) {
      case 'origin':
        return unit.origin;
      case 'number':
        return unit.last + 1;
      case 'time':
        return unit.time;
      case 'at':
        return unit.at;
      case 'seen':
        return JSON.stringify(unit.seen);
      case 'actorId':
        return unit.actor.id;
      case 'actorName':
        return unit.actor.name;
      case 'device':
        return unit.device;
      default:
        throw new Error(`A unit of work has no '${key}'`);
    }
  }

  #writeUnit(): WriteUnit {
    if (this.#open?.kind !== 'write') throw new Error('ARUS: this write did not go through recordAndPublish');
    return this.#open;
  }

  #seal(entity: string, recordId: string, operation: Operation, fields: string, lane: Lane): Buffer {
    const unit = this.#writeUnit();
    const values = operation === 'delete' ? {} : scalars.parse(JSON.parse(fields));
    const change: Change = {
      origin: unit.origin,
      number: unit.last + 1,
      time: unit.time,
      at: unit.at,
      seen: unit.seen,
      entity,
      recordId,
      operation,
      fields: values,
      actorId: unit.actor.id,
      actorName: unit.actor.name,
      device: unit.device,
      lane,
      version: recordsVersion,
    };
    const hash = chainNext(unit.hash, change);
    this.#pending = { entity, recordId, operation, fields: Object.keys(values), lane, hash };
    return Buffer.from(hash, 'hex');
  }

  /** The record's state after the change just sealed: its writer had seen all that is here, so it stands alone. */
  #state(before: string | null): string {
    const unit = this.#writeUnit();
    if (this.#pending === null) throw new Error('A state was asked for before its change was sealed');
    const stamp: StampJson = stampToJson({
      time: unit.time,
      origin: unit.origin,
      number: unit.last + 1,
      seen: unit.seen,
    });
    const { operation, fields } = this.#pending;
    if (before === null) return JSON.stringify({ c: stamp, f: {}, t: { [unit.origin]: unit.last + 1 } });
    const state = ownState.parse(JSON.parse(before));
    if (operation === 'delete') return JSON.stringify({ ...state, d: { ...state.d, [unit.origin]: stamp } });
    for (const name of fields) state.f[name] = stamp;
    state.t[unit.origin] = unit.last + 1;
    return JSON.stringify(state);
  }

  #written(): null {
    const unit = this.#writeUnit();
    if (this.#pending === null) throw new Error('A change was finished before it was sealed');
    const { entity, recordId, operation, fields, lane, hash } = this.#pending;
    unit.last += 1;
    unit.hash = hash;
    unit.written.push({ number: unit.last, entity, recordId, operation, fields, lane });
    this.#pending = null;
    return null;
  }
}

/** Only the shape that is rewritten here; the whole is checked where it is read (`record-state-json.ts`). */
const ownState = z.looseObject({
  f: z.record(z.string(), z.unknown()),
  t: z.record(z.string(), z.number()),
  d: z.record(z.string(), z.unknown()).optional(),
});
