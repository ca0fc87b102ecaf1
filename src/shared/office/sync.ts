import { z } from 'zod';
import { conflict, conflictStates } from '../contract/conflicts.ts';
import { historyCursor } from '../contract/history.ts';
import { recordId } from '../contract/record-state.ts';
import { lanes } from '../records/record.ts';
import { operations } from '../sync/change.ts';
import { pageQuery, vesselQuery } from './page.ts';

const count = z.number().int();
const ageMs = z.number().nullable();

/** `ok`, `degraded` (works, a person should look), `down` (does not do its work now). */
export const healthState = z.enum(['ok', 'degraded', 'down']);
export type HealthState = z.infer<typeof healthState>;

/** Whether ship and office hold the same records, as they last found by comparing all of them. */
const agreement = z.object({
  /** `moving`: they were the same, and changes made since, or contents of attachments, are on their way. */
  state: z.enum(['unknown', 'equal', 'moving', 'differing']),
  comparedAt: z.string().nullable(),
  equalAt: z.string().nullable(),
  /** Records that differ; null while that is being found out. */
  differing: count.nullable(),
});

export const vesselSummary = z.object({
  vesselId: z.string(),
  name: z.string(),
  online: z.boolean(),
  /** When it came online, as it says; for one that is not, its last contact. Null when it was never seen. */
  presenceSince: z.string().nullable(),
  version: z.string().nullable(),
  /** Ship's time, an IANA name; null when it was never told. */
  timeZone: z.string().nullable(),
  /** Last time anything of it reached the gateway. */
  lastContactAt: z.string().nullable(),
  /** Running number of its last committed change, to go on from at `/ws` and in the journal. */
  feed: count,
  /** Changes of this vessel that shore holds. */
  changesHeld: count,
  /** Changes that the vessel has and shore does not, as far as it told; null when it has not told. */
  changesWaitingOnBoard: count.nullable(),
  /** Changes made ashore that the vessel has not acknowledged. */
  changesWaitingAshore: count,
  /** Attachments of which shore holds the record and not all bytes: these are on board, or on their way. */
  attachmentsLacking: count,
  conflicts: count,
  problems: count,
  workOrders: z.object({ outstanding: count, overdue: count }),
  agreement,
  /** Computers that say to be this ship under another name: they wait for somebody's word, or were refused. Newest first. */
  claims: z
    .array(
      z.object({
        origin: z.string(),
        /** The ship's name as that computer says it. */
        name: z.string(),
        state: z.enum(['waiting', 'refused']),
        firstAt: z.string(),
        lastAt: z.string(),
        /** Who refused it. */
        decidedBy: z.string().nullable(),
      }),
    )
    .readonly(),
});
export type VesselSummary = z.infer<typeof vesselSummary>;

export const fleet = z.object({
  items: z.array(vesselSummary).readonly(),
  /** The gateway's clock, ISO 8601: what all times here are to be read by. */
  now: z.string(),
  /** Without its broker the gateway hears of no ship: all here is as it was then. `since` is null before the first try. */
  broker: z.object({ connected: z.boolean(), since: z.string().nullable() }),
  /** Why the database takes no writes, and since when; null while it is well. */
  databaseTrouble: z.object({ since: z.string(), words: z.string() }).nullable(),
});

const vesselHealth = z.object({
  vesselId: z.string(),
  name: z.string(),
  state: healthState,
  /** Per vessel origin: what is held, and how far the numbers known to exist go. */
  origins: z
    .array(z.object({ origin: z.string(), upTo: count, missing: count, lastKnown: count, hash: z.string() }))
    .readonly(),
  shore: z.object({
    origin: z.string(),
    last: count,
    acknowledged: count,
    waiting: count,
    oldestAgeMs: ageMs,
  }),
  lastContactAt: z.string().nullable(),
  telemetry: z.object({ at: z.string(), queueDepth: count, oldestAgeMs: ageMs }).nullable(),
  /** Attachments of which shore holds the record and not all bytes. */
  attachmentsLacking: count,
  conflicts: count,
  problems: count,
  agreement,
});

export const syncHealth = z.object({
  state: healthState,
  gateway: z.string(),
  /** `down` also while it answers and takes no writes, as with a full disk. `since` is null while it is well. */
  database: z.object({
    state: z.enum(['ok', 'down']),
    error: z.string().nullable(),
    since: z.string().nullable(),
    latencyMs: z.number().nullable(),
  }),
  /** Since the gateway's process started. */
  ingest: z.object({
    batches: count,
    changes: count,
    duplicates: count,
    gaps: count,
    forks: count,
    refused: count,
    retries: count,
    waiting: count,
    lastAt: z.string().nullable(),
    lastError: z.object({ message: z.string(), at: z.string() }).nullable(),
  }),
  downlink: z.object({ depth: count, oldestAgeMs: ageMs, sent: count, acknowledged: count }),
  vessels: z.array(vesselHealth).readonly(),
});
export type SyncHealth = z.infer<typeof syncHealth>;

/** How reliably messages pass between shore and its ships. Bytes are MQTT payload since the process started. */
export const reliableSyncHealth = z.object({
  state: healthState,
  broker: z.object({
    connected: z.boolean(),
    since: z.string().nullable(),
    error: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
    /** What people should know of how the broker is reached, in words. */
    warning: z.string().nullable(),
  }),
  messages: z.object({ received: count, sent: count, refused: count, passedOver: count, lost: count }),
  bytes: z.object({ received: count, sent: count }),
  /** Messages taken from the broker that wait to be stored. */
  queuedMessages: count,
  /** Batches to vessels that wait for the vessel's word. */
  inFlight: count,
  /** The latest failure of broker, database or ingest; null when there was none. */
  lastError: z.object({ message: z.string(), at: z.string() }).nullable(),
  vessels: z
    .array(
      z.object({
        vesselId: z.string(),
        name: z.string(),
        /** Changes made ashore that the vessel has not acknowledged. */
        queueDepth: count,
        oldestUnacknowledgedAgeMs: ageMs,
        /** What the vessel itself last told of its own queue; null when it has not told. */
        onBoard: z.object({ at: z.string(), queueDepth: count, oldestUnacknowledgedAgeMs: ageMs }).nullable(),
        lastContactAt: z.string().nullable(),
      }),
    )
    .readonly(),
});
export type ReliableSyncHealth = z.infer<typeof reliableSyncHealth>;

export const journalQuery = z.strictObject({
  ...vesselQuery.shape,
  /** Running number after which to go on; 0 for the beginning. */
  after: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.number().int().min(1).max(500).default(100),
  entity: z.string().max(40).optional(),
  recordId: z.uuid().optional(),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const journalItem = z.object({
  vesselId: z.string(),
  /** Shore's running number for this vessel, 1, 2, 3 … in order of commits. */
  feed: count,
  origin: z.string(),
  number: count,
  side: z.enum(['vessel', 'shore']),
  entity: z.string(),
  recordId: z.string(),
  operation: z.enum(operations),
  fields: z.record(z.string(), scalar),
  before: z.record(z.string(), scalar).nullable(),
  by: z.string(),
  device: z.string(),
  at: z.string(),
  storedAt: z.string(),
  lane: z.enum(lanes),
  /** `later`: waits for an update of the gateway. `parked`: breaks a rule, kept, not applied. */
  applied: z.enum(['applied', 'later', 'parked']),
  hash: z.string().nullable(),
});
export type JournalItem = z.infer<typeof journalItem>;

export const journalPage = z.object({
  items: z.array(journalItem).readonly(),
  nextAfter: count,
  more: z.boolean(),
});

export const officeConflict = conflict.extend({ vesselId: z.string() });
export type OfficeConflict = z.infer<typeof officeConflict>;

export const officeConflictQuery = z.strictObject({
  ...pageQuery.shape,
  state: z.enum(conflictStates).default('open'),
  recordId: recordId.optional(),
});

export const conflictParams = z.strictObject({ id: z.string().regex(/^\d{1,15}$/) });

export const officeHistoryQuery = z.strictObject({
  ...vesselQuery.shape,
  limit: z.number().int().min(1).max(200).default(30),
  cursor: historyCursor.optional(),
});

export const officeProblem = z.object({
  id: count,
  vesselId: z.string().nullable(),
  at: z.string(),
  code: z.string(),
  message: z.string(),
  entity: z.string().nullable(),
  recordId: z.string().nullable(),
});
export type OfficeProblem = z.infer<typeof officeProblem>;
