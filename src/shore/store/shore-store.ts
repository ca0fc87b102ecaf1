import type { Lane } from '#shared/records/record.ts';
import type { Scalar } from '#shared/json.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Creation } from '#shared/sync/columns/record-references.ts';
import type { Digest } from '#shared/sync/digest.ts';
import type { ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { ClaimState } from '#shared/sync/identity.ts';
import type { IntakeHead } from '#shared/sync/intake.ts';
import type { RecordState } from '#shared/sync/merge.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { JournalBase } from '#shared/sync/snapshot/onward.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import type { Committed } from '../service.ts';
import type {
  ConsistencyResult,
  Applied,
  ConflictHead,
  ConflictSettlement,
  HelloFacts,
  TelemetryFacts,
} from './schema.ts';

/**
 * What the gateway needs of its database, without SQL: implemented on Postgres (`sql-store.ts`), and by the
 * simulation on a store in memory that keeps the same rules for transactions.
 */
export interface ShoreStore {
  /**
   * All of `work`'s writes or none. `vesselForUpdate` waits until every other transaction that called it for the
   * same vessel has ended, and what is read afterwards includes what that one committed. `vesselForUpdate`,
   * `originHeads`, `records` and `highestNumber` are done in the order in which they are called, also where the next is
   * called before the one before has resolved; a write may resolve before it is done. `work` uses nothing but `tx`: the embedded database has one connection, and would wait for itself.
   * @param kind what the unit of work is, for the guard and the log
   * @param within milliseconds after which it is given up; as long as is usual when left out
   */
  transaction<T>(kind: UnitKind, work: (tx: ShoreTransaction) => Promise<T>, within?: number): Promise<T>;

  /** The vessel's row without locking it; null when shore has never heard of it. */
  vessel(vesselId: string): Promise<VesselHead | null>;
  /** Shore's changes that wait for the vessel in this lane, after number `after`, in order. */
  queued(vesselId: string, lane: Lane, after: number, limit: number): Promise<JournalEntry[]>;
  /** Number of the change that goes before `number` in its lane and is not acknowledged; 0 when there is none. */
  predecessor(vesselId: string, lane: Lane, number: number): Promise<number>;
  /** Chain hash at an entry; null where there is none or a gap lies before it. */
  hashAt(vesselId: string, origin: Origin, number: number): Promise<ChainHash | null>;
  /** The records that these changes created, in their order; null for a change that is not held or created none. */
  createdBy(vesselId: string, creations: readonly Creation[]): Promise<(string | null)[]>;
  /** Entries of one origin after a number, in order. */
  entriesOf(vesselId: string, origin: Origin, after: number, limit: number): Promise<JournalEntry[]>;
  vesselsWithQueue(): Promise<string[]>;
  /** Changes that wait for a newer program, oldest first. */
  waiting(vesselId: string, afterFeed: number, limit: number): Promise<JournalEntry[]>;
  vesselsWithWaiting(): Promise<string[]>;

  /** As `ShoreTransaction.identity`, without waiting for anybody. */
  identity(vesselId: string): Promise<VesselIdentity>;
  /** Whether messages of one of the vessel's origins may be taken. */
  originStanding(vesselId: string, origin: Origin): Promise<OriginStanding>;

  contact(vesselId: string): Promise<VesselContact | null>;
  /** Notes what a vessel told of itself. Nothing for a vessel that shore does not know. */
  noteContact(vesselId: string, facts: ContactFacts): Promise<void>;
  /**
   * Takes or renews the right to send to a vessel, so that two gateways do not pay for the same bytes. Sending
   * twice is harmless otherwise.
   * @param take true to take it from another gateway
   * @returns 0 when it is ours, otherwise the milliseconds until the other's right ends
   */
  claimSender(vesselId: string, gateway: string, forMs: number, take: boolean): Promise<number>;
  releaseSender(gateway: string): Promise<void>;
  addProblems(problems: readonly NewProblem[]): Promise<void>;

  /** Hears `ShoreTransaction.notify` of other gateways on the same database. Returns what stops it. */
  listen(onNotice: (notice: Notice) => void, onGap: () => void, onLost?: () => void): () => void;
  /** Where every vessel's feed stands. */
  feeds(): Promise<{ vesselId: string; feed: number }[]>;
}

export type UnitKind = 'ingest' | 'write' | 'acknowledge' | 'update';

export interface ShoreTransaction {
  /** Locks the vessel for the rest of the transaction. */
  vesselForUpdate(vesselId: string): Promise<VesselHead | null>;
  /** Does nothing when the vessel is there already. */
  createVessel(head: VesselHead, at: number): Promise<void>;
  saveVessel(head: VesselHead): Promise<void>;
  originHeads(vesselId: string): Promise<OriginHead[]>;
  saveOriginHead(vesselId: string, head: OriginHead): Promise<void>;
  /** The name under which the office knows the vessel, null before a hello told one, and who said to be it. */
  identity(vesselId: string): Promise<VesselIdentity>;
  saveKnownAs(vesselId: string, name: string): Promise<void>;
  /** Adds it, or writes the one with its origin over. */
  saveClaim(vesselId: string, claim: VesselClaim): Promise<void>;

  /** Entries of one origin within the ranges, in order of their numbers. */
  journalByNumber(vesselId: string, origin: Origin, ranges: readonly NumberRange[]): Promise<JournalEntry[]>;
  /** Everything that is known of these records, in the order in which shore committed it. */
  journalOfRecords(vesselId: string, recordIds: readonly string[]): Promise<JournalEntry[]>;
  /** Running numbers up to `last` that no entry bears, lowest first: of entries that went missing. */
  freeFeeds(vesselId: string, last: number, limit: number): Promise<number[]>;
  appendJournal(vesselId: string, entries: readonly JournalEntry[]): Promise<void>;
  /** Fills in the hashes of entries that lay beyond a gap. */
  sealJournal(vesselId: string, origin: Origin, hashes: ReadonlyMap<number, ChainHash>): Promise<void>;
  /** Gives entries of one origin their places in another journal, content and feed as they are. */
  renumberJournal(vesselId: string, from: Origin, entries: readonly RenumberedEntry[]): Promise<void>;
  setApplied(vesselId: string, origin: Origin, numbers: readonly number[], applied: Applied): Promise<void>;

  /** Those of the records that anything is known of. */
  records(vesselId: string, entity: string, ids: readonly string[]): Promise<StoredRecord[]>;
  /** Those of a kind that are not deleted and have this value in a field. */
  recordsHaving(
    vesselId: string,
    entity: string,
    having: { field: string; value: Scalar },
  ): Promise<{ id: string; values: Values }[]>;
  saveRecords(vesselId: string, records: readonly StoredRecord[]): Promise<void>;
  /** Writes down what folding these records begins with; they are saved already. Nothing for those without. */
  saveBases(vesselId: string, records: readonly StoredRecord[]): Promise<void>;
  /** After which record a transfer of records goes on; null where it has ended, undefined where it has not begun. */
  baseTaken(vesselId: string, transfer: string): Promise<string | null | undefined>;
  saveBaseTaken(vesselId: string, transfer: string, after: string | null): Promise<void>;
  /** Records from before there were digests. */
  recordsWithoutDigest(vesselId: string, limit: number): Promise<StoredRecord[]>;
  saveDigests(vesselId: string, digests: readonly RecordDigest[]): Promise<void>;
  /** Digests of all records that anything is known of and that have one, by record id and kind, after `after`. */
  digestsAfter(vesselId: string, after: RecordRef | null, limit: number): Promise<RecordDigest[]>;
  /** The highest work order number from `first` to `last` that was ever given on this vessel. */
  highestNumber(vesselId: string, first: string, last: string): Promise<string | null>;

  openConflicts(vesselId: string, recordIds: readonly string[]): Promise<StoredConflict[]>;
  /** Writes those with an id over, adds the others. Settled ones go first. */
  saveConflicts(vesselId: string, conflicts: readonly StoredConflict[]): Promise<void>;
  addProblems(problems: readonly NewProblem[]): Promise<void>;
  /** Puts `problem` in the place of the one with its key, where there is one with another code. */
  concludeProblem(problem: NewProblem): Promise<void>;

  /**
   * Adds to the queue, lowest number first; an urgent entry takes the record's earlier ones with it into its lane.
   */
  enqueue(vesselId: string, entries: readonly QueueEntry[]): Promise<void>;
  /** Takes out what the vessel holds. @returns the records it was about */
  dequeue(vesselId: string, received: ReceivedRanges): Promise<RecordRef[]>;
  /**
   * Puts back what stands in shore's journal and is not in `held`; an urgent one that waits takes the record's earlier ones
   * with it, as when it was written. @returns how many
   */
  requeue(vesselId: string, origin: Origin, received: ReceivedRanges): Promise<number>;

  /** Told to other gateways when, and only if, the transaction commits. */
  notify(notice: Notice): Promise<void>;
}

export type NumberRange = readonly [first: number, last: number];
export type Values = Readonly<Record<string, Scalar>>;

/** Shore's side of one vessel. */
export interface VesselHead {
  vesselId: string;
  /** Shore's own origin for this vessel, its last number, and the chain hash there. */
  origin: Origin;
  last: number;
  hash: ChainHash;
  /** Highest hybrid time issued or received. */
  time: number;
  /** Shore's running number for the vessel: the last that was given. */
  feed: number;
  /** What the vessel said it holds of shore's origin. */
  acknowledged: ReceivedRanges;
  /** Digest of all its records as they stand here; null while one of them has none (`complete-digest.ts`). */
  digest: Digest | null;
}

/** Where the journal of one of the vessel's origins stands here. */
export interface OriginHead extends IntakeHead {
  origin: Origin;
  /** Up to here it is held by its outcome: in records that came without its entries. Left out where there is none. */
  base?: JournalBase;
  /** Numbers held but not applied. */
  unapplied: readonly NumberRange[];
}

export interface JournalEntry {
  change: Change;
  feed: number;
  before: Values | null;
  hash: ChainHash | null;
  claimed: ChainHash | null;
  applied: Applied;
  storedAt: number;
}

export interface RenumberedEntry {
  /** In the journal that it leaves. */
  number: number;
  /** As it stands in the other. */
  change: Change;
  hash: ChainHash;
}

export interface StoredRecord {
  entity: string;
  id: string;
  state: RecordState;
  /** Null while the record's create has not arrived. */
  row: RecordRow | null;
  /** As it is kept beside the record; null where none was made yet. */
  digest: Digest | null;
  /** What came of it without its changes: folding begins with that. Left out where nothing did. */
  base?: SnapshotRecord;
}

export interface RecordDigest extends RecordRef {
  digest: Digest;
}

export interface RecordRow {
  values: Values;
  deleted: boolean;
  updatedAt: number;
  updatedBy: string;
}

export interface StoredConflict {
  /** Null before it is stored. */
  id: number | null;
  entity: string;
  recordId: string;
  field: string;
  base: { value: Scalar } | null;
  heads: readonly ConflictHead[];
  openedAt: number;
  settledAt: number | null;
  settlement: ConflictSettlement | null;
}

export interface NewProblem {
  vesselId: string | null;
  /** What makes two tellings the same problem: it is kept once, with how often it was told. */
  key: string;
  at: number;
  code: string;
  message: string;
  entity: string | null;
  recordId: string | null;
}

export interface QueueEntry {
  number: number;
  lane: Lane;
  entity: string;
  recordId: string;
  at: number;
}

export interface RecordRef {
  entity: string;
  recordId: string;
}

export interface VesselIdentity {
  knownAs: string | null;
  claims: VesselClaim[];
}

/** A computer that said hello under a vessel's id. Times are ms since 1970. */
export interface VesselClaim {
  origin: Origin;
  /** The ship's name as it said it last. */
  name: string;
  state: ClaimState;
  firstAt: number;
  lastAt: number;
  /** When somebody in the office said what it is, and who; null where nobody had to. */
  decidedAt: number | null;
  decidedBy: string | null;
}

/**
 * - `known`: it has written here, or was let in
 * - `first`: nothing is known of the vessel yet
 * - `unknown`: the vessel is known, and of this origin no hello was judged
 * - `held`: it waits for the office, or was refused
 */
export type OriginStanding = 'known' | 'first' | 'unknown' | 'held';

export interface VesselContact {
  online: boolean;
  hello: HelloFacts | null;
  agreement: ConsistencyResult | null;
}

export interface ContactFacts {
  at: number;
  /** True for what the broker had kept: it tells nothing of when the vessel was heard. */
  isKept?: boolean;
  name?: string;
  online?: boolean;
  presenceSince?: string;
  programVersion?: string;
  timeZone?: string;
  hello?: HelloFacts;
  /** Without `equalAt`, what is known of when both were last equal stays. */
  agreement?: ConsistencyResult;
  telemetry?: TelemetryFacts;
}

/** What one gateway tells the others: whose commit, and what of. */
export interface Notice {
  gateway: string;
  events: readonly Committed[];
}
