import { dirname, join } from 'node:path';
import { SqliteError } from 'better-sqlite3';
import { z } from 'zod';
import type { RecordSpec } from '#shared/records/record.ts';
import { recordSpecs, specOf } from '#shared/records/catalogue.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import type { Position } from '#shared/sync/digest.ts';
import {
  furthestOf,
  receivedFromJson,
  receivedRangesJson,
  hasReceived,
  nothingReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { applyChange, emptyState, isDeleted, materialise, type RecordState } from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { BaseReader, type BaseHead } from '../records/base.ts';
import type { ReadableDatabase } from '../database.ts';
import { Difference } from './difference.ts';
import { JournalReader, type JournalEntry } from '../journal/journal.ts';
import { readingDatabase } from './open-for-reading.ts';
import { RecordReader } from '../records/record-table.ts';
import { Settings } from '../settings.ts';
import { checkEntry, checkPlaces } from './check-entries.ts';
import { compareAuthor } from './verify-authors.ts';
import { compareConflicts } from './verify-conflicts.ts';
import { compareContents } from './verify-contents.ts';
import { compareDigests, digestsUpTo, isBeyond } from './verify-digests.ts';
import { compareProblems } from './verify-problems.ts';
import { compareOutbox, compareRecordIndex } from './verify-outbox.ts';

export type Verification =
  /** `beyond`: changes beyond a gap, of which the chain tells once it closes. */
  | { ok: true; changes: number; records: number; waiting: number; beyond: number }
  /** `difference` is a sentence about the first thing that does not fit. */
  | { ok: false; difference: string };

/**
 * Folds a node's journal from nothing and compares the outcome with its tables, its field versions, its outbox
 * and its hash chain. Opens the file for reading only, and may run beside the node.
 * @param file the node's database
 */
export function verifyJournal(file: string): Verification {
  const folder = join(dirname(file), 'attachments');
  const verify = (): Verification =>
    readingDatabase(file, (connection) => verifyConnection(connection, folder));
  const first = verify();
  // A node that runs may have taken a content away between the list and its file.
  return first.ok ? first : verify();
}

/**
 * The same on an open connection, within one read transaction of the caller's.
 * @param contents folder of the contents of attachments; left out where there is none
 */
export function verifyConnection(connection: ReadableDatabase, contents?: string): Verification {
  const settings = new Settings(connection);
  const vesselId = settings.get('vessel_id');
  const own = settings.get('origin');
  if (vesselId === null || own === null) return differs('The database has no vessel in it yet');
  try {
    checkPlaces(connection);
    const folded = foldJournals(connection, vesselId, own);
    // First where the journal ends: what is missing at its end shows in everything that is made from it.
    const waiting = compareOutbox(connection, own, { last: folded.last, acknowledged: folded.acknowledged });
    const records = compareRecords(connection, folded.states);
    compareConflicts(connection, folded.states, new BaseReader(connection));
    compareProblems(connection, folded.unapplied);
    if (folded.digests !== null)
      compareDigests(connection, folded.states, { ...folded.digests, moved: folded.moved });
    compareRecordIndex(connection, own);
    if (contents !== undefined) compareContents(connection, contents);
    return { ok: true, changes: folded.changes, records, waiting, beyond: folded.beyond };
  } catch (cause) {
    if (cause instanceof Difference) return differs(cause.message);
    if (cause instanceof SqliteError || !(cause instanceof Error)) throw cause;
    return differs(
      `Something in it is not as any program writes it, and cannot be read: ${firstLine(cause)}`,
    );
  }
}

const firstLine = ({ message }: Error): string => message.replaceAll(/\s+/g, ' ').slice(0, 300);

const differs = (difference: string): Verification => ({ ok: false, difference });

/** Entries read at a time. */
const stride = 1_000;

interface Folded {
  states: Map<string, { spec: RecordSpec; recordId: string; state: RecordState }>;
  changes: number;
  /** Number of the node's own last change. */
  last: number;
  /** What shore holds of them, as it said. */
  acknowledged: ReceivedRanges;
  unapplied: JournalEntry[];
  /** Up to where the kept digests reach, and the records of what came since, by kind and id. */
  digests: { position: Position; total: string } | null;
  moved: Set<string>;
  /** Entries beyond a gap, which the chain does not reach yet. */
  beyond: number;
}

function foldJournals(connection: ReadableDatabase, vesselId: string, own: Origin): Folded {
  const journal = new JournalReader(connection);
  const heads = readHeads(connection);
  const base = new BaseReader(connection);
  const folded: Folded = {
    states: beginWith(base),
    changes: 0,
    last: 0,
    acknowledged: nothingReceived,
    unapplied: [],
    digests: digestsUpTo(connection),
    moved: new Set(),
    beyond: 0,
  };
  const begins = new Map(base.heads().map((head) => [head.origin, head]));
  for (const origin of new Set([...begins.keys(), ...journal.origins()])) {
    const received = origin === own ? null : (heads.get(origin)?.received ?? nothingReceived);
    const begin = begins.get(origin);
    let hash = begin?.hash ?? chainStart(vesselId, origin);
    let previous = begin?.number ?? 0;
    const take = (entry: JournalEntry): void => {
      if (entry.applied === 'applied') fold(folded.states, entry.change);
      else folded.unapplied.push(entry);
    };
    if (begin !== undefined) folded.changes += checkKept(journal, { vesselId, own, begin, take });
    for (;;) {
      const entries = journal.range(origin, previous, stride);
      for (const entry of entries) {
        const { change } = entry;
        if (received === null ? change.number !== previous + 1 : !hasReceived(received, change.number))
          throw new Difference(`Journal ${origin}: entry ${change.number} follows entry ${previous}`);
        if (received !== null && change.number <= received.upTo && change.number !== previous + 1)
          throw new Difference(`Journal ${origin}: entry ${previous + 1} is missing`);
        if (received === null || change.number <= received.upTo) {
          hash = chainNext(hash, change);
          if (entry.hash !== hash)
            throw new Difference(
              `Journal ${origin}: entry ${change.number} does not fit the hash chain; it was altered`,
            );
        } else folded.beyond += 1;
        const acknowledged = heads.get(origin)?.acknowledged;
        if (acknowledged?.number === change.number && acknowledged.hash !== hash)
          throw new Difference(
            `Journal ${origin}: entry ${change.number} is not the one that shore acknowledged`,
          );
        checkEntry(entry, own);
        take(entry);
        if (folded.digests !== null && isBeyond(folded.digests.position, change))
          folded.moved.add(`${change.entity} ${change.recordId}`);
        folded.changes += 1;
        previous = change.number;
      }
      if (entries.length < stride) break;
    }
    if (received !== null && previous < received.upTo)
      throw new Difference(
        `Journal ${origin}: ends at entry ${previous}, but ${received.upTo} are said to be held`,
      );
    const head = heads.get(origin);
    const isWhere =
      received === null || (received.upTo >= (begin?.number ?? 0) && (head?.hash ?? hash) === hash);
    if (!isWhere)
      throw new Difference(
        `Journal ${origin}: the cursor at ${received.upTo} is not where the journal stands`,
      );
    if (origin === own) folded.last = previous;
  }
  checkHeads(heads, own, new Set([...begins.keys(), ...journal.origins()]));
  const acknowledged = heads.get(own)?.acknowledged ?? null;
  if (acknowledged?.number === 0 && acknowledged.hash !== chainStart(vesselId, own))
    throw new Difference(`Journal ${own}: shore acknowledged another one`);
  folded.acknowledged = acknowledged?.received ?? nothingReceived;
  return folded;
}

/** Cursors are of journals that are there; of its own a node has what shore said of it alone. */
function checkHeads(heads: ReadonlyMap<Origin, Head>, own: Origin, known: ReadonlySet<Origin>): void {
  for (const [origin, { received, acknowledged }] of heads) {
    const isOwn = origin === own;
    const isSaid = isOwn ? furthestOf(received) > 0 : acknowledged !== null || !known.has(origin);
    if (isSaid) throw new Difference(`Journal ${origin}: a cursor says of it what the journal does not have`);
  }
}

/**
 * What this node has as changes of a journal of which it then took a snapshot. The snapshot says that its records have them;
 * they are folded all the same, as whoever made it may have said so in vain. From the first entry on, one after the other,
 * they are the journal that shore holds. @returns how many there are without a gap
 */
function checkKept(
  journal: JournalReader,
  {
    vesselId,
    own,
    begin,
    take,
  }: { vesselId: string; own: Origin; begin: BaseHead; take: (entry: JournalEntry) => void },
): number {
  const { origin } = begin;
  let hash = chainStart(vesselId, origin);
  let whole = 0;
  for (let previous = 0; ;) {
    const entries = journal
      .range(origin, previous, stride)
      .filter(({ change }) => change.number <= begin.number);
    for (const entry of entries) {
      const { number } = entry.change;
      checkEntry(entry, own);
      take(entry);
      previous = number;
      // What came early, before a snapshot told of everything up to here, follows on from nothing that is held.
      if (number !== whole + 1) continue;
      hash = chainNext(hash, entry.change);
      if (entry.hash !== hash || (number === begin.number && hash !== begin.hash))
        throw new Difference(
          `Journal ${origin}: entry ${number} does not fit the hash chain; it was altered`,
        );
      whole = number;
    }
    if (entries.length < stride) return whole;
  }
}

/** The records as they came with a snapshot, if this node took one. */
function beginWith(base: BaseReader): Folded['states'] {
  const states: Folded['states'] = new Map();
  for (const { entity, id, state, values } of base.all()) {
    const spec = specOf(entity);
    if (spec === undefined) throw new Difference(`${entity} ${id} of the snapshot is of an unknown kind`);
    states.set(`${entity} ${id}`, { spec, recordId: id, state: decodeState(spec, state, values) });
  }
  return states;
}

function fold(states: Folded['states'], change: Parameters<typeof applyChange>[2]): void {
  const spec = specOf(change.entity);
  if (spec === undefined)
    throw new Difference(`Entry ${change.number} of ${change.origin} is of an unknown kind`);
  const key = `${change.entity} ${change.recordId}`;
  const known = states.get(key)?.state ?? emptyState;
  states.set(key, { spec, recordId: change.recordId, state: applyChange(spec, known, change) });
}

function compareRecords(connection: ReadableDatabase, states: Folded['states']): number {
  const tables = new Map<string, RecordReader>(
    recordSpecs.map((spec) => [spec.entity, new RecordReader(connection, spec)]),
  );
  const readers = { journal: new JournalReader(connection), base: new BaseReader(connection) };
  const awaited = connection
    .prepare('SELECT state FROM sync_awaited WHERE record_id = ? AND entity = ?')
    .pluck();
  for (const { spec, recordId, state } of states.values()) {
    const name = `${spec.entity} ${recordId}`;
    const values = materialise(spec, state);
    const stored = tables.get(spec.entity)?.get(recordId) ?? null;
    if (values === null) {
      if (stored !== null) throw new Difference(`${name} has a row, but the journal never created it`);
    } else {
      if (stored === null) throw new Difference(`${name} has no row, but the journal created it`);
      for (const [field, value] of Object.entries(values))
        if (stored.values[field] !== value)
          throw new Difference(
            `${name}: ${field} is ${JSON.stringify(stored.values[field])}, the journal says ${JSON.stringify(value)}`,
          );
      if (stored.deleted !== isDeleted(state))
        throw new Difference(`${name} is ${stored.deleted ? '' : 'not '}deleted, the journal says otherwise`);
      compareAuthor(readers, { entity: spec.entity, recordId, state }, stored);
    }
    const text = stored?.versions ?? awaited.get(recordId, spec.entity);
    if (typeof text !== 'string' || canonicalJson(JSON.parse(text)) !== canonicalJson(encodeState(state)))
      throw new Difference(`${name}: its field versions are not those of the journal`);
  }
  for (const spec of recordSpecs)
    for (const id of connection.prepare(`SELECT id FROM ${spec.entity}`).pluck().iterate())
      if (!states.has(`${spec.entity} ${String(id)}`))
        throw new Difference(`${spec.entity} ${String(id)} is in its table, but not in the journal`);
  for (const row of connection.prepare('SELECT entity, record_id FROM sync_awaited').iterate()) {
    const { entity, record_id: id } = awaitedRow.parse(row);
    if (states.get(`${entity} ${id}`)?.state.created !== null)
      throw new Difference(`${entity} ${id} is awaited, but the journal has its create or nothing of it`);
  }
  return states.size;
}

const awaitedRow = z.object({ entity: z.string(), record_id: z.string() });

interface Head {
  received: ReceivedRanges;
  /** Chain hash at the cursor; of another origin's journal. */
  hash: string;
  /** What shore said it holds, and the chain hash at its cursor. */
  acknowledged: { received: ReceivedRanges; number: number; hash: string } | null;
}

const headRow = z.object({
  origin: z.string(),
  held: z.string(),
  hash: z.instanceof(Uint8Array),
  acknowledged: z.string().nullable(),
  acknowledged_hash: z.instanceof(Uint8Array).nullable(),
});

function readHeads(connection: ReadableDatabase): Map<Origin, Head> {
  const parse = (text: string): ReceivedRanges =>
    receivedFromJson(receivedRangesJson.parse(JSON.parse(text)));
  const rows = connection.prepare('SELECT * FROM sync_heads').all();
  return new Map(
    rows.map((row): [Origin, Head] => {
      const stored = headRow.parse(row);
      const received = parse(stored.held);
      const at = Buffer.from(stored.hash).toString('hex');
      if (stored.acknowledged === null) return [stored.origin, { received, hash: at, acknowledged: null }];
      const acknowledged = parse(stored.acknowledged);
      if (stored.acknowledged_hash === null)
        throw new Difference(`Journal ${stored.origin}: what shore acknowledged has no hash`);
      const hash = Buffer.from(stored.acknowledged_hash).toString('hex');
      return [
        stored.origin,
        { received, hash: at, acknowledged: { received: acknowledged, number: acknowledged.upTo, hash } },
      ];
    }),
  );
}
