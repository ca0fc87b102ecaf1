import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { changeSchema, type Change } from '#shared/sync/change.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/seen.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';

export type Applied = 'applied' | 'later' | 'parked';

/** An entry of the journal with what this node adds to the change. */
export interface JournalEntry {
  change: Change;
  /** Values of the changed fields before; null for changes of the other end. */
  before: Readonly<Record<string, unknown>> | null;
  /** Null while a gap lies before the entry. */
  hash: ChainHash | null;
  claimed: ChainHash | null;
  applied: Applied;
}

const row = z.object({
  origin: z.string(),
  number: z.number(),
  time: z.number(),
  at: z.number(),
  seen: z.string(),
  entity: z.string(),
  record_id: z.string(),
  operation: z.string(),
  fields: z.string(),
  before: z.string().nullable(),
  actor_id: z.string().nullable(),
  actor_name: z.string(),
  device: z.string(),
  lane: z.string(),
  version: z.number(),
  hash: z.instanceof(Uint8Array).nullable(),
  claimed: z.instanceof(Uint8Array).nullable(),
  applied: z.enum(['applied', 'later', 'parked']),
});
const fields = z.record(z.string(), z.unknown());

/** Reads the journal of every origin this node holds. */
export class JournalReader {
  readonly #get: Statement;
  readonly #range: Statement;
  readonly #ofRecord: Statement;
  readonly #origins: Statement;
  readonly #last: Statement;

  constructor(connection: ReadableDatabase) {
    this.#get = connection.prepare('SELECT * FROM sync_journal WHERE origin = ? AND number = ?');
    this.#range = connection.prepare(
      'SELECT * FROM sync_journal WHERE origin = ? AND number > ? ORDER BY number LIMIT ?',
    );
    this.#ofRecord = connection.prepare(
      'SELECT * FROM sync_journal WHERE record_id = ? AND entity = ? ORDER BY time, origin, number',
    );
    this.#origins = connection.prepare('SELECT DISTINCT origin FROM sync_journal ORDER BY origin').pluck();
    this.#last = connection.prepare(
      'SELECT * FROM sync_journal WHERE origin = ? ORDER BY number DESC LIMIT 1',
    );
  }

  get(origin: Origin, number: number): JournalEntry | null {
    const found = this.#get.get(origin, number);
    return found === undefined ? null : fromRow(found);
  }

  last(origin: Origin): JournalEntry | null {
    const found = this.#last.get(origin);
    return found === undefined ? null : fromRow(found);
  }

  /** Entries after `after`, in order, at most `limit`. */
  range(origin: Origin, after: number, limit: number): JournalEntry[] {
    return this.#range.all(origin, after, limit).map(fromRow);
  }

  ofRecord(entity: string, recordId: string): JournalEntry[] {
    return this.#ofRecord.all(recordId, entity).map(fromRow);
  }

  origins(): Origin[] {
    return this.#origins.all().map((origin) => z.string().parse(origin));
  }
}

/** The journal on the node's own connection. Own entries are written by the triggers alone; this takes in the other end's. */
export class Journal extends JournalReader {
  readonly #insert: Statement;
  readonly #seal: Statement;

  constructor(connection: WritableDatabase) {
    super(connection);
    this.#insert = connection.prepare(
      `INSERT INTO sync_journal (origin, number, time, at, seen, entity, record_id, operation, fields, before,
         actor_id, actor_name, device, lane, version, hash, claimed, applied)
       VALUES (@origin, @number, @time, @at, @seen, @entity, @recordId, @operation, @fields, NULL,
         @actorId, @actorName, @device, @lane, @version, @hash, @claimed, @applied)`,
    );
    this.#seal = connection.prepare(
      'UPDATE sync_journal SET hash = ?, claimed = NULL WHERE origin = ? AND number = ?',
    );
  }

  /** Takes in a change of another origin. */
  add(change: Change, { hash, claimed, applied }: Pick<JournalEntry, 'hash' | 'claimed' | 'applied'>): void {
    this.#insert.run({
      origin: change.origin,
      number: change.number,
      time: change.time,
      at: change.at,
      seen: JSON.stringify(change.seen),
      entity: change.entity,
      recordId: change.recordId,
      operation: change.operation,
      fields: JSON.stringify(change.fields),
      actorId: change.actorId,
      actorName: change.actorName,
      device: change.device,
      lane: change.lane,
      version: change.version,
      hash: toBytes(hash),
      claimed: toBytes(claimed),
      applied,
    });
  }

  /** Fills in the chain hash of an entry that lay beyond a gap. */
  seal(origin: Origin, number: number, hash: ChainHash): void {
    this.#seal.run(toBytes(hash), origin, number);
  }
}

export function fromRow(found: unknown): JournalEntry {
  const stored = row.parse(found);
  const seen: unknown = JSON.parse(stored.seen);
  const changed: unknown = JSON.parse(stored.fields);
  const change = changeSchema.parse({
    origin: stored.origin,
    number: stored.number,
    time: stored.time,
    at: stored.at,
    seen,
    entity: stored.entity,
    recordId: stored.record_id,
    operation: stored.operation,
    fields: changed,
    actorId: stored.actor_id,
    actorName: stored.actor_name,
    device: stored.device,
    lane: stored.lane,
    version: stored.version,
  });
  return {
    change,
    before: stored.before === null ? null : fields.parse(JSON.parse(stored.before)),
    hash: toHex(stored.hash),
    claimed: toHex(stored.claimed),
    applied: stored.applied,
  };
}

const toBytes = (hash: ChainHash | null): Buffer | null => (hash === null ? null : Buffer.from(hash, 'hex'));
const toHex = (bytes: Uint8Array | null): ChainHash | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');
