import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { Environment } from '#shared/ports.ts';
import {
  digestEdition,
  emptyDigest,
  isSamePosition,
  recordDigest,
  xorDigests,
  type Digest,
  type Position,
} from '#shared/sync/digest.ts';
import {
  differenceOf,
  receivedFromJson,
  receivedToJson,
  nothingReceived,
  unionOf,
} from '#shared/sync/received-ranges.ts';
import { decodeState } from '#shared/sync/record-state-json.ts';
import { causalContextSchema, type Origin } from '#shared/sync/causal-context.ts';
import type { AwaitedRecords } from './awaited-records.ts';
import type { WritableDatabase } from '../database.ts';
import type { JournalReader } from '../journal/journal.ts';
import type { RecordKey } from '../journal/outbox.ts';
import { platformHash } from '../journal/platform-hash.ts';
import type { RecordTable } from './record-table.ts';
import type { Settings } from '../settings.ts';
import { readSnapshotProgress } from './snapshot-progress.ts';

/** What the digests need of the node's store. */
interface Store {
  readonly environment: Environment;
  readonly tables: ReadonlyMap<string, RecordTable>;
  readonly awaited: AwaitedRecords;
  readonly journal: JournalReader;
  readonly settings: Settings;
  readonly position: Position;
}

export interface StoredDigest extends RecordKey {
  digest: Digest;
}

/** Where the stored digests stand. Written in the transaction that wrote the digests themselves. */
const progress = z.object({
  edition: z.number(),
  total: z.string(),
  /** The total takes in every change up to here. */
  position: causalContextSchema,
  /** Making all anew: what is read now, and after which id. Null once every record has been read. */
  walk: z.object({ stage: z.string(), after: z.string() }).nullable(),
  /** When all records began to be read, wall clock, ms. */
  readAt: z.number(),
});
type Progress = z.infer<typeof progress>;

/** Records at most in one transaction; time usually ends it earlier, but not before some are done: a commit costs too. */
const recordsAtOnce = 250;
const recordsAtLeast = 40;
/** How long the event loop may be held, ms; the commit comes on top. */
const sliceMs = 5;

/** One transaction's work: when it should end (monotonic, ms), and records done. */
interface Slice {
  readonly ends: number;
  done: number;
}

const clearing = 'clear';
const awaiting = 'awaited';

const key = z
  .object({ entity: z.string(), record_id: z.string() })
  .transform((row): RecordKey => ({ entity: row.entity, recordId: row.record_id }));
const entryKey = z.object({ entity: z.string(), record_id: z.string(), number: z.number() });
const digestRow = z
  .object({ entity: z.string(), record_id: z.string(), digest: z.instanceof(Uint8Array) })
  .transform((row): StoredDigest => ({
    entity: row.entity,
    recordId: row.record_id,
    digest: Buffer.from(row.digest).toString('hex'),
  }));

/**
 * Digests of all records and their total, off the path of a write: brought up to date in slices when somebody asks,
 * from the journal's entries since they last were. A crash between two slices loses nothing.
 */
export class RecordDigests {
  readonly #atomically: (work: () => void) => void;
  readonly #store: Store;
  readonly #get: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;
  readonly #clear: Statement;
  readonly #markStale: Statement;
  readonly #stale: Statement;
  readonly #entries: Statement;
  readonly #page: Statement;
  readonly #ids: ReadonlyMap<string, Statement>;
  #progress: Progress | null;

  constructor(connection: WritableDatabase, store: Store) {
    this.#atomically = connection.transaction((work: () => void) => work());
    this.#store = store;
    this.#get = connection
      .prepare('SELECT digest FROM sync_digests WHERE record_id = ? AND entity = ?')
      .pluck();
    this.#put = connection.prepare(
      `INSERT INTO sync_digests (record_id, entity, digest) VALUES (?, ?, ?)
       ON CONFLICT (record_id, entity) DO UPDATE SET digest = excluded.digest, stale = 0`,
    );
    this.#remove = connection.prepare('DELETE FROM sync_digests WHERE record_id = ? AND entity = ?');
    this.#clear = connection.prepare(
      'DELETE FROM sync_digests WHERE rowid IN (SELECT rowid FROM sync_digests LIMIT +?)',
    );
    this.#markStale = connection.prepare(
      `INSERT INTO sync_digests (record_id, entity, digest, stale) VALUES (?, ?, zeroblob(16), 1)
       ON CONFLICT (record_id, entity) DO UPDATE SET stale = 1`,
    );
    this.#stale = connection.prepare('SELECT entity, record_id FROM sync_digests WHERE stale LIMIT +?');
    this.#entries = connection.prepare(
      'SELECT entity, record_id, number FROM sync_journal WHERE entry BETWEEN ? AND ? ORDER BY entry LIMIT +?',
    );
    this.#page = connection.prepare(
      `SELECT entity, record_id, digest FROM sync_digests WHERE (record_id, entity) > (?, ?)
       ORDER BY record_id, entity LIMIT +?`,
    );
    this.#ids = new Map([
      ...[...store.tables.keys()].map((entity): [string, Statement] => [
        entity,
        connection.prepare(
          `SELECT '${entity}' AS entity, id AS record_id FROM ${entity} WHERE id > ? ORDER BY id LIMIT +?`,
        ),
      ]),
      [
        awaiting,
        connection.prepare(
          'SELECT entity, record_id FROM sync_awaited WHERE record_id > ? ORDER BY record_id LIMIT +?',
        ),
      ],
    ]);
    this.#progress = parsed(store.settings.get('digest'));
  }

  /** The digest of all records as they are now; null while it has to be brought up to date. */
  current(): Digest | null {
    if (this.#isPartial()) return null;
    const at = this.#progress;
    if (at === null || at.walk !== null || !isSamePosition(at.position, this.#store.position)) return null;
    return this.#stale.get(1) === undefined ? at.total : null;
  }

  /** When all records were last read anew, wall clock, ms; null when they never were. */
  get readAt(): number | null {
    return this.#progress?.readAt ?? null;
  }

  /**
   * Brings the digests a little further, in one transaction of some milliseconds.
   * @returns false while there is more to do; true also while a snapshot arrives, when there is nothing to be compared
   */
  advance(): boolean {
    if (this.#isPartial() || this.current() !== null) return true;
    const slice: Slice = { ends: this.#store.environment.monotonic() + sliceMs, done: 0 };
    const before = this.#progress;
    try {
      this.#atomically(() => {
        const next = this.#slice(this.#start(), slice);
        this.#store.settings.set('digest', JSON.stringify(next));
        this.#progress = next;
      });
    } catch (cause) {
      this.#progress = before;
      throw cause;
    }
    return this.current() !== null;
  }

  /** Within a transaction that changes a record by other means than a change that it journals. */
  markStale(entity: string, recordId: string): void {
    this.#markStale.run(recordId, entity);
  }

  /** Forgets all of them: they are made anew from the records when they are asked for. */
  rebuild(): void {
    this.#store.settings.set('digest', '');
    this.#progress = null;
  }

  /** The record's digest as it is kept; null where nothing is known of it. */
  get(entity: string, recordId: string): Digest | null {
    const found = this.#get.get(recordId, entity);
    return found === undefined ? null : hexOf(found);
  }

  /** All of them by record id and kind, after `after`. */
  page(after: RecordKey | null, limit: number): StoredDigest[] {
    return this.#page
      .all(after?.recordId ?? '', after?.entity ?? '', limit)
      .map((found) => digestRow.parse(found));
  }

  /** The digest of the record as its row and its versions are now; null where nothing is known of it. */
  compute(entity: string, recordId: string): Digest | null {
    const table = this.#store.tables.get(entity);
    if (table === undefined) return null;
    const row = table.get(recordId);
    const text = row?.versions ?? this.#store.awaited.get(entity, recordId);
    if (text === null) return null;
    const state = decodeState(table.spec, text, row?.values ?? null);
    return recordDigest(entity, recordId, state, platformHash);
  }

  /** What is stored, or a new beginning where it does not fit the database any more. */
  #start(): Progress {
    const at = this.#progress;
    const { position } = this.#store;
    if (at?.edition === digestEdition && isPart(at.position, position)) return at;
    return {
      edition: digestEdition,
      total: emptyDigest,
      position,
      walk: { stage: clearing, after: '' },
      readAt: this.#store.environment.now(),
    };
  }

  #slice(from: Progress, slice: Slice): Progress {
    if (from.walk !== null) return this.#walk(from, from.walk, slice);
    let next = from;
    const refresh = (found: RecordKey): void => {
      next = { ...next, total: this.#refresh(next.total, found) };
    };
    for (const found of this.#stale.all(recordsAtOnce)) {
      refresh(key.parse(found));
      if (this.#isOver(slice)) return next;
    }
    for (const [origin, received] of Object.entries(this.#store.position)) {
      const done = receivedFromJson(next.position[origin] ?? 0);
      const missing = differenceOf(receivedFromJson(received), done);
      const ranges = missing.upTo > 0 ? [[1, missing.upTo] as const, ...missing.beyond] : missing.beyond;
      for (const [first, last] of ranges) {
        const reached = this.#followJournal(origin, first, last, { refresh, slice });
        next = {
          ...next,
          position: {
            ...next.position,
            [origin]: receivedToJson(
              unionOf(receivedFromJson(next.position[origin] ?? 0), rangeOf(first, reached)),
            ),
          },
        };
        if (reached < last || this.#isOver(slice)) return next;
      }
    }
    return next;
  }

  /** @returns the number up to which the entries were followed */
  #followJournal(
    origin: Origin,
    first: number,
    last: number,
    { refresh, slice }: { refresh: (found: RecordKey) => void; slice: Slice },
  ): number {
    const base = this.#store.journal.base(origin);
    if (base === null) return last;
    const rows = this.#entries.all(base + first, base + last, recordsAtOnce);
    for (const row of rows) {
      const { entity, record_id: recordId, number } = entryKey.parse(row);
      refresh({ entity, recordId });
      if (this.#isOver(slice)) return number;
    }
    if (rows.length < recordsAtOnce) return last;
    return entryKey.parse(rows.at(-1)).number;
  }

  #walk(from: Progress, { stage, after }: NonNullable<Progress['walk']>, slice: Slice): Progress {
    const stages = [clearing, ...this.#ids.keys()];
    const then = stages[stages.indexOf(stage) + 1];
    const nextStage = then === undefined ? null : { stage: then, after: '' };
    if (stage === clearing) {
      const { changes } = this.#clear.run(recordsAtOnce * 20);
      return changes > 0 ? from : { ...from, walk: nextStage };
    }
    let next = from;
    const rows = this.#ids.get(stage)?.all(after, recordsAtOnce) ?? [];
    for (const row of rows) {
      const found = key.parse(row);
      next = {
        ...next,
        total: this.#refresh(next.total, found),
        walk: { stage, after: found.recordId },
      };
      if (this.#isOver(slice)) return next;
    }
    return rows.length < recordsAtOnce ? { ...next, walk: nextStage } : next;
  }

  #refresh(total: Digest, { entity, recordId }: RecordKey): Digest {
    const before = this.get(entity, recordId);
    const now = this.compute(entity, recordId);
    if (now === null) this.#remove.run(recordId, entity);
    else this.#put.run(recordId, entity, Buffer.from(now, 'hex'));
    let sum = total;
    if (before !== null) sum = xorDigests(sum, before);
    if (now !== null) sum = xorDigests(sum, now);
    return sum;
  }

  /** Records of a snapshot are still to come: the node does not hold all that its cursors say. */
  #isPartial(): boolean {
    return readSnapshotProgress(this.#store.settings).kind === 'under way';
  }

  #isOver(slice: Slice): boolean {
    slice.done += 1;
    return slice.done >= recordsAtLeast && this.#store.environment.monotonic() >= slice.ends;
  }
}

const rangeOf = (first: number, last: number) =>
  first === 1 ? { upTo: last, beyond: [] } : { upTo: 0, beyond: [[first, last] as const] };

/** True when `whole` holds everything that `part` does: the node has not lost what its digests take in. */
function isPart(part: Position, whole: Position): boolean {
  return Object.entries(part).every(([origin, received]) => {
    const left = differenceOf(receivedFromJson(received), receivedFromJson(whole[origin] ?? 0));
    return left.upTo === nothingReceived.upTo && left.beyond.length === 0;
  });
}

/** @param text as it is kept among the settings @returns null where the digests are made anew */
export function digestsStand(text: string | null): Progress | null {
  const stand = parsed(text);
  return stand?.edition === digestEdition ? stand : null;
}

function parsed(text: string | null): Progress | null {
  if (text === null || text === '') return null;
  try {
    return progress.parse(JSON.parse(text));
  } catch {
    // Made anew: everything that it says can be had from the records.
    return null;
  }
}

const blob = z.instanceof(Uint8Array);
const hexOf = (bytes: unknown): Digest => Buffer.from(blob.parse(bytes)).toString('hex');
