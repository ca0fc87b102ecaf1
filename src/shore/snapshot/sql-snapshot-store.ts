import { and, eq, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { columnOf } from '#shared/records/record.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { Stage } from '#shared/sync/snapshot/cursor.ts';
import { recordSpecs, recordsVersion } from '#shared/records/catalogue.ts';
import { anyOf } from '../store/bulk.ts';
import { rowsOf, wholeNumber, type Database, type Executor } from '../store/database.ts';
import { highestNumbersQueries } from '../store/number-query.ts';
import { readOriginHeads, vesselHead } from '../store/head-rows.ts';
import { long } from '../store/patience.ts';
import { syncJournal, syncVersions, vessel } from '../store/schema.ts';
import type { JournalEntry, OriginHead, StoredRecord, VesselHead } from '../store/shore-store.ts';
import { SqlTransaction } from '../store/sql-transaction.ts';
import type { Candidate, CandidateScope, SnapshotStore, SnapshotView } from './snapshot-store.ts';

/** Snapshots read from Postgres. */
export class SqlSnapshotStore implements SnapshotStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  read<T>(work: (view: SnapshotView) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (tx) => {
      await tx.execute(sql`set transaction isolation level repeatable read, read only`);
      await tx.execute(sql`select set_config('jit', 'off', true)`);
      return work(new SqlView(tx));
    }, long);
  }
}

class SqlView implements SnapshotView {
  readonly #tx: Executor;
  readonly #records: SqlTransaction;

  constructor(tx: Executor) {
    this.#tx = tx;
    this.#records = new SqlTransaction(tx);
  }

  async heads(vesselId: string): Promise<{ vessel: VesselHead; origins: OriginHead[] } | null> {
    const [row] = await this.#tx.select().from(vessel).where(eq(vessel.vesselId, vesselId));
    if (row === undefined) return null;
    return { vessel: vesselHead(row), origins: await readOriginHeads(this.#tx, vesselId) };
  }

  async firstBeyond(vesselId: string, version: number): Promise<ReadonlyMap<Origin, number>> {
    // An index has what waits; for a node older than this program, which is rare, the whole journal is looked through.
    const older = version < recordsVersion ? sql`or version > ${version}` : sql``;
    const rows = await rowsOf(
      this.#tx,
      sql`select origin, min(number) as number from sync_journal
          where vessel_id = ${vesselId} and (applied = 'later' ${older}) group by origin`,
      z.object({ origin: z.string(), number: wholeNumber }),
    );
    return new Map(rows.map(({ origin, number }) => [origin, number]));
  }

  async hashAt(vesselId: string, origin: Origin, number: number): Promise<ChainHash | null> {
    const [row] = await this.#tx
      .select({ hash: syncJournal.hash })
      .from(syncJournal)
      .where(
        and(
          eq(syncJournal.vesselId, vesselId),
          eq(syncJournal.origin, origin),
          eq(syncJournal.number, number),
        ),
      );
    return row?.hash ?? null;
  }

  countRecords(vesselId: string): Promise<number> {
    return this.#tx.$count(syncVersions, eq(syncVersions.vesselId, vesselId));
  }

  async highestNumbers(vesselId: string): Promise<string[]> {
    const found: string[] = [];
    for (const query of highestNumbersQueries(vesselId)) {
      const rows = await rowsOf(this.#tx, query, z.object({ number: z.string() }));
      found.push(...rows.map(({ number }) => number));
    }
    return found;
  }

  async candidates(
    vesselId: string,
    stage: Stage,
    { position, below, limit }: CandidateScope,
  ): Promise<Candidate[]> {
    const changed = (entity: SQL, id: SQL): SQL => sql`exists (
      select 1 from sync_journal as j
      where j.vessel_id = ${vesselId} and j.record_id = ${id} and j.entity = ${entity}
        and j.number > coalesce((${JSON.stringify(position)}::jsonb ->> j.origin)::bigint, 0))`;
    const row = z.object({ entity: z.string(), id: z.string(), changed: z.boolean() });
    const page = sql`order by id desc limit ${limit}`;
    const from = below === null ? sql`true` : sql`id < ${below}`;
    if (stage.kind === 'bare')
      return rowsOf(
        this.#tx,
        sql`select entity, id, changed from (
              select v.entity, v.record_id as id, ${changed(sql`v.entity`, sql`v.record_id`)} as changed, ${hasRow()} as created
              from sync_versions as v where v.vessel_id = ${vesselId}) as r
            where (not created or changed) and ${from} ${page}`,
        row,
      );
    const among =
      stage.among === null
        ? sql`true`
        : sql`${sql.identifier(columnOf(stage.among.field))} = ${anyOf(stage.among.values)}`;
    return rowsOf(
      this.#tx,
      sql`select ${stage.entity} as entity, id, ${changed(sql`${stage.entity}`, sql`r.id`)} as changed
          from ${sql.identifier(stage.entity)} as r
          where vessel_id = ${vesselId} and ${from} and (${among} or ${changed(sql`${stage.entity}`, sql`r.id`)}) ${page}`,
      row,
    );
  }

  records(vesselId: string, entity: string, ids: readonly string[]): Promise<StoredRecord[]> {
    return this.#records.records(vesselId, entity, ids);
  }

  history(vesselId: string, recordIds: readonly string[]): Promise<JournalEntry[]> {
    return this.#records.journalOfRecords(vesselId, recordIds);
  }
}

/** Whether a row of `sync_versions as v` is of a record that has been created. */
function hasRow(): SQL {
  const kinds = recordSpecs.map(
    ({ entity }) => sql`(v.entity = ${entity} and exists (
      select 1 from ${sql.identifier(entity)} as t where t.vessel_id = v.vessel_id and t.id = v.record_id))`,
  );
  return sql`(${sql.join(kinds, sql` or `)})`;
}
