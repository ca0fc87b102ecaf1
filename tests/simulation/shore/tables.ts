import { specOf } from '#shared/records/catalogue.ts';
import type { Scalar } from '#shared/json.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type {
  JournalEntry,
  NewProblem,
  OriginHead,
  QueueEntry,
  StoredConflict,
  StoredRecord,
  VesselClaim,
  VesselHead,
  VesselIdentity,
} from '#shore/store/shore-store.ts';

/** What shore's database refuses, by Postgres's own code. */
export class DatabaseError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/** Everything that the tables hold of one vessel. Copied at a transaction's first write, and put in place by its commit. */
export class VesselTables {
  head: VesselHead;
  readonly createdAt: number;
  origins: Map<Origin, OriginHead>;
  /** In the order of the feed. */
  journal: JournalEntry[];
  /** Where an entry stands in `journal`, by `origin#number`. */
  places: Map<string, number>;
  records: Map<string, StoredRecord>;
  conflicts: Map<number, StoredConflict>;
  queue: Map<number, QueueEntry>;
  /** How far transfers of records have come. */
  baseTaken: Map<string, string | null>;
  knownAs: string | null = null;
  claims: Map<Origin, VesselClaim>;

  constructor(head: VesselHead, createdAt: number) {
    this.head = head;
    this.createdAt = createdAt;
    this.origins = new Map();
    this.journal = [];
    this.places = new Map();
    this.records = new Map();
    this.conflicts = new Map();
    this.queue = new Map();
    this.baseTaken = new Map();
    this.claims = new Map();
  }

  get identity(): VesselIdentity {
    return { knownAs: this.knownAs, claims: [...this.claims.values()] };
  }

  copy(): VesselTables {
    const copy = new VesselTables(this.head, this.createdAt);
    copy.origins = new Map(this.origins);
    copy.knownAs = this.knownAs;
    copy.claims = new Map(this.claims);
    copy.journal = [...this.journal];
    copy.places = new Map(this.places);
    copy.records = new Map(this.records);
    copy.conflicts = new Map(this.conflicts);
    copy.queue = new Map(this.queue);
    copy.baseTaken = new Map(this.baseTaken);
    return copy;
  }

  entry(origin: Origin, number: number): JournalEntry | null {
    const place = this.places.get(`${origin}#${number}`);
    return place === undefined ? null : (this.journal[place] ?? null);
  }

  replace(entry: JournalEntry): void {
    const place = this.places.get(`${entry.change.origin}#${entry.change.number}`);
    if (place !== undefined) this.journal[place] = entry;
  }

  /** @throws {DatabaseError} for an entry or a running number that is there */
  append(entry: JournalEntry): void {
    const key = `${entry.change.origin}#${entry.change.number}`;
    if (this.places.has(key)) throw unique(`sync_journal ${key}`);
    const last = this.journal.at(-1)?.feed ?? 0;
    if (entry.feed <= last) throw unique(`sync_journal_feed ${entry.feed}`);
    this.places.set(key, this.journal.length);
    this.journal.push(entry);
  }

  renumber(from: Origin, number: number, change: Change, hash: ChainHash): void {
    const place = this.places.get(`${from}#${number}`);
    const entry = place === undefined ? undefined : this.journal[place];
    if (place === undefined || entry === undefined) return;
    this.places.delete(`${from}#${number}`);
    this.places.set(`${change.origin}#${change.number}`, place);
    this.journal[place] = { ...entry, change, hash };
  }

  save(record: StoredRecord): void {
    const spec = specOf(record.entity);
    if (spec === undefined) throw new Error(`There is no kind of record called '${record.entity}'`);
    const values: Record<string, Scalar> = {};
    for (const field of Object.keys(spec.fields)) values[field] = record.row?.values[field] ?? null;
    const row = record.row === null ? null : { ...record.row, values };
    // As text, and back: what a database keeps is what was written down, not what was meant.
    const state = decodeState(spec, JSON.stringify(encodeState(record.state)), row?.values ?? null);
    const { entity, id, digest } = record;
    const base = this.records.get(keyOf(entity, id))?.base;
    this.records.set(keyOf(entity, id), { entity, id, state, row, digest, ...(base && { base }) });
  }

  saveConflict(conflict: StoredConflict, newId: () => number): void {
    const id = conflict.id ?? newId();
    const { entity, recordId, field } = conflict;
    if (conflict.settledAt === null)
      for (const other of this.conflicts.values())
        if (
          other.id !== id &&
          other.settledAt === null &&
          other.entity === entity &&
          other.recordId === recordId &&
          other.field === field
        )
          throw unique(`sync_conflicts_open ${entity} ${recordId} ${field}`);
    const before = this.conflicts.get(id);
    this.conflicts.set(
      id,
      before === undefined
        ? { ...conflict, id }
        : {
            ...before,
            heads: conflict.heads,
            base: conflict.base,
            settledAt: conflict.settledAt,
            settlement: conflict.settlement,
          },
    );
  }

  enqueue(entry: QueueEntry): void {
    if (this.queue.has(entry.number)) throw unique(`sync_outbox ${entry.number}`);
    this.queue.set(entry.number, entry);
  }
}

/** A problem as it stands in its table: told so many times. */
export interface StoredProblem extends NewProblem {
  times: number;
}

export function keyOf(entity: string, id: string): string {
  return `${entity} ${id}`;
}

function unique(what: string): DatabaseError {
  return new DatabaseError('23505', `duplicate key value violates unique constraint: ${what}`);
}
