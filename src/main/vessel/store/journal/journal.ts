import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { lanes } from '#shared/records/record.ts';
import type { Scalar } from '#shared/json.ts';
import { operations, type Change } from '#shared/sync/change.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import { numbersPerOrigin } from '#shared/sync/numbers.ts';
import {
  causalContextSchema,
  contextText,
  type Origin,
  type CausalContext,
} from '#shared/sync/causal-context.ts';
import type { ReadableDatabase, WritableDatabase } from '../database.ts';
import { RecordIndex } from './record-index.ts';

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
  operation: z.enum(operations),
  fields: z.string(),
  before: z.string().nullable(),
  actor_id: z.string().nullable(),
  actor_name: z.string(),
  device: z.string(),
  lane: z.enum(lanes),
  version: z.number(),
  hash: z.instanceof(Uint8Array).nullable(),
  claimed: z.instanceof(Uint8Array).nullable(),
  applied: z.enum(['applied', 'later', 'parked']),
});
const originText = z.string();
const fields = z.record(z.string(), z.unknown());

/** Reads the journal of every origin this node holds. */
export class JournalReader {
  readonly #get: Statement;
  readonly #range: Statement;
  readonly #origins: Statement;
  readonly #last: Statement;
  readonly #slot: Statement;
  readonly #bases = new Map<Origin, number>();

  constructor(connection: ReadableDatabase) {
    this.#slot = connection.prepare('SELECT slot FROM sync_origins WHERE origin = ?').pluck();
    this.#get = connection.prepare('SELECT * FROM sync_journal WHERE entry = ?');
    // A bound limit has a plus before it: without, SQLite prepares the statement anew at each call, to plan by its value.
    this.#range = connection.prepare(
      'SELECT * FROM sync_journal WHERE entry > ? AND entry < ? ORDER BY entry LIMIT +?',
    );
    this.#origins = connection.prepare('SELECT origin FROM sync_origins ORDER BY origin').pluck();
    this.#last = connection.prepare(
      'SELECT * FROM sync_journal WHERE entry > ? AND entry < ? ORDER BY entry DESC LIMIT 1',
    );
  }

  get(origin: Origin, number: number): JournalEntry | null {
    const base = this.base(origin);
    const found = base === null ? undefined : this.#get.get(base + number);
    return found === undefined ? null : fromRow(found);
  }

  last(origin: Origin): JournalEntry | null {
    const base = this.base(origin);
    const found = base === null ? undefined : this.#last.get(base, base + numbersPerOrigin);
    return found === undefined ? null : fromRow(found);
  }

  /** Entries after `after`, in order, at most `limit`. */
  range(origin: Origin, after: number, limit: number): JournalEntry[] {
    const base = this.base(origin);
    if (base === null) return [];
    return this.#range.all(base + after, base + numbersPerOrigin, limit).map(fromRow);
  }

  origins(): Origin[] {
    return this.#origins.all().map((origin) => originText.parse(origin));
  }

  /** `entry` of an origin's change is this and its number; null for an origin that the journal does not know. */
  base(origin: Origin): number | null {
    const known = this.#bases.get(origin);
    if (known !== undefined) return known;
    const slot = this.#slot.get(origin);
    if (typeof slot !== 'number') return null;
    const base = slot * numbersPerOrigin;
    this.#bases.set(origin, base);
    return base;
  }

  /** Forgets which origins there are: after a transaction that may have added one was rolled back. */
  forgetOrigins(): void {
    this.#bases.clear();
  }
}

/** The journal on the node's own connection. */
export class Journal extends JournalReader {
  readonly #own: () => Origin;
  readonly #index: RecordIndex;
  readonly #ofRecord: Statement;
  readonly #insert: Statement;
  readonly #insertOwn: Statement;
  readonly #seal: Statement;
  readonly #addOrigin: Statement;
  readonly #renumber: Statement;
  readonly #waiting: Statement;
  readonly #setApplied: Statement;

  /** @param own the origin that this node writes under */
  constructor(connection: WritableDatabase, own: () => Origin) {
    super(connection);
    this.#own = own;
    this.#index = new RecordIndex(connection);
    this.#ofRecord = connection.prepare(
      `SELECT j.* FROM sync_journal_record AS r CROSS JOIN sync_journal AS j ON j.entry = r.entry
       WHERE r.record_id = ? AND j.entity = ? ORDER BY j.time, j.origin, j.number`,
    );
    this.#insert = connection.prepare(
      `INSERT INTO sync_journal (entry, origin, number, time, at, seen, entity, record_id, operation, fields, before,
         actor_id, actor_name, device, lane, version, hash, claimed, applied)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    // Its own statement for every write on board: SQLite takes the hash's text apart faster than a buffer is made of it.
    this.#insertOwn = connection.prepare(
      `INSERT INTO sync_journal (entry, origin, number, time, at, seen, entity, record_id, operation, fields, before,
         actor_id, actor_name, device, lane, version, hash, claimed, applied)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unhex(?), NULL, 'applied')`,
    );
    this.#seal = connection.prepare('UPDATE sync_journal SET hash = ?, claimed = NULL WHERE entry = ?');
    this.#addOrigin = connection.prepare('INSERT INTO sync_origins (origin) VALUES (?)');
    this.#waiting = connection.prepare(
      `SELECT * FROM sync_journal WHERE applied = 'later' AND version <= ? ORDER BY entry`,
    );
    this.#setApplied = connection.prepare('UPDATE sync_journal SET applied = ? WHERE entry = ?');
    this.#renumber = connection.prepare(
      `UPDATE sync_journal SET entry = ?, origin = ?, number = ?, seen = ?, hash = ?, claimed = NULL WHERE entry = ?`,
    );
  }

  /** All that is held of a record, in the order of time. */
  ofRecord(entity: string, recordId: string): JournalEntry[] {
    this.enterOwn();
    return this.#ofRecord.all(recordId, entity).map(fromRow);
  }

  /** Enters what this node has written up to `number` where it is found by record, if that has not been done yet. */
  enterOwn(number: number = numbersPerOrigin - 1): void {
    const base = this.base(this.#own());
    if (base !== null) this.#index.enter({ first: base + 1, last: base + number });
  }

  /** Takes in a change of another origin, or an own one that went missing. */
  add(change: Change, { hash, claimed, applied }: Pick<JournalEntry, 'hash' | 'claimed' | 'applied'>): void {
    if (change.origin === this.#own()) this.enterOwn();
    const values = this.#valuesOf(change, { fields: JSON.stringify(change.fields), before: null });
    this.#insert.run(values, toBytes(hash), toBytes(claimed), applied);
    this.#index.add(values[0], change.recordId);
  }

  /**
   * Adds a change written here: its fields as JSON, the same fields as they were (null for a record that is new), and
   * its place in the chain.
   * @returns its place in the journal
   */
  addOwn(
    change: Change,
    { fields, before, hash }: { fields: string; before: JournalEntry['before']; hash: ChainHash },
  ): number {
    const values = this.#valuesOf(change, { fields, before });
    this.#insertOwn.run(values, hash);
    return values[0];
  }

  /** What is written of a change, its place in the journal first. */
  #valuesOf(
    change: Change,
    { fields, before }: { fields: string; before: JournalEntry['before'] },
  ): [entry: number, ...(string | number | null)[]] {
    return [
      (this.base(change.origin) ?? this.#newBase(change.origin)) + change.number,
      change.origin,
      change.number,
      change.time,
      change.at,
      contextText(change.seen),
      change.entity,
      change.recordId,
      change.operation,
      fields,
      before === null ? null : JSON.stringify(before),
      change.actorId,
      change.actorName,
      change.device,
      change.lane,
      change.version,
    ];
  }

  /** Changes that waited for a program that understands this version of the records. */
  waiting(version: number): JournalEntry[] {
    return this.#waiting.all(version).map(fromRow);
  }

  setApplied({ origin, number }: Pick<Change, 'origin' | 'number'>, applied: Applied): void {
    this.#setApplied.run(applied, (this.base(origin) ?? 0) + number);
  }

  /** Gives an own entry its place in another journal, which this node writes on from then on. @param from its place so far */
  renumber(from: Pick<Change, 'origin' | 'number'>, change: Change, hash: ChainHash): void {
    const base = this.base(from.origin);
    if (base === null) throw new Error(`Nothing of origin ${from.origin} is in the journal`);
    const to = (this.base(change.origin) ?? this.#newBase(change.origin)) + change.number;
    this.#index.move(base + from.number, to);
    this.#renumber.run(
      to,
      change.origin,
      change.number,
      contextText(change.seen),
      toBytes(hash),
      base + from.number,
    );
  }

  #newBase(origin: Origin): number {
    this.#addOrigin.run(origin);
    const base = this.base(origin);
    if (base === null) throw new Error(`Origin ${origin} could not be added to the journal`);
    return base;
  }

  /** Fills in the chain hash of an entry that lay beyond a gap. */
  seal(origin: Origin, number: number, hash: ChainHash): void {
    const base = this.base(origin);
    if (base === null) throw new Error(`Nothing of origin ${origin} is in the journal`);
    this.#seal.run(toBytes(hash), base + number);
  }
}

export function fromRow(found: unknown): JournalEntry {
  const stored = row.parse(found);
  // Its rules were looked at when the change was written or came; what has been altered since, the hash chain tells.
  const change: Change = {
    origin: stored.origin,
    number: stored.number,
    time: stored.time,
    at: stored.at,
    seen: seenIn(stored.seen),
    entity: stored.entity,
    recordId: stored.record_id,
    operation: stored.operation,
    fields: fieldsIn(stored.fields),
    actorId: stored.actor_id,
    actorName: stored.actor_name,
    device: stored.device,
    lane: stored.lane,
    version: stored.version,
  };
  return {
    change,
    before: stored.before === null ? null : fields.parse(JSON.parse(stored.before)),
    hash: toHex(stored.hash),
    claimed: toHex(stored.claimed),
    applied: stored.applied,
  };
}

/** It is the same in one entry after the other as long as nothing comes in. */
let seenLast: { text: string; seen: CausalContext } | null = null;

function seenIn(text: string): CausalContext {
  if (seenLast?.text !== text) seenLast = { text, seen: causalContextSchema.parse(JSON.parse(text)) };
  return seenLast.seen;
}

function fieldsIn(text: string): Record<string, Scalar> {
  const read: unknown = JSON.parse(text);
  if (!isFields(read)) throw new Error(`The fields of a journal entry cannot be read: ${text.slice(0, 200)}`);
  return read;
}

function isFields(read: unknown): read is Record<string, Scalar> {
  return (
    typeof read === 'object' &&
    read !== null &&
    !Array.isArray(read) &&
    Object.values(read).every((value: unknown) => value === null || typeof value !== 'object')
  );
}

const toBytes = (hash: ChainHash | null): Buffer | null => (hash === null ? null : Buffer.from(hash, 'hex'));
const toHex = (bytes: Uint8Array | null): ChainHash | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');
