import type { ConflictDecision } from '#shared/contract/conflicts.ts';
import type { HistoryPage } from '#shared/contract/history.ts';
import type { OfficeAttachment, OfficeNewAttachment } from '#shared/office/attachments.ts';
import type { VesselDigests } from '#shared/office/digests.ts';
import type {
  officeSortKeys,
  OfficeSyncState,
  OfficeWorkOrder,
  OfficeWorkOrderRow,
} from '#shared/office/records.ts';
import type {
  HealthState,
  JournalItem,
  OfficeConflict,
  OfficeProblem,
  SyncHealth,
  VesselSummary,
} from '#shared/office/sync.ts';
import type { ExpectedVersions, OpenConflict } from '#shared/contract/record-state.ts';
import type { NewWorkOrder, WorkOrderChanges, WorkOrderFilter } from '#shared/contract/work-orders.ts';
import type { MediaType } from '#shared/records/attachment.ts';
import type { Scalar } from '#shared/json.ts';

/**
 * What the office may ask of the gateway, whatever carries the question (REST, WebSocket, a test). Times are
 * ISO 8601 in UTC unless a name ends in `Ms`. Every method rejects with a `ShoreFailure` and nothing else.
 */
export interface ShoreService {
  readonly workOrders: WorkOrderService;
  /** Of any kind. */
  readonly records: RecordsService;
  readonly attachments: AttachmentService;
  readonly conflicts: ConflictService;
  /** Every vessel that has ever been heard of, by name. */
  vessels(): Promise<readonly VesselSummary[]>;
  /** The gateway's clock, ISO 8601. */
  now(): string;
  /**
   * Says of a computer that calls the vessel by another name whether it is this ship. `not_found` for one that nobody knows,
   * `not_allowed` where one is to be refused that is in already.
   */
  decideClaim(
    vesselId: string,
    origin: string,
    decision: 'accepted' | 'refused',
    writer: Writer,
  ): Promise<void>;
  /** Digests of a vessel's records, read from the records, a page at a time. `not_found` for a vessel nobody knows. */
  digests(vesselId: string, after?: string): Promise<VesselDigests>;
  /** Answers even when the database does not: then `database.state` is `down` and `vessels` is empty. */
  syncHealth(): Promise<SyncHealth>;
  /** Why the database does not do its work, and since when; null while it does, as far as is known. Has it looked at. */
  databaseTrouble(): DatabaseTrouble | null;
  mqttHealth(): MqttHealth;
  /**
   * One vessel's changes, its own and shore's for it, in the order in which shore committed them, oldest first.
   * `invalid_input` when no vessel is named and there are several: each has a running number of its own, so that
   * a reader who asks on from where it stood never misses a change that was committed late.
   */
  journal(query: JournalQuery): Promise<JournalPage>;
  /** Changes that broke a rule, forks, gaps and refused messages, newest first. */
  problems(query: PageQuery): Promise<Page<ShoreProblem>>;
  /** Called after every commit that touched records, in order of `feed` per vessel. Returns what stops it. */
  onCommitted(listener: (event: Committed) => void): () => void;
}

export interface WorkOrderService {
  list(query: WorkOrderQuery): Promise<Page<ShoreWorkOrderRow>>;
  /** `not_found` when there is none; `invalid_input` when two vessels have that id and none was named. */
  get(key: RecordKey): Promise<ShoreWorkOrder>;
  create(vesselId: string, input: NewWorkOrder, writer: Writer): Promise<ShoreWorkOrder>;
  /** `stale` when a field of `changes` has another version than `basis` names; `not_allowed` for a status that may not follow. */
  patch(
    key: RecordKey,
    changes: WorkOrderChanges,
    writer: Writer,
    basis?: ExpectedVersions,
  ): Promise<ShoreWorkOrder>;
  delete(key: RecordKey, writer: Writer): Promise<{ vesselId: string; id: string }>;
  /** Everything that was done to the order, newest first; of a deleted one too. */
  history(key: RecordKey, query: HistoryQuery): Promise<HistoryPage>;
}

export interface ConflictService {
  /** Newest first. */
  list(query: ConflictQuery): Promise<Page<ShoreConflict>>;
  get(id: string): Promise<ShoreConflict>;
  /**
   * Writes the decision as a change that has seen all values, and so settles the conflict on board too. `stale` when
   * somebody settled it meanwhile or another value came in; `invalid_input` for a typed value that breaks a rule.
   */
  settle(id: string, decision: ConflictDecision, writer: Writer): Promise<ShoreConflict>;
}

export interface ConflictQuery extends PageQuery {
  /** `open` when left out. */
  state?: 'open' | 'settled';
  recordId?: string;
}

export interface HistoryQuery {
  /** 1 to 500; 30 when left out. */
  limit?: number;
  cursor?: string;
}

export interface AttachmentService {
  /** Of one record of a kind, oldest first. `not_allowed` for a kind to which nothing is attached. */
  list(entity: string, key: RecordKey): Promise<readonly OfficeAttachment[]>;
  /**
   * Stores bytes that are to be attached. `invalid_input` when they are none of the kinds that are attached or not what
   * `sha256` says; `too_large`; `not_found` for a vessel nobody knows.
   */
  put(vesselId: string, sha256: string, bytes: Uint8Array): Promise<void>;
  /** `invalid_input` when its bytes were not put before. */
  add(entity: string, key: RecordKey, input: OfficeNewAttachment, writer: Writer): Promise<OfficeAttachment>;
  delete(key: RecordKey, writer: Writer): Promise<{ vesselId: string; id: string }>;
  /** Under a new id; `not_found` when its bytes are gone. */
  restore(key: RecordKey, writer: Writer): Promise<OfficeAttachment>;
  /** `not_found` while its bytes have not come from the ship. */
  read(key: RecordKey, part: 'content' | 'thumbnail'): Promise<AttachedBytes>;
}

export interface AttachedBytes {
  bytes: Uint8Array;
  mediaType: MediaType;
  fileName: string;
}

/** What the office may do with records of a kind, named by its entity, as its declaration says. `invalid_input` for another. */
export interface RecordsService {
  list(entity: string, query: RecordQuery): Promise<Page<OfficeRecord>>;
  /** `not_found` when there is none; `invalid_input` when two vessels have that id and none was named. */
  get(entity: string, key: RecordKey): Promise<OfficeRecordWithLines>;
  /** `needs_confirmation` for what is seldom meant so, while the writer does not stand by it. */
  create(
    entity: string,
    vesselId: string,
    given: Readonly<Record<string, unknown>>,
    writer: Writer,
    isConfirmed?: boolean,
  ): Promise<OfficeRecordWithLines>;
  /** `stale` when a field of `changes` has another version than `basis` names; `not_allowed` for what the kind's rule refuses. */
  patch(
    entity: string,
    key: RecordKey,
    changes: Readonly<Record<string, unknown>>,
    writer: Writer,
    basis?: ExpectedVersions,
  ): Promise<OfficeRecordWithLines>;
  delete(entity: string, key: RecordKey, writer: Writer): Promise<{ vesselId: string; id: string }>;
  /** Everything that was done to the record, newest first; of a deleted one too. */
  history(entity: string, key: RecordKey, query: HistoryQuery): Promise<HistoryPage>;
}

/** Who acts, and from where: `device` is what people read, such as `Office` or the name of an API key. */
export interface Writer {
  actorId: string | null;
  actorName: string;
  device: string;
}

/** A record's id alone is enough while only one vessel has it. */
export interface RecordKey {
  id: string;
  vesselId?: string;
}

/** `nextCursor` is opaque, null on the last page. A page can end early only when it is the last. */
export interface Page<T> {
  items: readonly T[];
  nextCursor: string | null;
}

export interface PageQuery {
  vesselId?: string;
  /** 1 to 500; 50 when left out. */
  limit?: number;
  /** `nextCursor` of the page before, asked with the same filter and order. */
  cursor?: string;
}

export type ShoreSortKey = (typeof officeSortKeys)[number];

export interface WorkOrderQuery extends PageQuery, WorkOrderFilter {
  /** Default `updatedAt`, newest first. Orders without a due date come last, whichever the direction. */
  sort?: ShoreSortKey;
  direction?: 'asc' | 'desc';
  /** True for orders that are outstanding and due before the day that it is on board of their ship. */
  overdue?: boolean;
}

export interface RecordQuery extends PageQuery {
  /** By field: any of these values. */
  filter?: Readonly<Record<string, readonly Scalar[]>>;
  /** Words that must all stand in the texts that the kind says are searched. */
  search?: string;
  /** A field, or `updatedAt`; as the kind says when left out. What has no value comes last. */
  sort?: string;
  direction?: 'asc' | 'desc';
}

export type ShoreSyncState = OfficeSyncState;
export type ShoreWorkOrderRow = OfficeWorkOrderRow;
/** With versions by field, to be handed back as `basis` by whoever edits. */
export type ShoreWorkOrder = OfficeWorkOrder;

type ShoreRecord = Pick<ShoreWorkOrderRow, 'vesselId' | 'id' | 'updatedAt' | 'updatedBy' | 'sync'>;

/** A record of any kind, its fields beside what every record has. */
export interface OfficeRecordRow extends ShoreRecord {
  readonly [field: string]: unknown;
  /** By field that points to a record: what people call that one; null where it is not there. */
  referenced: Readonly<Record<string, string | null>>;
}

export interface OfficeRecord extends OfficeRecordRow {
  versions: Record<string, string>;
  conflicts: readonly OpenConflict[];
}

export interface OfficeRecordWithLines extends OfficeRecord {
  /** By kind its lines, as that kind sorts them: the first 500, and how many there are. */
  lines: Readonly<Record<string, { items: readonly OfficeRecord[]; total: number }>>;
}
export type { HealthState, JournalItem, SyncHealth, VesselSummary };

/** Whether ship and office hold the same records, as they last found by comparing all of them. */
export type VesselConsistency = VesselSummary['agreement'];
/** A computer that says to be the ship: it waits for somebody's word, or `decidedBy` refused it. */
export type HeldClaim = VesselSummary['claims'][number];
export type VesselSyncHealth = SyncHealth['vessels'][number];

export interface DatabaseTrouble {
  since: string;
  words: string;
}

export interface MqttHealth {
  state: HealthState;
  connected: boolean;
  since: string | null;
  error: { code: string; message: string; at: string } | null;
  /** What people should know of how the broker is reached, in words. */
  warning: string | null;
  /** Since this process started. Bytes are MQTT payload. */
  messages: { received: number; sent: number; refused: number; passedOver: number; lost: number };
  bytes: { received: number; sent: number };
  /** Messages taken from the broker that wait to be stored. */
  queuedMessages: number;
  /** Batches to vessels that wait for the vessel's word. */
  inFlight: number;
}

export interface JournalQuery {
  vesselId?: string;
  /** `feed` after which to go on, 0 for the beginning. */
  after?: number;
  /** 1 to 500; 100 when left out. */
  limit?: number;
  entity?: string;
  recordId?: string;
}

/** `nextAfter` is what to ask with next, also when nothing is left: ask again later with the same value. */
export interface JournalPage {
  items: readonly JournalItem[];
  nextAfter: number;
  more: boolean;
}

export type ShoreConflict = OfficeConflict;
export type ShoreProblem = OfficeProblem;

/** Committed changes of one vessel's records. */
export interface Committed {
  vesselId: string;
  entity: string;
  /** Empty when so many changed at once that a reader had better ask again. */
  ids: readonly string[];
  /** Highest feed number of the commit. */
  feed: number;
  /** `vessel`: came from the ship. `shore`: written ashore. `sync`: the record is the same, its acknowledgement moved. */
  cause: 'vessel' | 'shore' | 'sync';
}
