import { asc, eq, sql } from 'drizzle-orm';
import { recordSpecs, specOf } from '#shared/domain/records.ts';
import { heldToJson, holds } from '#shared/sync/held.ts';
import { conflictsIn } from '#shared/sync/conflicts.ts';
import { alternativesOf, isDeleted, materialise } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { vesselHead, readOriginHeads } from '../store/head-rows.ts';
import type { Database, Executor } from '../store/database.ts';
import { anyOf } from '../store/bulk.ts';
import { long } from '../store/patience.ts';
import { syncConflicts, syncOutbox, syncVersions, vessel } from '../store/schema.ts';
import type { VesselHead } from '../store/shore-store.ts';
import { SqlTransaction } from '../store/sql-transaction.ts';
import { Difference, same } from './difference.ts';
import { totalOf } from '../compare/complete-digest.ts';
import { digestOf } from '../journal/digest-of-records.ts';
import { keyOf } from '../journal/fold.ts';
import { foldJournal, lastAuthor, type FoldedJournal, type FoldedRecord } from './fold-journal.ts';

export type Verified =
  | { holds: true; vessels: number; changes: number; records: number }
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
    const heads = (await tx.select().from(vessel).orderBy(vessel.vesselId))
      .map(vesselHead)
      .filter((head) => vesselId === undefined || head.vesselId === vesselId);
    let changes = 0;
    let records = 0;
    for (const head of heads) {
      try {
        const folded = await foldJournal(tx, head);
        await compareHeads(tx, head, folded);
        await compareRecords(tx, head, folded);
        await compareQueue(tx, head);
        await compareConflicts(tx, head.vesselId, folded);
        changes += head.feed;
        records += folded.records.size;
      } catch (error) {
        if (!(error instanceof Difference)) throw error;
        return { holds: false, vesselId: head.vesselId, difference: error.message };
      }
    }
    return { holds: true, vessels: heads.length, changes, records };
  }, long);
}

async function compareHeads(tx: Executor, head: VesselHead, folded: FoldedJournal): Promise<void> {
  const heads = await readOriginHeads(tx, head.vesselId);
  const ofVessel = [...folded.origins].filter(([origin]) => origin !== head.origin);
  same(
    'The list of the vessel’s origins',
    heads.map(({ origin }) => origin).toSorted(),
    ofVessel.map(([origin]) => origin).toSorted(),
  );
  for (const { origin, held, hash, unapplied } of heads) {
    const found = folded.origins.get(origin);
    same(`What is held of ${origin}`, heldToJson(held), found === undefined ? 0 : heldToJson(found.held));
    same(`The hash of ${origin} at ${held.upTo}`, hash, found?.hash);
    same(`What is not applied of ${origin}`, unapplied, found?.unapplied);
  }
  const own = folded.origins.get(head.origin);
  same(`Shore's last number as ${head.origin}`, head.last, own?.held.upTo ?? 0);
  if (own !== undefined) same(`Shore's hash at ${head.last}`, head.hash, own.hash);
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
      await compareChunk(transaction, vesselId, entity, records.slice(start, start + chunk));
  }
}

async function compareChunk(
  transaction: SqlTransaction,
  vesselId: string,
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
  const byId = new Map(stored.map((record) => [record.id, record]));
  for (const folded of expected) {
    const { id, state } = folded;
    const record = byId.get(id);
    const name = `${entity} ${id}`;
    if (record === undefined) throw new Difference(`${name} is not there; the journal says it is`);
    const values = materialise(spec, state);
    same(`The row of ${name}`, record.row?.values ?? null, values);
    same(`The versions of ${name}`, encodeState(record.state), encodeState(state));
    if (record.digest !== null) same(`The digest of ${name}`, record.digest, digestOf({ entity, id, state }));
    if (record.row === null) continue;
    same(`Whether ${name} is deleted`, record.row.deleted, isDeleted(state));
    const author = lastAuthor(folded);
    same(`Who changed ${name} last`, record.row.updatedBy, author?.by);
    same(`When ${name} was changed last`, record.row.updatedAt, author?.at);
  }
}

async function compareQueue(tx: Executor, head: VesselHead): Promise<void> {
  const rows = await tx
    .select({ number: syncOutbox.number })
    .from(syncOutbox)
    .where(eq(syncOutbox.vesselId, head.vesselId))
    .orderBy(asc(syncOutbox.number));
  const expected: number[] = [];
  for (let number = head.acknowledged.upTo + 1; number <= head.last; number += 1)
    if (!holds(head.acknowledged, number)) expected.push(number);
  same(
    'The queue to the vessel',
    rows.map(({ number }) => number),
    expected,
  );
}

async function compareConflicts(tx: Executor, vesselId: string, folded: FoldedJournal): Promise<void> {
  const rows = await tx
    .select()
    .from(syncConflicts)
    .where(sql`${syncConflicts.vesselId} = ${vesselId} and ${syncConflicts.settledAt} is null`);
  const found = rows.map(({ entity, recordId, field, heads }) => ({
    key: `${keyOf(entity, recordId)} ${field}`,
    values: heads.map(({ value, origin, number }) => ({ value, origin, number })),
  }));
  const expected = [...folded.records.values()].flatMap(({ entity, id, state }) => {
    const spec = specOf(entity);
    if (spec === undefined) return [];
    return conflictsIn(spec, state).map((name) => ({
      key: `${keyOf(entity, id)} ${name}`,
      values: alternativesOf(spec, state, name).map(({ value, stamp: { origin, number } }) => ({
        value,
        origin,
        number,
      })),
    }));
  });
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  same('The list of open conflicts', found.toSorted(byKey), expected.toSorted(byKey));
}

async function countOf(tx: Executor, entity: string, vesselId: string): Promise<number> {
  return tx.$count(sql`${sql.identifier(entity)}`, sql`vessel_id = ${anyOf([vesselId])}`);
}
