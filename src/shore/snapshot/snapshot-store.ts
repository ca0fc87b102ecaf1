import type { ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { Stage } from '#shared/sync/snapshot/cursor.ts';
import type { SnapshotPosition } from '#shared/sync/snapshot/messages.ts';
import type { JournalEntry, OriginHead, StoredRecord, VesselHead } from '../store/shore-store.ts';

/** What snapshots need of shore's database, without SQL. */
export interface SnapshotStore {
  /** Everything that `work` reads is as of one moment. Nothing is locked, and nobody waits. */
  read<T>(work: (view: SnapshotView) => Promise<T>): Promise<T>;
}

/** The database as it stood at one moment. */
export interface SnapshotView {
  /** Null for a vessel that shore has never heard of. */
  heads(vesselId: string): Promise<{ vessel: VesselHead; origins: OriginHead[] } | null>;
  /**
   * Per origin, shore's own included, the first change that cannot be told: one that waits for a newer gateway, or
   * that a program which knows the records up to `version` does not understand.
   */
  firstBeyond(vesselId: string, version: number): Promise<ReadonlyMap<Origin, number>>;
  /** Chain hash at a number; null where there is none. */
  hashAt(vesselId: string, origin: Origin, number: number): Promise<ChainHash | null>;
  countRecords(vesselId: string): Promise<number>;
  /** The highest work order number that was given on board, of each year. */
  highestNumbers(vesselId: string): Promise<string[]>;
  /**
   * Records that may belong to a stage, by id from the last to the first: those that do as they are now, and those
   * that have changed since the position.
   * @param below ids that come before this one; null for all
   */
  candidates(vesselId: string, stage: Stage, scope: CandidateScope): Promise<Candidate[]>;
  records(vesselId: string, entity: string, ids: readonly string[]): Promise<StoredRecord[]>;
  /** Every entry of these records, in order of feed. */
  history(vesselId: string, recordIds: readonly string[]): Promise<JournalEntry[]>;
}

export interface CandidateScope {
  position: SnapshotPosition;
  below: string | null;
  limit: number;
}

export interface Candidate {
  entity: string;
  id: string;
  /** True where the record has changes that are not of the position. */
  changed: boolean;
}
