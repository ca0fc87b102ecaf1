import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { recordSpecs, specOf } from '#shared/records/catalogue.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { receivedToJson } from '#shared/sync/received-ranges.ts';
import { isDeleted, materialise } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { vesselHead, readOriginHeads } from '../store/head-rows.ts';
import type { Database, Executor } from '../store/database.ts';
import { anyOf } from '../store/bulk.ts';
import { long } from '../store/patience.ts';
import { syncBaseTaken, syncVersions, vessel } from '../store/schema.ts';
import type { VesselHead } from '../store/shore-store.ts';
import { SqlTransaction } from '../store/sql-transaction.ts';
import { Difference, same } from './difference.ts';
import { totalOf } from '../compare/complete-digest.ts';
import { digestOf } from '../journal/digest-of-records.ts';
import { keyOf } from '../journal/fold.ts';
import { compareConflicts } from './verify-conflicts.ts';
import { compareContents } from './verify-contents.ts';
import { compareProblems } from './verify-problems.ts';
import { compareQueue } from './verify-queue.ts';
import { strayVessel } from './stray-vessel.ts';
import { foldJournal, lastAuthor, type FoldedJournal, type FoldedRecord } from './fold-journal.ts';

export type Verified =
  | {
      holds: true;
      vessels: number;
      changes: number;
      records: number;
      /** Changes beyond a gap, of which the chain tells once it closes. */
      beyond: number;
      /** Changes of which it is not known what stood in their fields before. */
      beforeUnknown: number;
    }
  | { holds: false; vesselId: string; difference: string };

/** Records compared at once. */
const chunk = 500;

/**
 * Folds every vessel's journals from nothing and compares the result with the tables, the field versions, the hash
 * chains, the cursors, the queue and the open conflicts. Reads one snapshot; nothing is changed, and the gateway
 * may go on working.
 * @param vesselId this vessel alone
 */
export async function verifyShore(database: Database, vesselId?: string): Promise<Verified> {
  return database.transaction(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`);
    return verifyWithin(tx, vesselId);
  }, long);
}

/** The same within a transaction of the caller's, which has to read one snapshot. */
export async function verifyWithin(tx: Executor, vesselId?: string): Promise<Verified> {
  const heads = (await tx.select().from(vessel).orderBy(vessel.vesselId))
    .map(vesselHead)
    .filter((head) => vesselId === undefined || head.vesselId === vesselId);
  let changes = 0;
  let records = 0;
  let beyond = 0;
  let beforeUnknown = 0;
  const stray = await strayVessel(tx);
  if (stray !== null) return { holds: false, ...stray };
  const transaction = new SqlTransaction(tx);
  for (const head of heads) {
    try {
      const folded = await foldJournal(tx, head);
      await compareHeads(tx, head, folded);
      await compareRecords(tx, head, folded);
      await compareQueue(tx, head);
      await compareConflicts({ executor: tx, transaction }, head.vesselId, folded);
      await compareProblems(tx, head.vesselId, folded.unapplied);
      await compareContents(tx, head.vesselId);
      changes += head.feed;
      records += folded.records.size;
      beyond += folded.beyond;
      beforeUnknown += folded.beforeUnknown;
    } catch (error) {
      return { holds: false, vesselId: head.vesselId, difference: differenceIn(error) };
    }
  }
  return { holds: true, vessels: heads.length, changes, records, beyond, beforeUnknown };
}

/** @throws what is not about what the database holds */
function differenceIn(error: unknown): string {
  if (error instanceof Difference) return error.message;
  if (!(error instanceof z.ZodError)) throw error;
  const [issue] = error.issues;
  return `Something in it is not as any program writes it, and cannot be read: ${issue?.path.join('.')} ${issue?.message}`;
}

async function compareHeads(tx: Executor, head: VesselHead, folded: FoldedJournal): Promise<void> {
  const heads = await readOriginHeads(tx, head.vesselId);
  const ofVessel = [...folded.origins].filter(([origin]) => origin !== head.origin);
  same(
    'The list of the vessel’s origins',
    heads.map(({ origin }) => origin).toSorted(),
    ofVessel.map(([origin]) => origin).toSorted(),
  );
  for (const { origin, received, hash, unapplied } of heads) {
    const found = folded.origins.get(origin);
    same(
      `What is held of ${origin}`,
      receivedToJson(received),
      found === undefined ? 0 : receivedToJson(found.received),
    );
    same(`The hash of ${origin} at ${received.upTo}`, hash, found?.hash);
    same(`What is not applied of ${origin}`, unapplied, found?.unapplied);
  }
  await compareOrigins(tx, head, folded);
  const own = folded.origins.get(head.origin);
  same(`Shore's last number as ${head.origin}`, head.last, own?.received.upTo ?? 0);
  same(`Shore's hash at ${head.last}`, head.hash, own?.hash ?? chainStart(head.vesselId, head.origin));
}

/** Of whatever a record has changes a cursor tells, once the records that the ship sends have all come. */
async function compareOrigins(
  tx: Executor,
  head: VesselHead,
  { origins, records }: FoldedJournal,
): Promise<void> {
  const isOnTheWay = sql`${syncBaseTaken.transfer} like ${`${head.vesselId} %`} and ${syncBaseTaken.after} is not null`;
  if ((await tx.$count(syncBaseTaken, isOnTheWay)) > 0) return;
  for (const { entity, id, state } of records.values())
    for (const origin of Object.keys(state.touched))
      if (origin !== head.origin && !origins.has(origin))
        throw new Difference(`${entity} ${id} has changes of ${origin}, of which no cursor tells`);
}

async function compareRecords(tx: Executor, head: VesselHead, folded: FoldedJournal): Promise<void> {
  const { vesselId } = head;
  const versions = await tx
    .select({ entity: syncVersions.entity, id: syncVersions.recordId })
    .from(syncVersions)
    .where(eq(syncVersions.vesselId, vesselId));
  for (const { entity, id } of versions)
    if (!folded.records.has(keyOf(entity, id)))
      throw new Difference(`${entity} ${id} has versions; the journal does not know it`);
  same('The number of records with versions', versions.length, folded.records.size);

  const transaction = new SqlTransaction(tx);
  if (head.digest !== null)
    same('The digest of all records', head.digest, await totalOf(transaction, head.vesselId));
  for (const { entity } of recordSpecs) {
    const records = [...folded.records.values()].filter((record) => record.entity === entity);
    const rows = records.filter(({ state }) => state.created !== null).length;
    same(`The number of rows of ${entity}`, await countOf(tx, entity, vesselId), rows);
    for (let start = 0; start < records.length; start += chunk)
      await compareChunk(transaction, head, entity, records.slice(start, start + chunk));
  }
}

async function compareChunk(
  transaction: SqlTransaction,
  { vesselId, digest }: VesselHead,
  entity: string,
  expected: readonly FoldedRecord[],
): Promise<void> {
  const spec = specOf(entity);
  if (spec === undefined) return;
  const stored = await transaction.records(
    vesselId,
    entity,
    expected.map(({ id }) => id),
  );
  const isComplete = digest !== null;
  const byId = new Map(stored.map((record) => [record.id, record]));
  for (const folded of expected) {
    const { id, state } = folded;
    const record = byId.get(id);
    const name = `${entity} ${id}`;
    if (record === undefined) throw new Difference(`${name} is not there; the journal says it is`);
    const values = materialise(spec, state);
    same(`The row of ${name}`, record.row?.values ?? null, values);
    same(`The versions of ${name}`, encodeState(record.state), encodeState(state));
    if (record.digest === null && isComplete) throw new Difference(`${name} is left out of the digests`);
    if (record.digest !== null) same(`The digest of ${name}`, record.digest, digestOf({ entity, id, state }));
    if (record.row === null) continue;
    same(`Whether ${name} is deleted`, record.row.deleted, isDeleted(state));
    const author = lastAuthor(folded);
    same(`Who changed ${name} last`, record.row.updatedBy, author?.by);
    same(`When ${name} was changed last`, record.row.updatedAt, author?.at);
  }
}

async function countOf(tx: Executor, entity: string, vesselId: string): Promise<number> {
  return tx.$count(sql`${sql.identifier(entity)}`, sql`vessel_id = ${anyOf([vesselId])}`);
}
