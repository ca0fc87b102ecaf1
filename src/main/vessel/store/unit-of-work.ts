import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { Lane } from '#shared/domain/record.ts';
import { recordsVersion } from '#shared/domain/records.ts';
import { chainNext, type HashText } from '#shared/sync/chain.ts';
import { stampOf, type Change, type Operation } from '#shared/sync/change.ts';
import { afterOwnChange } from '#shared/sync/record-state-json.ts';
import type { Scalar } from '#shared/json.ts';
import type { Origin, Seen } from '#shared/sync/seen.ts';

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

/** What a trigger saw. `versions` is empty for a record that is new. */
interface Facts {
  entity: string;
  recordId: string;
  operation: Operation;
  /** JSON */
  fields: string;
  lane: Lane;
  versions: string;
}

/** What a unit of work adds to a change's facts, in the order in which the triggers read it. */
type Entry = [
  origin: Origin,
  number: number,
  time: number,
  at: number,
  seen: string,
  actorId: string | null,
  actorName: string,
  device: string,
  hash: string,
];

/** OpenSSL's: a fifth of what the portable one takes at every write (4 against 20 us for a new order). */
const platformHash: HashText = (text) => hash('sha256', text);

/** A trigger's JSON object of columns: nothing but scalars can stand in it. */
function parseScalars(json: string): Record<string, Scalar> {
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null)
    throw new Error('A trigger handed over something else than fields');
  return Object.fromEntries(Object.entries(parsed));
}

/**
 * The functions that triggers call, bound to the unit of work that is open on this connection. Without one they
 * fail, and the write that asked with them.
 */
export class UnitOfWork {
  #open: WriteUnit | ApplyUnit | null = null;
  /** The change between its entry in the journal and its record's state. */
  #pending: { written: WrittenChange; hash: string; state: string } | null = null;

  constructor(connection: Database.Database) {
    connection.function('arus_unit', () => this.#kind());
    connection.function(
      'arus_entry',
      (entity: string, id: string, operation: string, fields: string, lane: string, versions: string) =>
        this.#enter({
          entity,
          recordId: id,
          operation: operationOf(operation),
          fields,
          lane: laneOf(lane),
          versions,
        }),
    );
    connection.function('arus_number', () => this.#current().written.number);
    connection.function('arus_state', () => this.#finish());
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

  #kind(): string {
    if (this.#open === null) throw new Error('ARUS: this write did not go through recordAndPublish');
    return this.#open.kind;
  }

  #unit(): WriteUnit {
    if (this.#open?.kind !== 'write') throw new Error('ARUS: this write did not go through recordAndPublish');
    return this.#open;
  }

  #enter({ entity, recordId, operation, fields, lane, versions }: Facts): string {
    const unit = this.#unit();
    const values = parseScalars(fields);
    const number = unit.last + 1;
    const change: Change = {
      origin: unit.origin,
      number,
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
    const sealed = chainNext(unit.hash, change, platformHash);
    const written: WrittenChange = { number, entity, recordId, operation, fields: Object.keys(values), lane };
    this.#pending = { written, hash: sealed, state: afterOwnChange(versions, stampOf(change), written) };
    const entry: Entry = [
      unit.origin,
      number,
      unit.time,
      unit.at,
      JSON.stringify(unit.seen),
      unit.actor.id,
      unit.actor.name,
      unit.device,
      sealed,
    ];
    return JSON.stringify(entry);
  }

  #current(): { written: WrittenChange; hash: string; state: string } {
    if (this.#pending === null) throw new Error('A change was asked for before it was entered');
    return this.#pending;
  }

  /** The change stands in journal and outbox; the unit moves on, and the record's new state is handed out. */
  #finish(): string {
    const unit = this.#unit();
    const { written, hash, state } = this.#current();
    unit.last = written.number;
    unit.hash = hash;
    unit.written.push(written);
    this.#pending = null;
    return state;
  }
}

function operationOf(text: string): Operation {
  return text === 'create' || text === 'update' || text === 'delete' ? text : z.never().parse(text);
}

function laneOf(text: string): Lane {
  return text === 'normal' || text === 'urgent' || text === 'bulk' ? text : z.never().parse(text);
}
