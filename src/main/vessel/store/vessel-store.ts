import type { RecordSpec } from '#shared/records/record.ts';
import { Listeners } from '#shared/listeners.ts';
import { RecordIds } from '#shared/record-ids.ts';
import type { Environment } from '#shared/ports.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { observe, type HybridTime } from '#shared/sync/clock.ts';
import type { Position } from '#shared/sync/digest.ts';
import { type IntakeHead } from '#shared/sync/intake.ts';
import type { Origin, CausalContext } from '#shared/sync/causal-context.ts';
import { StartFailure } from '../start-failure.ts';
import { AwaitedRecords } from './records/awaited-records.ts';
import { Base } from './records/base.ts';
import { Conflicts } from './records/conflicts.ts';
import type { Committed } from './committed.ts';
import type { WritableDatabase } from './database.ts';
import { Heads } from './journal/heads.ts';
import { Journal } from './journal/journal.ts';
import { ensureNewRecordViews } from './journal/new-record.ts';
import { newOrigin } from './journal/origin.ts';
import { NotAshore } from './not-ashore.ts';
import { OtherHeads } from './journal/other-heads.ts';
import { Outbox } from './journal/outbox.ts';
import { OwnChanges, type Affirmed } from './journal/own-changes.ts';
import { Problems } from './problems.ts';
import { RecordDigests } from './records/record-digests.ts';
import { recordTables, type RecordTable, type Values } from './records/record-table.ts';
import { writerContext } from './records/writer-context.ts';
import { Settings } from './settings.ts';
import { timeOfSnapshot } from './records/snapshot-start.ts';
import { Transactions } from './transactions.ts';
import { ensureTriggers } from './triggers.ts';
import { UnitOfWork, type ApplyUnit, type WriteUnit } from './unit-of-work.ts';

export type { Committed };

/** The journal's end as this node writes it on. */
export interface OwnHead {
  readonly origin: Origin;
  last: number;
  hash: string;
  /** Latest hybrid time issued or heard of. */
  time: HybridTime;
}

/**
 * The node's database with everything that reads it, the heads of all journals in memory, and the one
 * transaction that all writes run in. What is written through it is told to listeners after the commit.
 *
 * A table that one feature alone reads is none of it: the feature reads it on `connection`, and what it knows of it in memory it
 * gives to `keepBeside`.
 */
export class VesselStore {
  readonly vesselId: string;
  readonly environment: Environment;
  readonly connection: WritableDatabase;
  readonly tables: ReadonlyMap<string, RecordTable>;
  readonly awaited: AwaitedRecords;
  /** What came with a snapshot. */
  readonly base: Base;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly recordIds: RecordIds;
  readonly heads: Heads;
  readonly conflicts: Conflicts;
  readonly problems: Problems;
  readonly settings: Settings;
  readonly notAshore: NotAshore;
  readonly digests: RecordDigests;
  own: OwnHead;
  readonly #unitOfWork: UnitOfWork;
  readonly #ownChanges: OwnChanges;
  readonly #transactions: Transactions;
  readonly #others: OtherHeads;
  readonly #listeners: Listeners<Committed>;

  /**
   * @param connection migrated and prepared (`open-database.ts`)
   * @throws StartFailure when the database belongs to another vessel
   */
  constructor(connection: WritableDatabase, vesselId: string, environment: Environment) {
    this.vesselId = vesselId;
    this.environment = environment;
    this.connection = connection;
    this.recordIds = new RecordIds(environment);
    this.#unitOfWork = new UnitOfWork(connection);
    const altered = ensureTriggers(connection);
    if (altered.length > 0)
      environment.log.warn({ triggers: altered }, 'triggers differed from this program and were set right');
    ensureNewRecordViews(connection);
    this.#transactions = new Transactions(connection, this.#unitOfWork);
    this.#listeners = new Listeners(environment.log, 'a listener failed after a commit');
    this.#others = new OtherHeads(vesselId);
    this.tables = recordTables(connection, this.#unitOfWork);
    this.awaited = new AwaitedRecords(connection);
    this.journal = new Journal(connection, () => this.own.origin);
    this.heads = new Heads(connection);
    this.outbox = new Outbox(connection, this);
    this.#ownChanges = new OwnChanges(connection, {
      tables: this.tables,
      journal: this.journal,
      outbox: this.outbox,
      seenBy: (entity, recordId) => this.seenBy(entity, recordId),
    });
    this.base = new Base(connection);
    this.conflicts = new Conflicts(connection, this);
    this.problems = new Problems(connection);
    this.settings = new Settings(connection);
    this.notAshore = new NotAshore(this.settings);
    this.own = this.#openOwnHead();
    const now = environment.now();
    this.own.time = observe(this.own.time, timeOfSnapshot(this.settings), now);
    for (const head of this.heads.others(this.own.origin)) {
      this.#others.set(head.origin, head);
      this.own.time = observe(this.own.time, this.journal.last(head.origin)?.change.time ?? 0, now);
    }
    this.digests = new RecordDigests(connection, this);
    this.keepBeside(() => this.#others.remember());
    this.keepBeside(() => {
      const { time } = this.own;
      return () => {
        this.own.time = time;
        this.journal.forgetOrigins();
        this.heads.forgetAcknowledged();
      };
    });
  }

  /** What a change written now would have seen. */
  get seen(): CausalContext {
    return this.#others.seen;
  }

  /**
   * What somebody on board has before them who writes a record: all that is held, but for changes of this record that
   * could not be applied here. Nobody has been shown those, so nobody may overrule them unawares.
   */
  seenBy(entity: string, recordId: string): CausalContext {
    if (!this.settings.hasUnapplied()) return this.seen;
    return writerContext(this.seen, this.journal.ofRecord(entity, recordId));
  }

  /** All that this node holds of every origin, its own included. */
  get position(): Position {
    return { ...this.seen, [this.own.origin]: this.own.last };
  }

  /** Where this node stands with another origin; from the start when it never heard of it. */
  headOf(origin: Origin): IntakeHead {
    return this.#others.of(origin);
  }

  /** What an origin's first entry is chained to. */
  startOf(origin: Origin): string {
    return chainStart(this.vesselId, origin);
  }

  otherOrigins(): Origin[] {
    return this.#others.origins();
  }

  /** Moves the head of another origin, within an `apply` transaction. */
  moveHead(origin: Origin, head: IntakeHead): void {
    this.heads.put({ origin, ...head });
    this.#others.set(origin, head);
  }

  /** Nothing is held of another origin any more, within an `apply` transaction. */
  dropHead(origin: Origin): void {
    this.heads.forget(origin);
    this.#others.drop(origin);
  }

  /**
   * Takes over where a transaction has given this node a new journal; the old one becomes one like any other's.
   * @param old the journal that ended, as far as it is held
   */
  becomes(own: OwnHead, old: { origin: Origin; head: IntakeHead }): void {
    this.own = own;
    if (old.head.received.upTo > 0) this.#others.set(old.origin, old.head);
  }

  /** The table and rules for an entity's name. Throws when there is no such kind of record. */
  table(entity: string): RecordTable & { spec: RecordSpec } {
    const table = this.tables.get(entity);
    if (table === undefined) throw new Error(`There is no kind of record called '${entity}'`);
    return table;
  }

  /**
   * Runs `work` in one transaction with `unit` open; heads in memory move with the commit and stay where they
   * were when it fails.
   */
  transaction<T>(unit: WriteUnit | ApplyUnit, work: () => T): T {
    const result = this.#transactions.run(unit, () => {
      const done = work();
      if (unit.kind === 'write') {
        if (unit.isBroken)
          throw new Error('A change was journalled and its record could not be written, or the reverse');
        this.journalWritten(unit);
      }
      return done;
    });
    if (unit.kind === 'write') {
      this.own.last = unit.last;
      this.own.hash = unit.hash;
    }
    return result;
  }

  /** What is known in memory beside the database goes back with a transaction that fails: `Transactions.keepBeside`. */
  keepBeside(remember: () => () => void): void {
    this.#transactions.keepBeside(remember);
  }

  /**
   * Journals what was written within `unit` so far; at the latest the transaction does.
   * @param affirmed fields of a record that its last change names whether or not they differ
   */
  journalWritten(unit: WriteUnit, affirmed: Affirmed | null = null): void {
    const facts = this.#unitOfWork.takeFacts();
    if (facts.length > 0 || affirmed !== null)
      this.#whole(unit, () => this.#ownChanges.write(unit, facts, affirmed));
  }

  /** Writes and journals a record that is new, after what was written within `unit` so far. */
  create(unit: WriteUnit, entity: string, id: string, values: Values): void {
    this.journalWritten(unit);
    this.#whole(unit, () => this.#ownChanges.create(unit, this.table(entity), id, values));
  }

  /**
   * Writes and journals a record that is new, and nothing else: one statement, which is a transaction by itself. Heads
   * in memory move with it and stay where they were when it fails.
   */
  createAlone(unit: WriteUnit, record: { entity: string; id: string; values: Values }): void {
    const base = this.journal.base(unit.origin);
    if (base === null) {
      // The first of all changes adds its origin as well.
      this.transaction(unit, () => this.create(unit, record.entity, record.id, record.values));
    } else {
      if (this.connection.inTransaction) throw new Error('A unit of work is open already');
      this.#ownChanges.createAlone(unit, base, record);
      this.own.last = unit.last;
      this.own.hash = unit.hash;
    }
    this.own.time = unit.time;
  }

  #whole(unit: WriteUnit, work: () => void): void {
    try {
      work();
    } catch (cause) {
      unit.isBroken = true;
      throw cause;
    }
  }

  onCommitted(listener: (committed: Committed) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Tells listeners of a commit. A listener that fails is logged; the commit stands. */
  announce(committed: Committed): void {
    this.#listeners.tell(committed);
  }

  #openOwnHead(): OwnHead {
    const known = this.settings.get('vessel_id');
    if (known !== null && known !== this.vesselId)
      throw new StartFailure(
        'wrong_vessel',
        `This data directory belongs to vessel ${known}, not ${this.vesselId}. Nothing was changed. Where this is ${known}, give ${known} as the ship's id again; where it is another ship, give it a data directory of its own.`,
      );
    let origin = this.settings.get('origin');
    if (origin === null) {
      const made = newOrigin('vessel', this.environment);
      this.connection.transaction(() => {
        this.settings.set('vessel_id', this.vesselId);
        this.settings.set('origin', made);
      })();
      origin = made;
    }
    const last = this.journal.last(origin);
    return {
      origin,
      last: last?.change.number ?? 0,
      hash: last?.hash ?? chainStart(this.vesselId, origin),
      time: last?.change.time ?? 0,
    };
  }
}
