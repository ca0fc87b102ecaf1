import { z } from 'zod';
import { recordSpecs, specOf } from '#shared/records/catalogue.ts';
import { recordDigest, type Digest, type Position } from '#shared/sync/digest.ts';
import {
  receivedFromJson,
  receivedRangesJson,
  receivedToJson,
  hasReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { decodeState } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { ReadableDatabase } from '../database.ts';
import { JournalReader } from '../journal/journal.ts';
import { readingDatabase } from './open-for-reading.ts';
import { platformHash } from '../journal/platform-hash.ts';
import { BaseReader, type BaseHead } from '../records/base.ts';
import { RecordReader } from '../records/record-table.ts';
import { Settings } from '../settings.ts';

export interface HeldRecord {
  entity: string;
  recordId: string;
  digest: Digest;
  /** What people call it. */
  label: string;
}

/** Everything that a node's database holds, read from the records themselves. */
export interface VesselHolding {
  vesselId: string;
  origin: Origin;
  held: Position;
  /** By kind and id, with a blank between. */
  records: Map<string, HeldRecord>;
  /** Up to where each journal came as records of a snapshot, without its entries. */
  bases: ReadonlyMap<Origin, BaseHead>;
  /** Chain hash of an entry, or of where a snapshot ends; null where it is not held. */
  hashAt(origin: Origin, number: number): string | null;
  /** Records changed by the node's own entries that `held` does not hold: kind and id, with a blank between. */
  changedBeyond(received: ReceivedRanges): Set<string>;
}

const headRow = z.object({ origin: z.string(), held: z.string() });
const awaitedRow = z.object({ entity: z.string(), record_id: z.string(), state: z.string() });
const entriesAtOnce = 1_000;

/**
 * @param file the node's database; read again whenever something of its journal is asked
 * @returns null for a database that has no vessel in it yet
 */
export function readHolding(file: string): VesselHolding | null {
  const found = readingDatabase(file, readPosition);
  if (found === null) return null;
  const { origin } = found;
  return {
    ...found,
    hashAt: (of, number) => {
      const base = found.bases.get(of);
      if (base?.number === number) return base.hash;
      return readingDatabase(
        file,
        (connection) => new JournalReader(connection).get(of, number)?.hash ?? null,
      );
    },
    changedBeyond: (theirs) =>
      readingDatabase(file, (connection) => changedBeyond(new JournalReader(connection), origin, theirs)),
  };
}

function readPosition(connection: ReadableDatabase): Omit<VesselHolding, 'hashAt' | 'changedBeyond'> | null {
  const settings = new Settings(connection);
  const vesselId = settings.get('vessel_id');
  const origin = settings.get('origin');
  if (vesselId === null || origin === null) return null;
  const held: Record<Origin, Position[string]> = {};
  for (const row of connection.prepare('SELECT origin, held FROM sync_heads').all()) {
    const head = headRow.parse(row);
    if (head.origin !== origin)
      held[head.origin] = receivedToJson(receivedFromJson(receivedRangesJson.parse(JSON.parse(head.held))));
  }
  held[origin] = new JournalReader(connection).last(origin)?.change.number ?? 0;
  const bases = new Map(new BaseReader(connection).heads().map((head) => [head.origin, head]));
  return { vesselId, origin, held, bases, records: readRecords(connection) };
}

function changedBeyond(journal: JournalReader, origin: Origin, received: ReceivedRanges): Set<string> {
  const changed = new Set<string>();
  for (let after = 0; ;) {
    const entries = journal.range(origin, after, entriesAtOnce);
    for (const { change } of entries)
      if (!hasReceived(received, change.number)) changed.add(`${change.entity} ${change.recordId}`);
    after = entries.at(-1)?.change.number ?? after;
    if (entries.length < entriesAtOnce) return changed;
  }
}

function readRecords(connection: ReadableDatabase): Map<string, HeldRecord> {
  const records = new Map<string, HeldRecord>();
  const add = (entity: string, recordId: string, digest: Digest, label: string): void =>
    void records.set(`${entity} ${recordId}`, { entity, recordId, digest, label });
  for (const spec of recordSpecs) {
    const reader = new RecordReader(connection, spec);
    for (const found of connection.prepare(`SELECT id FROM ${spec.entity}`).pluck().all()) {
      const id = z.string().parse(found);
      const record = reader.get(id);
      if (record === null) continue;
      const { values } = record;
      const state = decodeState(spec, record.versions, values);
      const label = [values['number'] ?? values['code'], values['title'] ?? values['name']]
        .filter((part) => typeof part === 'string')
        .join(' ');
      add(spec.entity, id, recordDigest(spec.entity, id, state, platformHash), label);
    }
  }
  for (const row of connection.prepare('SELECT entity, record_id, state FROM sync_awaited').all()) {
    const { entity, record_id: id, state } = awaitedRow.parse(row);
    const spec = specOf(entity);
    if (spec !== undefined)
      add(entity, id, recordDigest(entity, id, decodeState(spec, state, null), platformHash), '');
  }
  return records;
}
