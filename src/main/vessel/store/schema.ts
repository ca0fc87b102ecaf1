import { sql } from 'drizzle-orm';
import {
  blob,
  index,
  integer,
  primaryKey,
  sqliteTable,
  sqliteView,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

/*
 * The vessel's database without the tables of records, which `record-tables.ts` makes of their declarations. `migrations/` is
 * generated from both by `npm run db:generate`.
 */

/**
 * What is known of a content that lies, or will lie, in `attachments/` beside the database: files and thumbnails by
 * their SHA-256. Not synced; what is not here is held nowhere.
 */
export const content = sqliteTable(
  'content',
  {
    sha256: text('sha256').primaryKey(),
    /** Bytes. */
    size: integer('size').notNull(),
    /** JSON, `shared/sync/received-ranges.ts`, the first byte being number 1: what this node holds of it. */
    held: text('held').notNull(),
    /** Held whole, under its own name, and found to be what its SHA-256 says. */
    complete: integer('complete', { mode: 'boolean' }).notNull().default(false),
    /** As `held`: what shore said it holds. */
    ashore: text('ashore').notNull(),
    /** Shore said that it holds all of it and found it right. */
    isAshore: integer('is_ashore', { mode: 'boolean' }).notNull().default(false),
    /** Why shore does not take it, in words; null where it does. */
    refused: text('refused'),
    /** A person asked for it, whatever its size. */
    wanted: integer('wanted', { mode: 'boolean' }).notNull().default(false),
    /** ms since 1970, when something of it last arrived here. */
    touchedAt: integer('touched_at').notNull(),
  },
  (table) => [
    index('content_not_ashore')
      .on(table.sha256)
      .where(sql`complete = 1 AND is_ashore = 0 AND refused IS NULL`),
  ],
);

/** What is known of records whose create has not arrived; their versions, heads and values as JSON. */
export const syncAwaited = sqliteTable(
  'sync_awaited',
  {
    entity: text('entity').notNull(),
    recordId: text('record_id').notNull(),
    state: text('state').notNull(),
  },
  (table) => [primaryKey({ columns: [table.recordId, table.entity] })],
);

/** The origins in the journal, each with a number of its own for `sync_journal.entry`. */
export const syncOrigins = sqliteTable('sync_origins', {
  slot: integer('slot').primaryKey(),
  origin: text('origin').notNull().unique(),
});

/** Every change of every origin that this node holds. */
export const syncJournal = sqliteTable(
  'sync_journal',
  {
    /** The origin's slot and the change's number in one integer (`journal.ts`): one B-tree less for each write. */
    entry: integer('entry').primaryKey(),
    origin: text('origin').notNull(),
    number: integer('number').notNull(),
    /** Hybrid time. */
    time: integer('time').notNull(),
    /** Writer's wall clock, ms. */
    at: integer('at').notNull(),
    /** JSON, `shared/sync/causal-context.ts`. */
    seen: text('seen').notNull(),
    entity: text('entity').notNull(),
    recordId: text('record_id').notNull(),
    operation: text('operation').notNull(),
    /** JSON of the fields that changed, after and (own changes only) before. */
    fields: text('fields').notNull(),
    before: text('before'),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    device: text('device').notNull(),
    lane: text('lane').notNull(),
    version: integer('version').notNull(),
    /** Chain hash, 32 bytes; null while a gap lies before the entry. */
    hash: blob('hash', { mode: 'buffer' }),
    /** Hash that the sender claimed for an entry beyond a gap, checked once the gap closes. */
    claimed: blob('claimed', { mode: 'buffer' }),
    /** `applied`, `later` (newer program needed) or `parked` (breaks a rule). */
    applied: text('applied').notNull().default('applied'),
  },
  (table) => [
    // Nearly all changes are normal and are read by their key; the index is for the few that overtake or wait.
    index('sync_journal_lane')
      .on(table.lane)
      .where(sql`lane <> 'normal'`),
  ],
);

/**
 * The journal's entries by record, `record-index.ts`. This node's own are entered later than they are journalled, and
 * in order: those after the last one here are not in it yet.
 */
export const syncJournalRecord = sqliteTable(
  'sync_journal_record',
  { entry: integer('entry').primaryKey(), recordId: text('record_id').notNull() },
  (table) => [index('sync_journal_record_id').on(table.recordId)],
);

/** Numbers of own changes that wait for shore in the urgent lane though they were journalled in another. */
export const syncPromoted = sqliteTable('sync_promoted', {
  number: integer('number').primaryKey(),
  /** As it was journalled. */
  lane: text('lane').notNull(),
  /** When it left the ship, ms; null while it waits. */
  sentAt: integer('sent_at'),
});

/** Up to which number each lane has left the ship (the broker confirmed it), and when: a row for each batch. */
export const syncSent = sqliteTable(
  'sync_sent',
  {
    lane: text('lane').notNull(),
    number: integer('number').notNull(),
    /** ms */
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.lane, table.number] })],
);

/**
 * Own changes that shore has not acknowledged, for people and for tests: the durable queue is the journal beyond the
 * acknowledged cursor, and `outbox.ts` reads it there by its key.
 */
export const syncOutbox = sqliteView('sync_outbox', {
  number: integer('number').notNull(),
  /** The lane in which it travels. */
  lane: text('lane').notNull(),
  entity: text('entity').notNull(),
  recordId: text('record_id').notNull(),
  /** When it was written, ms. */
  at: integer('at').notNull(),
  /** When it left the ship, ms; null while it waits. */
  sentAt: integer('sent_at'),
}).as(sql`WITH
own AS (
  SELECT o.slot * 1099511627776 AS base, coalesce(h.acknowledged, '0') AS held
  FROM node_settings AS s JOIN sync_origins AS o ON o.origin = s.value LEFT JOIN sync_heads AS h ON h.origin = o.origin
  WHERE s.name = 'origin'),
held AS (
  SELECT base, 0 AS first, coalesce(json_extract(held, '$[0]'), json_extract(held, '$')) AS last FROM own
  UNION ALL SELECT base, json_extract(r.value, '$[0]'), json_extract(r.value, '$[1]')
  FROM own CROSS JOIN json_each(own.held) AS r WHERE r.type = 'array'),
missing AS (
  SELECT base, last + 1 AS first, coalesce(lead(first) OVER (ORDER BY first), 1099511627776) - 1 AS last FROM held)
SELECT j.number, iif(p.number IS NULL, j.lane, 'urgent') AS lane, j.entity, j.record_id, j.at,
  iif(p.number IS NULL,
    (SELECT m.at FROM sync_sent AS m WHERE m.lane = j.lane AND m.number >= j.number ORDER BY m.number LIMIT 1),
    p.sent_at) AS sent_at
FROM missing AS w CROSS JOIN sync_journal AS j ON j.entry BETWEEN w.base + w.first AND w.base + w.last
LEFT JOIN sync_promoted AS p ON p.number = j.number`);

/** Fields whose values stand against each other, and how it ended. One open row for each field of a record. */
export const syncConflicts = sqliteTable(
  'sync_conflicts',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    entity: text('entity').notNull(),
    recordId: text('record_id').notNull(),
    field: text('field').notNull(),
    /** JSON `{value}` of what stood there before all of them; null where the journal does not know. */
    base: text('base'),
    /** JSON: `{value, by, device, at, side, origin, number}`, the one in force first. */
    heads: text('heads').notNull(),
    openedAt: integer('opened_at').notNull(),
    settledAt: integer('settled_at'),
    /** JSON: the value that settled it and whose it is, as in `heads`; or who deleted the record. */
    settlement: text('settlement'),
  },
  (table) => [
    uniqueIndex('sync_conflicts_open')
      .on(table.recordId, table.entity, table.field)
      .where(sql`settled_at IS NULL`),
    index('sync_conflicts_settled')
      .on(table.id)
      .where(sql`settled_at IS NOT NULL`),
  ],
);

/**
 * What came with a snapshot from shore: each record as it stood where the snapshot's journals end. Folding begins here
 * instead of with nothing, as the changes before are not held on board.
 */
export const syncBase = sqliteTable(
  'sync_base',
  {
    recordId: text('record_id').notNull(),
    entity: text('entity').notNull(),
    /** JSON: `shared/sync/snapshot/record.ts` without what is in the other columns. */
    base: text('base').notNull(),
  },
  (table) => [primaryKey({ columns: [table.recordId, table.entity] })],
);

/** Where the journals of other origins begin on board: after what came with a snapshot. */
export const syncBaseHeads = sqliteTable('sync_base_heads', {
  origin: text('origin').primaryKey(),
  number: integer('number').notNull(),
  /** Chain hash at that number. */
  hash: blob('hash', { mode: 'buffer' }).notNull(),
});

/** Digest of every record that anything is known of, `shared/sync/digest.ts`; brought up to date when it is asked for. */
export const syncDigests = sqliteTable(
  'sync_digests',
  {
    recordId: text('record_id').notNull(),
    entity: text('entity').notNull(),
    /** 16 bytes. */
    digest: blob('digest', { mode: 'buffer' }).notNull(),
    /** The record changed by something else than a change in the journal: its digest has to be made again. */
    stale: integer('stale', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.recordId, table.entity] }),
    index('sync_digests_stale')
      .on(table.stale)
      .where(sql`stale`),
  ],
);

/** Trouble that a person has to know of: refused changes, broken messages, a fork. */
export const syncProblems = sqliteTable(
  'sync_problems',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: integer('at').notNull(),
    code: text('code').notNull(),
    message: text('message').notNull(),
    entity: text('entity'),
    recordId: text('record_id'),
    /** Own change that it is about, of which shore reported; below zero where that change has another number since. */
    number: integer('number').unique(),
  },
  (table) => [index('sync_problems_kind').on(table.code, table.id)],
);

/** Per origin (own and shore's): up to where its journal is held here, and how shore stands with ours. */
export const syncHeads = sqliteTable('sync_heads', {
  origin: text('origin').primaryKey(),
  /** JSON, `shared/sync/received-ranges.ts`: what this node holds. */
  held: text('held').notNull(),
  /** Chain hash at the cursor. */
  hash: blob('hash', { mode: 'buffer' }).notNull(),
  /** JSON, as above: for the own origin, what shore said it holds. */
  acknowledged: text('acknowledged'),
  /** Chain hash that shore computed at its cursor. */
  acknowledgedHash: blob('acknowledged_hash', { mode: 'buffer' }),
  /** JSON, as `held`: numbers beyond the cursor that did not come in their own lane; null for none. */
  outOfLane: text('out_of_lane'),
});

/**
 * What went over the link, by ship's day, profile of the link policy and what it carried (`shared/link-policy/traffic.ts`).
 * This computer's own counts, like the two tables after it; not synced.
 */
export const linkUsage = sqliteTable(
  'link_usage',
  {
    /** `YYYY-MM-DD`. */
    day: text('day').notNull(),
    profile: text('profile').notNull(),
    counted: text('counted').notNull(),
    /** Bytes. */
    sent: integer('sent').notNull(),
    received: integer('received').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.profile, table.counted] })],
);

/** How long the link stood, and how often it was begun. */
export const linkTime = sqliteTable(
  'link_time',
  {
    day: text('day').notNull(),
    profile: text('profile').notNull(),
    connectedMs: integer('connected_ms').notNull(),
    connections: integer('connections').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.profile] })],
);

/** Budgets that the crew has let go on for the rest of a month: who, when and why. */
export const linkLifts = sqliteTable(
  'link_lifts',
  {
    /** `YYYY-MM`. */
    month: text('month').notNull(),
    profile: text('profile').notNull(),
    budget: text('budget').notNull(),
    /** ms */
    at: integer('at').notNull(),
    by: text('by').notNull(),
    reason: text('reason').notNull(),
  },
  (table) => [primaryKey({ columns: [table.month, table.profile, table.budget] })],
);

/** Files that travel by hand, made here or taken in. */
export const byHandParcels = sqliteTable('by_hand_parcels', {
  parcel: text('parcel').primaryKey(),
  /** In the order in which they were listed. */
  place: integer('place').notNull(),
  way: text('way').$type<'made' | 'taken'>().notNull(),
  /** By its maker's clock, ms. */
  madeAt: integer('made_at').notNull(),
  by: text('by').notNull(),
  /** How many parts it has, and how many changes in all. */
  of: integer('of').notNull(),
  total: integer('total').notNull(),
  /** JSON: where the own journal stood when it was made here; null for one that was taken. */
  basis: text('basis'),
  answeredAt: integer('answered_at'),
});

/** Parts of them. */
export const byHandParts = sqliteTable(
  'by_hand_parts',
  {
    parcel: text('parcel').notNull(),
    part: integer('part').notNull(),
    /** `made`, `taken`, `aside`, `refused`: `shared/file-transfer/package-store.ts`. */
    state: text('state').notNull(),
    changes: integer('changes').notNull(),
    bytes: integer('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.parcel, table.part] })],
);

/** Content of parts made, and of those that wait for others, in pieces. */
export const byHandContent = sqliteTable(
  'by_hand_content',
  {
    parcel: text('parcel').notNull(),
    part: integer('part').notNull(),
    piece: integer('piece').notNull(),
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.parcel, table.part, table.piece] })],
);

/** What people typed on this computer and did not save yet. Not synced, and nothing of it is a record. */
export const draft = sqliteTable(
  'draft',
  {
    /** Where it was typed: `desktop`, or the name that a browser keeps. */
    screen: text('screen').notNull(),
    key: text('key').notNull(),
    /** JSON, the page's own. */
    text: text('text').notNull(),
    /** When it was last kept, ms. */
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.screen, table.key] })],
);

/** What the node knows of itself: vessel id, own origin, whether the link may be used … */
export const nodeSettings = sqliteTable('node_settings', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
});
