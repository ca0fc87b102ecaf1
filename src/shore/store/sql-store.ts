import { and, asc, desc, eq, gt, lt, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Lane } from '#shared/records/record.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Creation } from '#shared/sync/columns/record-references.ts';
import { claimStates } from '#shared/sync/identity.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { anyNumberOf } from './bulk.ts';
import { contextStatement, rowsOf, wholeNumber, type Database } from './database.ts';
import { vesselHead } from './head-rows.ts';
import { journalEntry } from './journal-rows.ts';
import { noticeChannel, parseNotice } from './notice-text.ts';
import type { DatabaseStanding } from './database-standing.ts';
import { long, ordinary, shortened } from './patience.ts';
import { writeProblems } from './problem-rows.ts';
import { readIdentity } from './claim-rows.ts';
import { standingOfOrigin } from './origin-standing.ts';
import { syncJournal, syncOutbox, vessel, vesselContact, type ConsistencyResult } from './schema.ts';
import type {
  ContactFacts,
  JournalEntry,
  NewProblem,
  Notice,
  OriginStanding,
  ShoreStore,
  ShoreTransaction,
  UnitKind,
  VesselContact,
  VesselHead,
  VesselIdentity,
} from './shore-store.ts';
import { SqlTransaction } from './sql-transaction.ts';
import { Statements } from './statements.ts';

const vesselIdRow = z.object({ vessel_id: z.string() });

/** A comparison that found a difference does not know when there was none last; what was known of that stays. */
function agreementColumn({ equal, at, equalAt, differing }: ConsistencyResult): SQL {
  const found = sql`${JSON.stringify({ equal, at, equalAt, differing })}::jsonb`;
  return equalAt === null
    ? sql`${found} || jsonb_build_object('equalAt', ${vesselContact.agreement} -> 'equalAt')`
    : found;
}

/** Shore's store on Postgres, on a server or embedded. */
export class SqlStore implements ShoreStore {
  readonly #database: Database;
  readonly #standing: Pick<DatabaseStanding, 'failed' | 'written'> | null;

  /** @param standing told how transactions end */
  constructor(database: Database, standing: Pick<DatabaseStanding, 'failed' | 'written'> | null = null) {
    this.#database = database;
    this.#standing = standing;
  }

  async transaction<T>(
    kind: UnitKind,
    work: (tx: ShoreTransaction) => Promise<T>,
    within?: number,
  ): Promise<T> {
    const usual = kind === 'update' ? long : ordinary;
    try {
      const result = await this.#database.transaction(
        async (tx, send) => {
          const statements = new Statements(send);
          statements.write(contextStatement(kind));
          const value = await work(new SqlTransaction(tx, statements));
          statements.end();
          return value;
        },
        within === undefined ? usual : shortened(usual, within),
      );
      // Each of them at least locks a vessel's row; what the office writes is added to the journal.
      this.#standing?.written(kind === 'write');
      return result;
    } catch (error) {
      this.#standing?.failed(error);
      throw error;
    }
  }

  async vessel(vesselId: string): Promise<VesselHead | null> {
    const [row] = await this.#database.reader.select().from(vessel).where(eq(vessel.vesselId, vesselId));
    return row === undefined ? null : vesselHead(row);
  }

  async queued(vesselId: string, lane: Lane, after: number, limit: number): Promise<JournalEntry[]> {
    const rows = await this.#database.reader
      .select({ entry: syncJournal })
      .from(syncOutbox)
      .innerJoin(vessel, eq(vessel.vesselId, syncOutbox.vesselId))
      .innerJoin(
        syncJournal,
        and(
          eq(syncJournal.vesselId, syncOutbox.vesselId),
          eq(syncJournal.origin, vessel.origin),
          eq(syncJournal.number, syncOutbox.number),
        ),
      )
      .where(and(eq(syncOutbox.vesselId, vesselId), eq(syncOutbox.lane, lane), gt(syncOutbox.number, after)))
      .orderBy(asc(syncOutbox.number))
      .limit(limit);
    return rows.map(({ entry }) => journalEntry(entry));
  }

  async predecessor(vesselId: string, lane: Lane, number: number): Promise<number> {
    const [row] = await this.#database.reader
      .select({ number: syncOutbox.number })
      .from(syncOutbox)
      .where(and(eq(syncOutbox.vesselId, vesselId), eq(syncOutbox.lane, lane), lt(syncOutbox.number, number)))
      .orderBy(desc(syncOutbox.number))
      .limit(1);
    return row?.number ?? 0;
  }

  async hashAt(vesselId: string, origin: Origin, number: number): Promise<ChainHash | null> {
    const [row] = await this.#database.reader
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

  async createdBy(vesselId: string, creations: readonly Creation[]): Promise<(string | null)[]> {
    const numbersOf = new Map<string, number[]>();
    for (const { origin, number } of creations)
      numbersOf.set(origin, [...(numbersOf.get(origin) ?? []), number]);
    const found = new Map<string, string>();
    for (const [origin, numbers] of numbersOf) {
      const rows = await this.#database.reader
        .select({ number: syncJournal.number, recordId: syncJournal.recordId })
        .from(syncJournal)
        .where(
          and(
            eq(syncJournal.vesselId, vesselId),
            eq(syncJournal.origin, origin),
            sql`${syncJournal.number} = ${anyNumberOf([...new Set(numbers)])}`,
            eq(syncJournal.operation, 'create'),
          ),
        );
      for (const { number, recordId } of rows) found.set(`${origin} ${number}`, recordId);
    }
    return creations.map(({ origin, number }) => found.get(`${origin} ${number}`) ?? null);
  }

  async entriesOf(vesselId: string, origin: Origin, after: number, limit: number): Promise<JournalEntry[]> {
    const rows = await this.#database.reader
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
      .limit(limit);
    return rows.map(journalEntry);
  }

  async vesselsWithQueue(): Promise<string[]> {
    const rows = await rowsOf(
      this.#database.reader,
      sql`select vessel_id from vessel as v
          where exists (select 1 from sync_outbox as o where o.vessel_id = v.vessel_id)`,
      vesselIdRow,
    );
    return rows.map((row) => row.vessel_id);
  }

  async waiting(vesselId: string, afterFeed: number, limit: number): Promise<JournalEntry[]> {
    const rows = await this.#database.reader
      .select()
      .from(syncJournal)
      .where(
        and(
          eq(syncJournal.vesselId, vesselId),
          sql`${syncJournal.applied} = 'later'`,
          gt(syncJournal.feed, afterFeed),
        ),
      )
      .orderBy(asc(syncJournal.feed))
      .limit(limit);
    return rows.map(journalEntry);
  }

  async vesselsWithWaiting(): Promise<string[]> {
    const rows = await rowsOf(
      this.#database.reader,
      sql`select vessel_id from vessel as v
          where exists (select 1 from sync_journal as j where j.vessel_id = v.vessel_id and j.applied = 'later')`,
      vesselIdRow,
    );
    return rows.map((row) => row.vessel_id);
  }

  identity(vesselId: string): Promise<VesselIdentity> {
    return readIdentity(this.#database.reader, vesselId);
  }

  async originStanding(vesselId: string, origin: Origin): Promise<OriginStanding> {
    const [row] = await rowsOf(
      this.#database.reader,
      sql`select
            (select state from vessel_claim where vessel_id = ${vesselId} and origin = ${origin}) as claim,
            exists (select 1 from sync_head where vessel_id = ${vesselId} and origin = ${origin})
              or exists (select 1 from vessel where vessel_id = ${vesselId} and origin = ${origin}) as written,
            exists (select 1 from sync_head where vessel_id = ${vesselId})
              or (select known_as from vessel_contact where vessel_id = ${vesselId}) is not null as met`,
      z.object({ claim: z.enum(claimStates).nullable(), written: z.boolean(), met: z.boolean() }),
    );
    return standingOfOrigin(row ?? { claim: null, written: false, met: false });
  }

  async contact(vesselId: string): Promise<VesselContact | null> {
    const [row] = await this.#database.reader
      .select({
        online: vesselContact.online,
        hello: vesselContact.hello,
        agreement: vesselContact.agreement,
      })
      .from(vesselContact)
      .where(eq(vesselContact.vesselId, vesselId));
    return row ?? null;
  }

  async noteContact(vesselId: string, facts: ContactFacts): Promise<void> {
    const { at, isKept = false, hello, agreement, telemetry, ...plain } = facts;
    await this.#database.reader
      .update(vesselContact)
      .set({
        ...plain,
        // The broker's word that a vessel is gone is no contact with it, nor is a word that it had kept.
        ...(facts.online === false || isKept ? {} : { lastContactAt: at }),
        ...(hello === undefined ? {} : { hello, helloAt: at }),
        ...(agreement === undefined ? {} : { agreement: agreementColumn(agreement) }),
        ...(telemetry === undefined ? {} : { telemetry, telemetryAt: at }),
      })
      .where(eq(vesselContact.vesselId, vesselId));
  }

  async claimSender(vesselId: string, gateway: string, forMs: number, take: boolean): Promise<number> {
    // By the database's clock, which all gateways share.
    const now = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
    const claimed = await rowsOf(
      this.#database.reader,
      sql`update vessel_contact set sender = ${gateway}, sender_until = ${now} + ${forMs}::bigint
          where vessel_id = ${vesselId}
            and (${take} or sender is null or sender = ${gateway} or sender_until <= ${now})
          returning 1`,
      z.unknown(),
    );
    if (claimed.length > 0) return 0;
    const [left] = await rowsOf(
      this.#database.reader,
      sql`select greatest(1, sender_until - ${now}) as ms from vessel_contact where vessel_id = ${vesselId}`,
      z.object({ ms: wholeNumber.nullable() }),
    );
    return left?.ms ?? forMs;
  }

  async releaseSender(gateway: string): Promise<void> {
    await this.#database.reader
      .update(vesselContact)
      .set({ sender: null, senderUntil: null })
      .where(eq(vesselContact.sender, gateway));
  }

  addProblems(problems: readonly NewProblem[]): Promise<void> {
    return this.#database.transaction((tx) => writeProblems(tx, problems));
  }

  listen(onNotice: (notice: Notice) => void, onGap: () => void, onLost?: () => void): () => void {
    return this.#database.listen(
      noticeChannel,
      (text) => {
        const notice = parseNotice(text);
        if (notice === null) onGap();
        else onNotice(notice);
      },
      onGap,
      onLost,
    );
  }

  async feeds(): Promise<{ vesselId: string; feed: number }[]> {
    return this.#database.reader.select({ vesselId: vessel.vesselId, feed: vessel.feed }).from(vessel);
  }
}
