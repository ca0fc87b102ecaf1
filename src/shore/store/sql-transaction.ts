import { highestNumberQuery } from './number-query.ts';
import { and, asc, eq, gt, not, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ChainHash } from '#shared/sync/chain.ts';
import { hasReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { Scalar } from '#shared/json.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { anyNumberOf, anyOf, insertion } from './bulk.ts';
import { storedConflict } from './conflict-rows.ts';
import { wholeNumber, type Executor } from './database.ts';
import { originHeadRow, vesselColumns, vesselRow, headColumns } from './head-rows.ts';
import {
  journalColumns,
  journalEntry,
  journalJson,
  journalJsonTexts,
  queueColumns,
  lastUrgent,
  queueJson,
} from './journal-rows.ts';
import { noticeChannel, noticeText } from './notice-text.ts';
import { problemRewrite, problemsStatements } from './problem-rows.ts';
import { rowsFor } from './record-rows.ts';
import {
  syncConflicts,
  syncHead,
  syncJournal,
  syncOutbox,
  vessel,
  vesselContact,
  type Applied,
} from './schema.ts';
import type {
  JournalEntry,
  NewProblem,
  Notice,
  NumberRange,
  OriginHead,
  QueueEntry,
  RecordDigest,
  RecordRef,
  RenumberedEntry,
  ShoreTransaction,
  StoredConflict,
  StoredRecord,
  VesselHead,
} from './shore-store.ts';
import { SqlClaims } from './sql-claims.ts';
import { type Line, readRecords, readRecordsHaving } from './sql-records.ts';
import { oneByOne, Statements } from './statements.ts';

const recordRef = z
  .object({ entity: z.string(), record_id: z.string() })
  .transform((row): RecordRef => ({ entity: row.entity, recordId: row.record_id }));

const recordDigest = z
  .object({ entity: z.string(), record_id: z.string(), digest: z.string() })
  .transform((row): RecordDigest => ({ entity: row.entity, recordId: row.record_id, digest: row.digest }));

/**
 * One unit of work on Postgres. Every method is one statement, or two, whatever the number of rows. Methods that write
 * resolve before the database has answered: what goes wrong is told by the next that reads, or by the commit.
 */
export class SqlTransaction extends SqlClaims implements ShoreTransaction {
  readonly #executor: Executor;
  readonly #statements: Statements;

  /** @param statements those of the same transaction; left out where it only reads */
  constructor(executor: Executor, statements = new Statements(oneByOne(executor).send)) {
    super(executor, statements);
    this.#executor = executor;
    this.#statements = statements;
  }

  /** For what is asked through drizzle, once all that was asked before is answered. */
  async #tx(): Promise<Executor> {
    await this.#statements.settled();
    return this.#executor;
  }

  async vesselForUpdate(vesselId: string): Promise<VesselHead | null> {
    // Nothing else may be read in this statement: it would be as of before the wait for the lock.
    const [head] = await this.#statements.read(
      sql`select vessel_id, origin, last, hash, time, feed, acknowledged, digest from vessel
          where vessel_id = ${vesselId} for update`,
      vesselRow,
    );
    return head ?? null;
  }

  async createVessel(head: VesselHead, at: number): Promise<void> {
    const { vesselId } = head;
    const tx = await this.#tx();
    await tx
      .insert(vessel)
      .values({ vesselId, createdAt: at, ...vesselColumns(head) })
      .onConflictDoNothing();
    await tx.insert(vesselContact).values({ vesselId }).onConflictDoNothing();
  }

  async saveVessel(head: VesselHead): Promise<void> {
    this.#statements.write(
      this.#executor
        .update(vessel)
        .set(vesselColumns(head))
        .where(eq(vessel.vesselId, head.vesselId))
        .getSQL(),
    );
  }

  originHeads(vesselId: string): Promise<OriginHead[]> {
    return this.#statements.read(
      sql`select origin, held, hash, unapplied, out_of_lane, base_number, base_hash from sync_head
          where vessel_id = ${vesselId} order by origin`,
      originHeadRow,
    );
  }

  async saveOriginHead(vesselId: string, head: OriginHead): Promise<void> {
    const row = headColumns(head);
    this.#statements.write(
      this.#executor
        .insert(syncHead)
        .values({ vesselId, origin: head.origin, ...row })
        .onConflictDoUpdate({ target: [syncHead.vesselId, syncHead.origin], set: row })
        .getSQL(),
    );
  }

  async journalByNumber(
    vesselId: string,
    origin: Origin,
    ranges: readonly NumberRange[],
  ): Promise<JournalEntry[]> {
    if (ranges.length === 0) return [];
    const rows = await (
      await this.#tx()
    )
      .select()
      .from(syncJournal)
      .where(
        and(
          eq(syncJournal.vesselId, vesselId),
          eq(syncJournal.origin, origin),
          or(...ranges.map(([first, last]) => sql`${syncJournal.number} between ${first} and ${last}`)),
        ),
      )
      .orderBy(asc(syncJournal.number));
    return rows.map(journalEntry);
  }

  async journalOfRecords(vesselId: string, recordIds: readonly string[]): Promise<JournalEntry[]> {
    if (recordIds.length === 0) return [];
    const rows = await (
      await this.#tx()
    )
      .select()
      .from(syncJournal)
      .where(and(eq(syncJournal.vesselId, vesselId), sql`${syncJournal.recordId} = ${anyOf(recordIds)}`))
      .orderBy(asc(syncJournal.feed));
    return rows.map(journalEntry);
  }

  async freeFeeds(vesselId: string, last: number, limit: number): Promise<number[]> {
    if (limit === 0) return [];
    const rows = await this.#statements.read(
      sql`select s.feed from generate_series(1, ${last}::bigint) as s (feed)
          where not exists (select 1 from sync_journal as j where j.vessel_id = ${vesselId} and j.feed = s.feed)
          order by s.feed limit ${limit}`,
      z.object({ feed: wholeNumber }),
    );
    return rows.map(({ feed }) => feed);
  }

  async appendJournal(vesselId: string, entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map((entry) => journalJson(vesselId, entry));
    this.#statements.write(insertion('sync_journal', journalColumns, rows, null, journalJsonTexts));
  }

  async sealJournal(vesselId: string, origin: Origin, hashes: ReadonlyMap<number, ChainHash>): Promise<void> {
    if (hashes.size === 0) return;
    const rows = [...hashes].map(([number, hash]) => ({ number, hash }));
    this.#statements.write(sql`
      update sync_journal as j set hash = s.hash
      from json_to_recordset(${JSON.stringify(rows)}::json) as s (number bigint, hash text)
      where j.vessel_id = ${vesselId} and j.origin = ${origin} and j.number = s.number`);
  }

  async renumberJournal(vesselId: string, from: Origin, entries: readonly RenumberedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map(({ number, change, hash }) => ({
      old: number,
      origin: change.origin,
      number: change.number,
      seen: JSON.stringify(change.seen),
      hash,
    }));
    const [open] = await this.#statements.read(
      sql`select current_setting('arus.context', true) as context`,
      z.object({ context: z.string() }),
    );
    this.#statements.write(sql`select set_config('arus.context', 'epoch', true)`);
    this.#statements.write(sql`
      update sync_journal as j set origin = s.origin, number = s.number, seen = s.seen::json, hash = s.hash
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as s (old bigint, origin text, number bigint, seen text, hash text)
      where j.vessel_id = ${vesselId} and j.origin = ${from} and j.number = s.old`);
    this.#statements.write(sql`select set_config('arus.context', ${open?.context ?? ''}, true)`);
  }

  async setApplied(
    vesselId: string,
    origin: Origin,
    numbers: readonly number[],
    applied: Applied,
  ): Promise<void> {
    if (numbers.length === 0) return;
    this.#statements.write(
      this.#executor
        .update(syncJournal)
        .set({ applied })
        .where(
          and(
            eq(syncJournal.vesselId, vesselId),
            eq(syncJournal.origin, origin),
            sql`${syncJournal.number} = ${anyNumberOf(numbers)}`,
          ),
        )
        .getSQL(),
    );
  }

  records(vesselId: string, entity: string, ids: readonly string[]): Promise<StoredRecord[]> {
    return readRecords(this.#statements, vesselId, entity, ids);
  }

  recordsHaving(vesselId: string, entity: string, having: { field: string; value: Scalar }): Promise<Line[]> {
    return readRecordsHaving(this.#statements, vesselId, entity, having);
  }

  async saveRecords(vesselId: string, records: readonly StoredRecord[]): Promise<void> {
    const versions = records.map(({ entity, id, state, digest }) => ({
      vessel_id: vesselId,
      entity,
      record_id: id,
      state: encodeState(state),
      digest,
    }));
    if (versions.length === 0) return;
    const key = ['vessel_id', 'entity', 'record_id'];
    this.#statements.write(insertion('sync_versions', [...key, 'state', 'digest'], versions, key));
    for (const entity of new Set(records.map((record) => record.entity))) {
      const kind = rowsFor(entity);
      const rows = records.flatMap((record) =>
        record.entity === entity && record.row !== null ? [kind.toJson(vesselId, record.id, record.row)] : [],
      );
      if (rows.length > 0) this.#statements.write(insertion(entity, kind.columns, rows, ['vessel_id', 'id']));
    }
  }

  async recordsWithoutDigest(vesselId: string, limit: number): Promise<StoredRecord[]> {
    const found = await this.#statements.read(
      sql`select entity, record_id from sync_versions
          where vessel_id = ${vesselId} and digest is null limit ${limit}`,
      recordRef,
    );
    const records: StoredRecord[] = [];
    for (const [entity, refs] of Map.groupBy(found, (ref) => ref.entity))
      records.push(
        ...(await this.records(
          vesselId,
          entity,
          refs.map(({ recordId }) => recordId),
        )),
      );
    return records;
  }

  async saveDigests(vesselId: string, digests: readonly RecordDigest[]): Promise<void> {
    if (digests.length === 0) return;
    this.#statements.write(sql`
      update sync_versions as v set digest = d.digest
      from json_to_recordset(${JSON.stringify(digests)}::json) as d (entity text, "recordId" text, digest text)
      where v.vessel_id = ${vesselId} and v.record_id = d."recordId" and v.entity = d.entity`);
  }

  digestsAfter(vesselId: string, after: RecordRef | null, limit: number): Promise<RecordDigest[]> {
    const { recordId = '', entity = '' } = after ?? {};
    return this.#statements.read(
      sql`select entity, record_id, digest from sync_versions
          where vessel_id = ${vesselId} and (record_id, entity) > (${recordId}, ${entity}) and digest is not null
          order by record_id, entity limit ${limit}`,
      recordDigest,
    );
  }

  async highestNumber(vesselId: string, first: string, last: string): Promise<string | null> {
    const [row] = await this.#statements.read(
      highestNumberQuery(vesselId, first, last),
      z.object({ number: z.string().nullable() }),
    );
    return row?.number ?? null;
  }

  async openConflicts(vesselId: string, recordIds: readonly string[]): Promise<StoredConflict[]> {
    if (recordIds.length === 0) return [];
    const rows = await (
      await this.#tx()
    )
      .select()
      .from(syncConflicts)
      .where(
        and(
          eq(syncConflicts.vesselId, vesselId),
          sql`${syncConflicts.recordId} = ${anyOf(recordIds)}`,
          sql`${syncConflicts.settledAt} is null`,
        ),
      );
    return rows.map(storedConflict);
  }

  async saveConflicts(vesselId: string, conflicts: readonly StoredConflict[]): Promise<void> {
    for (const { id, entity, recordId, field, openedAt, ...rest } of conflicts) {
      const moving = { ...rest, heads: [...rest.heads] };
      if (id === null) {
        this.#statements.write(
          this.#executor
            .insert(syncConflicts)
            .values({ vesselId, entity, recordId, field, openedAt, ...moving })
            .getSQL(),
        );
      } else {
        this.#statements.write(
          this.#executor.update(syncConflicts).set(moving).where(eq(syncConflicts.id, id)).getSQL(),
        );
      }
    }
  }

  async addProblems(problems: readonly NewProblem[]): Promise<void> {
    for (const statement of problemsStatements(problems)) this.#statements.write(statement);
  }

  async concludeProblem(problem: NewProblem): Promise<void> {
    this.#statements.write(problemRewrite(problem));
  }

  async enqueue(vesselId: string, entries: readonly QueueEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const urgent = new Map<string, number>();
    for (const { lane, recordId, number } of entries) if (lane === 'urgent') urgent.set(recordId, number);
    if (urgent.size > 0)
      this.#statements.write(
        this.#executor
          .update(syncOutbox)
          .set({ lane: 'urgent' })
          .where(
            and(
              eq(syncOutbox.vesselId, vesselId),
              sql`${syncOutbox.recordId} = ${anyOf([...urgent.keys()])}`,
              not(eq(syncOutbox.lane, 'urgent')),
            ),
          )
          .getSQL(),
      );
    const rows = entries.map((entry) => {
      const lane = entry.number < (urgent.get(entry.recordId) ?? 0) ? 'urgent' : entry.lane;
      return queueJson(vesselId, { ...entry, lane });
    });
    this.#statements.write(insertion('sync_outbox', queueColumns, rows, null));
  }

  async dequeue(vesselId: string, received: ReceivedRanges): Promise<RecordRef[]> {
    const beyond = received.beyond.map(([first, last]) => sql` or number between ${first} and ${last}`);
    return this.#statements.read(
      sql`delete from sync_outbox
          where vessel_id = ${vesselId} and (number <= ${received.upTo}${sql.join(beyond)})
          returning entity, record_id`,
      recordRef,
    );
  }

  async requeue(vesselId: string, origin: Origin, received: ReceivedRanges): Promise<number> {
    const rows = await (
      await this.#tx()
    )
      .select({
        number: syncJournal.number,
        lane: syncJournal.lane,
        entity: syncJournal.entity,
        recordId: syncJournal.recordId,
        at: syncJournal.at,
      })
      .from(syncJournal)
      .where(
        and(
          eq(syncJournal.vesselId, vesselId),
          eq(syncJournal.origin, origin),
          gt(syncJournal.number, received.upTo),
        ),
      );
    const waiting = rows.filter(({ number }) => !hasReceived(received, number));
    const missing = waiting.map((row) => queueJson(vesselId, row));
    const added = await this.#statements.read(
      sql`insert into sync_outbox select * from
            json_populate_recordset(null::sync_outbox, ${JSON.stringify(missing)}::json)
          on conflict do nothing returning 1`,
      z.unknown(),
    );
    const urgent = lastUrgent(waiting);
    // What waited before may stand before an urgent one that comes back.
    if (urgent.length > 0)
      this.#statements.write(
        sql`update sync_outbox as o set lane = 'urgent'
            from json_to_recordset(${JSON.stringify(urgent)}::json) as u (record text, last bigint)
            where o.vessel_id = ${vesselId} and o.record_id = u.record and o.number < u.last and o.lane <> 'urgent'`,
      );
    return added.length;
  }

  async notify(notice: Notice): Promise<void> {
    this.#statements.write(sql`select pg_notify(${noticeChannel}, ${noticeText(notice)})`);
  }
}
