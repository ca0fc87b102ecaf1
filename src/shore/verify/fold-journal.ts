import { and, asc, eq, gt, isNotNull } from 'drizzle-orm';
import { specOf } from '#shared/records/catalogue.ts';
import { chainNext, chainStart, type ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { countOf, nothingReceived, withNumber, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { applyChange, emptyState, latestStamp, type RecordState } from '#shared/sync/merge.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { stateOf } from '#shared/sync/snapshot/join.ts';
import type { JournalBase } from '#shared/sync/snapshot/onward.ts';
import { snapshotRecord, type SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { keyOf } from '../journal/fold.ts';
import { withRanges } from '../journal/ranges.ts';
import type { Executor } from '../store/database.ts';
import { journalEntry } from '../store/journal-rows.ts';
import { readOriginHeads } from '../store/head-rows.ts';
import { syncJournal, syncVersions } from '../store/schema.ts';
import type { JournalEntry, NumberRange, VesselHead } from '../store/shore-store.ts';
import { BeforeCheck } from './before-check.ts';
import { reasonParked } from './check-entries.ts';
import { Difference, same } from './difference.ts';

export interface FoldedRecord {
  entity: string;
  id: string;
  state: RecordState;
  /** Who wrote the changes that may be in force, and when, by `origin#number`. */
  authors: Map<string, Author>;
}

export interface Author {
  by: string;
  at: number;
}

export interface FoldedOrigin {
  received: ReceivedRanges;
  /** At the cursor. */
  hash: ChainHash;
  unapplied: readonly NumberRange[];
}

export interface FoldedJournal {
  records: Map<string, FoldedRecord>;
  origins: Map<Origin, FoldedOrigin>;
  /** What came without its changes. */
  bases: readonly SnapshotRecord[];
  /** Changes that are kept and not applied, and why those are parked that are. */
  unapplied: readonly { entry: JournalEntry; reason: string }[];
  /** Changes beyond a gap, of which the chain tells once it closes. */
  beyond: number;
  /** Changes of which it is not known what stood in their fields before. */
  beforeUnknown: number;
}

const pageSize = 1_000;
/** Authors are kept for so many changes of a record before those that were overruled are forgotten. */
const manyAuthors = 200;

/** What a vessel's journals give, read from the beginning. @throws {Difference} where they are not whole */
export async function foldJournal(
  tx: Executor,
  { vesselId, feed, origin: own }: VesselHead,
): Promise<FoldedJournal> {
  const records = new Map<string, FoldedRecord>();
  const numbers = new Map<Origin, { received: ReceivedRanges; unapplied: number[] }>();
  const bases = await readBases(tx, vesselId);
  for (const base of bases) begin(records, base);
  const unapplied: FoldedJournal['unapplied'][number][] = [];
  const before = new BeforeCheck(bases);
  const baseHeads = new Map(
    (await readOriginHeads(tx, vesselId)).flatMap(({ origin, base }) =>
      base === undefined ? [] : [[origin, base] as const],
    ),
  );
  for (const [origin, { number }] of baseHeads)
    numbers.set(origin, { received: { upTo: number, beyond: [] }, unapplied: [] });
  let last = 0;
  for (;;) {
    const page = await readByFeed(tx, vesselId, last);
    if (page.length === 0) break;
    for (const entry of page) {
      last += 1;
      same(`The running number of ${nameOf(entry.change)}`, entry.feed, last);
      const origin = numbers.get(entry.change.origin) ?? { received: nothingReceived, unapplied: [] };
      origin.received = withNumber(origin.received, entry.change.number);
      if (entry.applied !== 'applied') origin.unapplied.push(entry.change.number);
      numbers.set(entry.change.origin, origin);
      const reason = reasonParked(entry, own);
      if (entry.applied !== 'applied') unapplied.push({ entry, reason });
      else {
        before.check(entry, records.get(keyOf(entry.change.entity, entry.change.recordId))?.state);
        apply(records, entry.change);
      }
    }
  }
  same('The last running number', feed, last);
  const origins = new Map<Origin, FoldedOrigin>();
  for (const [origin, { received, unapplied }] of numbers)
    origins.set(origin, {
      received,
      hash: await walkChain(tx, vesselId, { origin, received, base: baseHeads.get(origin) }),
      unapplied: withRanges([], unapplied),
    });
  return {
    records,
    origins,
    bases,
    unapplied,
    beyond: [...origins.values()].reduce(
      (sum, { received }) => sum + countOf({ upTo: 0, beyond: received.beyond }),
      0,
    ),
    beforeUnknown: before.unknown,
  };
}

function apply(records: Map<string, FoldedRecord>, change: Change): void {
  const { entity, recordId } = change;
  const spec = specOf(entity);
  if (spec === undefined)
    throw new Difference(`${nameOf(change)} is applied, but there is no kind of record '${entity}'`);
  const known = records.get(keyOf(entity, recordId));
  const record: FoldedRecord = {
    entity,
    id: recordId,
    state: applyChange(spec, known?.state ?? emptyState, change),
    authors: known?.authors ?? new Map<string, Author>(),
  };
  record.authors.set(stampKey(change), { by: change.actorName, at: change.at });
  if (record.authors.size > manyAuthors) forgetOverruled(record);
  records.set(keyOf(entity, recordId), record);
}

/** The author of the change in force that came last. */
export function lastAuthor({ state, authors }: FoldedRecord): Author | null {
  const latest = latestStamp(state);
  return latest === null ? null : (authors.get(stampKey(latest)) ?? null);
}

function forgetOverruled({ state, authors }: FoldedRecord): void {
  const heads = Object.values(state.heads).flat();
  const inForce = [...heads.map(({ stamp }) => stamp), ...Object.values(state.deletions)];
  const kept = new Set(inForce.map(stampKey));
  for (const key of authors.keys()) if (!kept.has(key)) authors.delete(key);
}

function stampKey({ origin, number }: Pick<Change, 'origin' | 'number'>): string {
  return `${origin}#${number}`;
}

/** @returns the hash at the cursor */
async function walkChain(
  tx: Executor,
  vesselId: string,
  { origin, received, base }: { origin: Origin; received: ReceivedRanges; base: JournalBase | undefined },
): Promise<ChainHash> {
  let hash = chainStart(vesselId, origin);
  let after = 0;
  /** False where entries are missing, before a base. */
  let isWhole = true;
  let isBeyond = false;
  for (;;) {
    const rows = await tx
      .select()
      .from(syncJournal)
      .where(
        and(
          eq(syncJournal.vesselId, vesselId),
          eq(syncJournal.origin, origin),
          gt(syncJournal.number, after),
        ),
      )
      .orderBy(asc(syncJournal.number))
      .limit(pageSize);
    for (const entry of rows.map(journalEntry)) {
      isWhole &&= entry.change.number === after + 1 || entry.change.number > received.upTo;
      after = entry.change.number;
      if (base !== undefined && after <= base.number && !isWhole) continue;
      if (base !== undefined && !isBeyond && after > base.number) {
        isBeyond = true;
        isWhole = true;
        hash = base.hash;
      }
      if (after <= received.upTo) hash = chainNext(hash, entry.change);
      same(`The hash of ${nameOf(entry.change)}`, entry.hash, after <= received.upTo ? hash : null);
    }
    if (rows.length < pageSize) return base !== undefined && !isBeyond ? base.hash : hash;
  }
}

/** What folding begins with, of records that came without their changes. */
async function readBases(tx: Executor, vesselId: string): Promise<SnapshotRecord[]> {
  const rows = await tx
    .select({ base: syncVersions.base })
    .from(syncVersions)
    .where(and(eq(syncVersions.vesselId, vesselId), isNotNull(syncVersions.base)));
  return rows.flatMap(({ base }) => (base === null ? [] : [snapshotRecord.parse(base)]));
}

function begin(records: Map<string, FoldedRecord>, base: SnapshotRecord): void {
  const { entity, id } = base;
  const spec = specOf(entity);
  if (spec === undefined) throw new Difference(`There is no kind of record '${entity}'`);
  const state = stateOf(spec, base);
  const latest = latestStamp(state);
  const authors = new Map<string, Author>();
  if (latest !== null) authors.set(stampKey(latest), { by: base.updatedBy, at: base.updatedAt });
  records.set(keyOf(entity, id), { entity, id, state, authors });
}

async function readByFeed(tx: Executor, vesselId: string, after: number): Promise<JournalEntry[]> {
  const rows = await tx
    .select()
    .from(syncJournal)
    .where(and(eq(syncJournal.vesselId, vesselId), gt(syncJournal.feed, after)))
    .orderBy(asc(syncJournal.feed))
    .limit(pageSize);
  return rows.map(journalEntry);
}

function nameOf(change: Change): string {
  return `change ${change.number} of ${change.origin}`;
}
