import { z } from 'zod';
import { lanes } from '../records/record.ts';
import { policyStanding } from './link.ts';
import { read, write } from './method.ts';
import { recordId } from './record-state.ts';

/**
 * - `closed`: a person on board holds the link closed
 * - `waiting`: the link policy keeps it closed, until the next window or until someone asks
 * - `offline`: no broker reached; the node keeps trying
 * - `connecting`: an attempt is under way
 * - `online`: the broker has us
 */
export const linkState = z.enum(['closed', 'waiting', 'offline', 'connecting', 'online']);

export const syncStatus = z.object({
  link: z.object({
    state: linkState,
    /** When this state began, ISO 8601. */
    since: z.string(),
    /** Host and port of the broker, without credentials; null when none is configured. */
    broker: z.string().nullable(),
    /** Last time anything came from shore's gateway, ISO 8601; null when never. */
    lastContactAt: z.string().nullable(),
    /** The last failure in words, null when the link is fine. */
    error: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
    /** What people should know of how the link is set up, in words; absent where there is nothing. */
    warning: z.string().optional(),
  }),
  /**
   * Why nothing is sent to shore or taken from it: the office knows the ship under another name than this computer has,
   * and has not said yet which is right, or has said that this is another ship. Null where it is not so.
   */
  identity: z
    .object({
      state: z.enum(['waiting', 'refused']),
      /** The ship's name on this computer, and in the office. */
      name: z.string(),
      knownAs: z.string(),
    })
    .nullable(),
  /** What the link policy says: which link, whether it may stand, and why what waits does. */
  policy: policyStanding,
  queue: z.object({
    /** Changes not yet acknowledged by shore. */
    depth: z.number().int(),
    /** Of those, changes that have left the ship and wait for shore's word. */
    sent: z.number().int(),
    byLane: z.record(z.enum(lanes), z.number().int()),
    /** Attachments of which shore lacks bytes that are on board, and how many. They travel in the bulk lane. */
    contents: z.object({ attachments: z.number().int(), bytes: z.number().int() }),
    /** When the oldest of all these was written, ISO 8601; null when nothing waits. */
    oldestAt: z.string().nullable(),
    oldestAgeMs: z.number().nullable(),
  }),
  /** The drain under way; null when nothing is moving. */
  progress: z
    .object({
      sent: z.number().int(),
      total: z.number().int(),
      bytesPerSecond: z.number(),
      secondsLeft: z.number().nullable(),
    })
    .nullable(),
  /**
   * Records that shore has, as far as this node has taken them over; a `total` of 0 until shore has said how many there
   * are. Null when it has them all.
   */
  snapshot: z.object({ taken: z.number().int(), total: z.number().int() }).nullable(),
  /** Whether ship and office hold the same records, as they last found by comparing all of them. */
  agreement: z.object({
    /**
     * - `unknown`: never compared
     * - `equal`: they are the same, and nothing was written since
     * - `moving`: they were the same, and changes made since or contents of attachments are on their way
     * - `comparing`: a comparison is under way
     * - `differing`: some records are not the same
     */
    state: z.enum(['unknown', 'equal', 'moving', 'comparing', 'differing']),
    /** When they were last compared, and when they were last the same; ISO 8601, null for never. */
    comparedAt: z.string().nullable(),
    equalAt: z.string().nullable(),
    /** Records that differ: found so far, or left at the end of the last comparison, or those of `onlyOnBoard`. */
    differing: z.number().int(),
    /** Records of which shore, by its last word, lacks something that this ship holds, and no longer as changes. */
    onlyOnBoard: z.number().int(),
    /** When shore last said what it holds, it was not what this ship holds: something is on its way, or lost. */
    isApart: z.boolean(),
  }),
  bytes: z.object({ sent: z.number().int(), received: z.number().int() }),
  journal: z.object({
    origin: z.string(),
    /** Number of the last change written on this ship. */
    last: z.number().int(),
    /** Last number up to which shore holds everything. */
    acknowledged: z.number().int(),
    /** Last of shore's changes up to which this ship holds everything. */
    fromShore: z.number().int(),
  }),
  conflicts: z.number().int(),
  /** Changes that shore refused or could not apply, and trouble a person has to know of. */
  problems: z.number().int(),
});
export type SyncStatus = z.infer<typeof syncStatus>;

export const outboxEntry = z.object({
  number: z.number().int(),
  entity: z.string(),
  recordId,
  /** What a person calls the record: number and title of an order, code and name of equipment. */
  label: z.string(),
  operation: z.enum(['create', 'update', 'delete']),
  fields: z.array(z.string()),
  lane: z.enum(lanes),
  by: z.string(),
  at: z.string(),
  sentAt: z.string().nullable(),
});
export type OutboxEntry = z.infer<typeof outboxEntry>;

export const syncProblem = z.object({
  id: z.number().int(),
  at: z.string(),
  code: z.string(),
  /** What happened, what is safe, what to do. */
  message: z.string(),
  entity: z.string().nullable(),
  recordId: z.string().nullable(),
});
export type SyncProblem = z.infer<typeof syncProblem>;

const page = z.strictObject({
  limit: z.number().int().min(1).max(500).default(100),
  offset: z.number().int().min(0).default(0),
});

export const syncMethods = {
  'sync.status': read(z.strictObject({}), syncStatus),
  /** Lets the ship use the link, or holds it closed until someone lets go; kept across restarts. */
  'sync.setLink': write(z.strictObject({ enabled: z.boolean() }), syncStatus),
  /** Tries at once instead of waiting for the next attempt, and opens a link that the policy keeps closed. */
  'sync.sendNow': write(z.strictObject({}), syncStatus),
  /** Reads every record again and compares all of them with the office's. */
  'sync.compare': write(z.strictObject({}), syncStatus),
  'sync.outbox': read(page, z.object({ items: z.array(outboxEntry), total: z.number().int() })),
  'sync.problems': read(page, z.object({ items: z.array(syncProblem), total: z.number().int() })),
};
