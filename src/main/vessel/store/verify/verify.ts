import { z } from 'zod';
import type { RecordSpec } from '#shared/domain/record.ts';
import { recordSpecs, specOf } from '#shared/domain/records.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { conflictsIn } from '#shared/sync/conflicts.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { heldFromJson, heldJson, holds, nothingHeld, type Held } from '#shared/sync/held.ts';
import {
  alternativesOf,
  applyChange,
  emptyState,
  isDeleted,
  materialise,
  type RecordState,
} from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/seen.ts';
import { BaseReader, type BaseHead } from '../records/base.ts';
import { conflictFromRow } from '../records/conflicts.ts';
import type { ReadableDatabase } from '../database.ts';
import { Difference } from './difference.ts';
import { JournalReader } from '../journal/journal.ts';
import { readingDatabase } from './open-for-reading.ts';
import { RecordReader } from '../records/record-table.ts';
import { Settings } from '../settings.ts';
import { compareOutbox, compareRecordIndex } from './verify-outbox.ts';

export type Verification =
  | { ok: true; changes: number; records: number; waiting: number }
  /** `difference` is a sentence about the first thing that does not fit. */
  | { ok: false; difference: string };

/**
 * Folds a node's journal from nothing and compares the outcome with its tables, its field versions, its outbox
 * and its hash chain. Opens the file for reading only, and may run beside the node.
 * @param file the node's database
 */
export function verifyJournal(file: string): Verification {
  return readingDatabase(file, verifyConnection);
}

/** The same on an open connection, within one read transaction of the caller's. */
export function verifyConnection(connection: ReadableDatabase): Verification {
  const settings = new Settings(connection);
  const vesselId = settings.get('vessel_id');
  const own = settings.get('origin');
  if (vesselId === null || own === null) return differs('The database has no vessel in it yet');
  try {
    const folded = foldJournals(connection, vesselId, own);
    const records = compareRecords(connection, folded.states);
    compareConflicts(connection, folded.states);
    const waiting = compareOutbox(connection, own, { last: folded.last, acknowledged: folded.acknowledged });
    compareRecordIndex(connection, own);
    return { ok: true, changes: folded.changes, records, waiting };
  } catch (cause) {
    if (cause instanceof Difference) return differs(cause.message);
    throw cause;
  }
}

const differs = (difference: string): Verification => ({ ok: false, difference });

/** Entries read at a time. */
const stride = 1_000;

interface Folded {
  states: Map<string, { spec: RecordSpec; recordId: string; state: RecordState }>;
  changes: number;
  /** Number of the node's own last change. */
  last: number;
  /** What shore holds of them, as it said. */
  acknowledged: Held;
}

function foldJournals(connection: ReadableDatabase, vesselId: string, own: Origin): Folded {
  const journal = new JournalReader(connection);
  const heads = readHeads(connection);
  const base = new BaseReader(connection);
  const folded: Folded = { states: beginWith(base), changes: 0, last: 0, acknowledged: nothingHeld };
  const begins = new Map(base.heads().map((head) => [head.origin, head]));
  for (const origin of new Set([...begins.keys(), ...journal.origins()])) {
    const held = origin === own ? null : (heads.get(origin)?.held ?? nothingHeld);
    const begin = begins.get(origin);
    let hash = begin?.hash ?? chainStart(vesselId, origin);
    let previous = begin?.number ?? 0;
    if (begin !== undefined) folded.changes += checkKept(journal, vesselId, begin);
    for (;;) {
      const entries = journal.range(origin, previous, stride);
      for (const entry of entries) {
        const { change } = entry;
        if (held === null ? change.number !== previous + 1 : !holds(held, change.number))
          throw new Difference(`Journal ${origin}: entry ${change.number} follows entry ${previous}`);
        if (held !== null && change.number <= held.upTo && change.number !== previous + 1)
          throw new Difference(`Journal ${origin}: entry ${previous + 1} is missing`);
        if (held === null || change.number <= held.upTo) {
          hash = chainNext(hash, change);
          if (entry.hash !== hash)
            throw new Difference(
              `Journal ${origin}: entry ${change.number} does not fit the hash chain; it was altered`,
            );
        }
        const acknowledged = heads.get(origin)?.acknowledged;
        if (acknowledged?.number === change.number && acknowledged.hash !== hash)
          throw new Difference(
            `Journal ${origin}: entry ${change.number} is not the one that shore acknowledged`,
          );
        if (entry.applied === 'applied') fold(folded.states, change);
        folded.changes += 1;
        previous = change.number;
      }
      if (entries.length < stride) break;
    }
    if (held !== null && previous < held.upTo)
      throw new Difference(
        `Journal ${origin}: ends at entry ${previous}, but ${held.upTo} are said to be held`,
      );
    if (origin === own) folded.last = previous;
  }
  const acknowledged = heads.get(own)?.acknowledged ?? null;
  if (acknowledged?.number === 0 && acknowledged.hash !== chainStart(vesselId, own))
    throw new Difference(`Journal ${own}: shore acknowledged another one`);
  folded.acknowledged = acknowledged?.held ?? nothingHeld;
  return folded;
}

/**
 * What this node wrote under a former name before it took a snapshot, which has it as well: from the first entry on, one
 * after the other, the journal that shore holds. @returns how many there are without a gap
 */
function checkKept(journal: JournalReader, vesselId: string, begin: BaseHead): number {
  const { origin } = begin;
  let hash = chainStart(vesselId, origin);
  for (let previous = 0; ;) {
    const entries = journal
      .range(origin, previous, stride)
      .filter(({ change }) => change.number <= begin.number);
    for (const entry of entries) {
      const { number } = entry.change;
      // What came early, before a snapshot told of everything up to here, follows on from nothing that is held.
      if (number !== previous + 1) return previous;
      hash = chainNext(hash, entry.change);
      if (entry.hash !== hash || (number === begin.number && hash !== begin.hash))
        throw new Difference(
          `Journal ${origin}: entry ${number} does not fit the hash chain; it was altered`,
        );
      previous = number;
    }
    if (entries.length < stride) return previous;
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

/** Where values stand against each other, a conflict with just these values is open, and nowhere else. */
function compareConflicts(connection: ReadableDatabase, states: Folded['states']): void {
  const expected = new Map<string, string>();
  for (const { spec, recordId, state } of states.values())
    for (const field of conflictsIn(spec, state)) {
      const values = alternativesOf(spec, state, field).map(({ value, stamp }) => [
        value,
        stamp.origin,
        stamp.number,
      ]);
      expected.set(`${spec.entity} ${recordId} ${field}`, JSON.stringify(values));
    }
  for (const row of connection.prepare('SELECT * FROM sync_conflicts WHERE settled_at IS NULL').iterate()) {
    const { entity, recordId, field, heads } = conflictFromRow(row);
    const name = `${entity} ${recordId} ${field}`;
    const found = JSON.stringify(heads.map(({ value, origin, number }) => [value, origin, number]));
    if (expected.get(name) !== found)
      throw new Difference(`${name}: the conflict is not the one that the journal tells of`);
    expected.delete(name);
  }
  const [missing] = expected.keys();
  if (missing !== undefined)
    throw new Difference(`${missing}: the journal tells of a conflict that is not listed`);
}

const awaitedRow = z.object({ entity: z.string(), record_id: z.string() });

interface Head {
  held: Held;
  /** What shore said it holds, and the chain hash at its cursor. */
  acknowledged: { held: Held; number: number; hash: string } | null;
}

const headRow = z.object({
  origin: z.string(),
  held: z.string(),
  acknowledged: z.string().nullable(),
  acknowledged_hash: z.instanceof(Uint8Array).nullable(),
});

function readHeads(connection: ReadableDatabase): Map<Origin, Head> {
  const parse = (text: string): Held => heldFromJson(heldJson.parse(JSON.parse(text)));
  const rows = connection.prepare('SELECT * FROM sync_heads').all();
  return new Map(
    rows.map((row): [Origin, Head] => {
      const stored = headRow.parse(row);
      const held = parse(stored.held);
      if (stored.acknowledged === null) return [stored.origin, { held, acknowledged: null }];
      const acknowledged = parse(stored.acknowledged);
      if (stored.acknowledged_hash === null)
        throw new Difference(`Journal ${stored.origin}: what shore acknowledged has no hash`);
      const hash = Buffer.from(stored.acknowledged_hash).toString('hex');
      return [stored.origin, { held, acknowledged: { held: acknowledged, number: acknowledged.upTo, hash } }];
    }),
  );
}
