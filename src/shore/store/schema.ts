import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { HeldKey } from '#shared/file-transfer/peer.ts';
import type { PackageBasis, PartState } from '#shared/file-transfer/package-store.ts';
import { attachmentSpec } from '#shared/records/attachment.ts';
import { crewMemberSpec } from '#shared/records/crew-member.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { meterReadingSpec } from '#shared/records/meter-reading.ts';
import { meterSpec } from '#shared/records/meter.ts';
import type { Lane } from '#shared/records/record.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { ConflictingValue } from '#shared/sync/conflicts.ts';
import type { Scalar } from '#shared/json.ts';
import type { Operation } from '#shared/sync/change.ts';
import type { ReceivedRangesJson } from '#shared/sync/received-ranges.ts';
import type { RecordStateJson } from '#shared/sync/record-state-json.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';

import { columnsOf, integer53, ofEveryRecord } from './record-columns.ts';

export { ofEveryRecord } from './record-columns.ts';
export { vesselClaim } from './schema-claims.ts';

/**
 * Shore's database. Tables of records have exactly the columns of their specification in `shared/domain`, and the
 * gateway's own: `vessel_id`, `deleted`, `updated_at` (ms since 1970) and `updated_by`. All times are milliseconds
 * since 1970 unless a comment says otherwise. `migrations/` is generated from this file by `npm run db:generate`.
 */
export const equipment = pgTable(
  'equipment',
  {
    ...ofEveryRecord,
    ...columnsOf(equipmentSpec.fields),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.id] }),
    index('equipment_code')
      .on(table.code, table.id, table.vesselId)
      .where(sql`not deleted`),
  ],
);

export const crewMember = pgTable(
  'crew_member',
  {
    ...ofEveryRecord,
    ...columnsOf(crewMemberSpec.fields),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.id] }),
    index('crew_member_name')
      .on(table.name, table.id, table.vesselId)
      .where(sql`not deleted`),
  ],
);

export const workOrder = pgTable(
  'work_order',
  {
    ...ofEveryRecord,
    ...columnsOf(workOrderSpec.fields),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.id] }),
    // A search by id alone, which is how most people ask.
    index('work_order_id').on(table.id),
    index('work_order_due')
      .on(table.vesselId, table.dueDate, table.id)
      .where(sql`not deleted`),
    index('work_order_updated')
      .on(table.vesselId, table.updatedAt, table.id)
      .where(sql`not deleted`),
    // Few of a vessel's orders are outstanding, and every page counts them.
    index('work_order_outstanding')
      .on(table.vesselId, table.dueDate)
      .where(sql`not deleted and status in ('open', 'in_progress', 'on_hold')`),
    // Deleted ones too: the next number is found here, and a number is never given twice.
    index('work_order_number').on(table.vesselId, table.number, table.id),
    // The same for the whole fleet, as the office's first page asks.
    index('work_order_fleet_due')
      .on(table.dueDate, table.id, table.vesselId)
      .where(sql`not deleted`),
    index('work_order_fleet_updated')
      .on(table.updatedAt, table.id, table.vesselId)
      .where(sql`not deleted`),
  ],
);

export const attachment = pgTable(
  'attachment',
  {
    ...ofEveryRecord,
    ...columnsOf(attachmentSpec.fields),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.id] }),
    index('attachment_order')
      .on(table.vesselId, table.workOrderId, table.id)
      .where(sql`not deleted`),
    index('attachment_content').on(table.vesselId, table.sha256),
    index('attachment_thumbnail').on(table.vesselId, table.thumbnailSha256),
  ],
);

export const meter = pgTable(
  'meter',
  {
    ...ofEveryRecord,
    ...columnsOf(meterSpec.fields),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.id] }),
    index('meter_equipment').on(table.vesselId, table.equipmentId),
    index('meter_name')
      .on(table.name, table.id, table.vesselId)
      .where(sql`not deleted`),
  ],
);

export const meterReading = pgTable(
  'meter_reading',
  {
    ...ofEveryRecord,
    ...columnsOf(meterReadingSpec.fields),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.id] }),
    index('meter_reading_meter')
      .on(table.vesselId, table.meterId, table.readAt, table.id)
      .where(sql`not deleted`),
    // Few are anything but plain, and where the meter stands hangs on each of them (`shared/meters/standing.ts`).
    index('meter_reading_special')
      .on(table.vesselId, table.meterId)
      .where(sql`kind <> 'reading' and not deleted`),
    index('meter_reading_read')
      .on(table.readAt, table.id, table.vesselId)
      .where(sql`not deleted`),
  ],
);

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** What is held of the contents of a vessel's attachments, by their SHA-256. */
export const content = pgTable(
  'content',
  {
    vesselId: text('vessel_id').notNull(),
    sha256: text('sha256').notNull(),
    /** Bytes. */
    size: integer('size').notNull(),
    /** The first byte is number 1. */
    held: jsonb('held').$type<ReceivedRangesJson>().notNull(),
    /** Held whole, and found to be what its SHA-256 says. */
    complete: boolean('complete').notNull().default(false),
    /** When something of it last arrived. */
    touchedAt: integer53('touched_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.vesselId, table.sha256] })],
);

/** The bytes of contents, in the pieces in which they came; no two of one content overlap. */
export const contentPiece = pgTable(
  'content_piece',
  {
    vesselId: text('vessel_id').notNull(),
    sha256: text('sha256').notNull(),
    /** Of its first byte in the content. */
    offset: integer('offset').notNull(),
    bytes: bytes('bytes').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.sha256, table.offset] }),
    foreignKey({
      columns: [table.vesselId, table.sha256],
      foreignColumns: [content.vesselId, content.sha256],
    }).onDelete('cascade'),
  ],
);

/** Field versions and heads of every record that was ever heard of: `shared/sync/record-state-json.ts`. */
export const syncVersions = pgTable(
  'sync_versions',
  {
    vesselId: text('vessel_id').notNull(),
    entity: text('entity').notNull(),
    recordId: text('record_id').notNull(),
    state: jsonb('state').$type<RecordStateJson>().notNull(),
    /** `shared/sync/digest.ts`; null in rows from before there were digests, until it is first asked for. */
    digest: text('digest'),
    /** What came of the record without its changes, `shared/sync/snapshot/record.ts`: folding begins with that. */
    base: jsonb('base').$type<SnapshotRecord>(),
  },
  (table) => [primaryKey({ columns: [table.vesselId, table.recordId, table.entity] })],
);

/** How far each transfer of records that the ship began with has come: `src/shore/base/`. */
export const syncBaseTaken = pgTable('sync_base_taken', {
  /** The vessel's id and the transfer's name, with a blank between. */
  transfer: text('transfer').primaryKey(),
  /** Record id and kind of the last that came; null where all have. */
  after: text('after'),
});

/**
 * Every change of every origin that shore holds, the vessel's and its own. `json`, not `jsonb`, for what the hash
 * covers: it comes back as it went in, and takes what `jsonb` refuses (a NUL in a change that is parked for it).
 */
export const syncJournal = pgTable(
  'sync_journal',
  {
    vesselId: text('vessel_id').notNull(),
    origin: text('origin').notNull(),
    number: integer53('number').notNull(),
    /** Shore's running number for the vessel, in order of commits, without a gap. */
    feed: integer53('feed').notNull(),
    /** Hybrid time. */
    time: integer53('time').notNull(),
    /** Writer's wall clock. */
    at: integer53('at').notNull(),
    seen: json('seen').$type<CausalContext>().notNull(),
    entity: text('entity').notNull(),
    recordId: text('record_id').notNull(),
    operation: text('operation').$type<Operation>().notNull(),
    fields: json('fields').$type<Record<string, Scalar>>().notNull(),
    /** What shore had in those fields when the change was applied here; null where it was not applied. */
    before: json('before').$type<Record<string, Scalar>>(),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    device: text('device').notNull(),
    lane: text('lane').$type<Lane>().notNull(),
    version: integer('version').notNull(),
    /** Chain hash, hexadecimal; null while a gap lies before the entry. */
    hash: text('hash'),
    /** Hash that the sender claimed for an entry beyond a gap, checked once the gap closes. */
    claimed: text('claimed'),
    applied: text('applied').$type<Applied>().notNull(),
    storedAt: integer53('stored_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.origin, table.number] }),
    uniqueIndex('sync_journal_feed').on(table.vesselId, table.feed),
    index('sync_journal_record').on(table.vesselId, table.recordId, table.feed),
    index('sync_journal_waiting')
      .on(table.vesselId, table.feed)
      .where(sql`applied = 'later'`),
  ],
);

/** `later`: waits for an update of this program. `parked`: breaks a rule; kept, not applied. */
export const appliedStates = ['applied', 'later', 'parked'] as const;
export type Applied = (typeof appliedStates)[number];

/**
 * One row a vessel, locked by whoever writes for that vessel: all changes of a vessel are committed one after the
 * other, whichever gateway takes them.
 */
export const vessel = pgTable('vessel', {
  vesselId: text('vessel_id').primaryKey(),
  /** Shore's origin for this vessel, and the last of what was written under it. */
  origin: text('origin').notNull(),
  last: integer53('last').notNull(),
  hash: text('hash').notNull(),
  /** Hybrid clock: the highest time issued or received. */
  time: integer53('time').notNull(),
  feed: integer53('feed').notNull(),
  /** What the vessel said it holds of shore's origin. */
  acknowledged: jsonb('acknowledged').$type<ReceivedRangesJson>().notNull(),
  /** Digests of all the vessel's records together; null while one of them has none. */
  digest: text('digest'),
  createdAt: integer53('created_at').notNull(),
});

/** What a vessel tells of itself; apart from `vessel`, so that a sign of life never waits for a batch. */
export const vesselContact = pgTable('vessel_contact', {
  vesselId: text('vessel_id').primaryKey(),
  name: text('name'),
  /** The name under which the office knows the ship: of a hello that was let in, never of presence. */
  knownAs: text('known_as'),
  online: boolean('online').notNull().default(false),
  /** ISO 8601, as the vessel wrote it. */
  presenceSince: text('presence_since'),
  programVersion: text('program_version'),
  /** Ship's time, an IANA name; null when it was never told. */
  timeZone: text('time_zone'),
  lastContactAt: integer53('last_contact_at'),
  hello: jsonb('hello').$type<HelloFacts>(),
  helloAt: integer53('hello_at'),
  agreement: jsonb('agreement').$type<ConsistencyResult>(),
  telemetry: jsonb('telemetry').$type<TelemetryFacts>(),
  telemetryAt: integer53('telemetry_at'),
  /** The gateway that sends to this vessel, and until when others leave it to it (the database's clock). */
  sender: text('sender'),
  senderUntil: integer53('sender_until'),
});

export interface HelloFacts {
  origin: string;
  last: number;
  hash: string;
  recordsVersion: number;
  /** It waits for a snapshot, and nothing else is to be sent to it. */
  wants?: 'snapshot';
  /** It held other changes than shore: what was found equal before says nothing of that moment. */
  apart?: true;
  /** The vessel's wall clock. */
  at: number;
  /** Its number among those of one life of the vessel's program. */
  attempt?: number;
}

/** How the last comparison of all records with the vessel's ended. */
export interface ConsistencyResult {
  equal: boolean;
  at: number;
  /** When ship and shore were last found equal; null for never. */
  equalAt: number | null;
  /** How many records were found to differ; null while that is not known. */
  differing: number | null;
}

export interface TelemetryFacts {
  at: number;
  queueDepth: number;
  oldestAgeMs: number | null;
  bytesSent: number;
  bytesReceived: number;
}

/** Per vessel origin: up to where its journal is held here. */
export const syncHead = pgTable(
  'sync_head',
  {
    vesselId: text('vessel_id').notNull(),
    origin: text('origin').notNull(),
    held: jsonb('held').$type<ReceivedRangesJson>().notNull(),
    /** Chain hash at the cursor. */
    hash: text('hash').notNull(),
    /** Numbers that are held but not applied: what shore writes has not seen them. */
    unapplied: jsonb('unapplied').$type<[first: number, last: number][]>().notNull(),
    /** Numbers beyond the cursor that did not come in their own lane; null for none. */
    outOfLane: jsonb('out_of_lane').$type<ReceivedRangesJson>(),
    /** Up to here it is held in records that came without its entries, and its chain hash there; null for neither. */
    baseNumber: integer53('base_number'),
    baseHash: text('base_hash'),
  },
  (table) => [primaryKey({ columns: [table.vesselId, table.origin] })],
);

/** Shore's changes that the vessel has not acknowledged. A row goes only on the vessel's word. */
export const syncOutbox = pgTable(
  'sync_outbox',
  {
    vesselId: text('vessel_id').notNull(),
    number: integer53('number').notNull(),
    lane: text('lane').$type<Lane>().notNull(),
    entity: text('entity').notNull(),
    recordId: text('record_id').notNull(),
    at: integer53('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.vesselId, table.number] }),
    index('sync_outbox_lane').on(table.vesselId, table.lane, table.number),
    index('sync_outbox_record').on(table.vesselId, table.recordId),
  ],
);

export type ConflictHead = ConflictingValue;

export interface ConflictSettlement extends ConflictHead {
  /** True when it ended with the record: somebody deleted it. */
  deleted: boolean;
}

/** Fields whose values stand against each other, and how it ended. One open row for each field of a record. */
export const syncConflicts = pgTable(
  'sync_conflicts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    vesselId: text('vessel_id').notNull(),
    entity: text('entity').notNull(),
    recordId: text('record_id').notNull(),
    field: text('field').notNull(),
    /** What stood there before both; null where that is not known. In an object, as a bare text would be parsed twice. */
    base: json('base').$type<{ value: Scalar }>(),
    /** The one in force first; kept as they last stood once settled. */
    heads: json('heads').$type<ConflictHead[]>().notNull(),
    openedAt: integer53('opened_at').notNull(),
    settledAt: integer53('settled_at'),
    /** The value that settled it and whose it is, or who deleted the record. */
    settlement: json('settlement').$type<ConflictSettlement>(),
  },
  (table) => [
    uniqueIndex('sync_conflicts_open')
      .on(table.vesselId, table.recordId, table.entity, table.field)
      .where(sql`settled_at is null`),
    index('sync_conflicts_page')
      .on(table.id)
      .where(sql`settled_at is null`),
    index('sync_conflicts_settled')
      .on(table.id)
      .where(sql`settled_at is not null`),
  ],
);

/** Trouble that a person has to know of: changes that break a rule, forks, refused messages. */
export const syncProblems = pgTable(
  'sync_problems',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    vesselId: text('vessel_id'),
    /** What makes two tellings the same problem. */
    key: text('key').notNull(),
    firstAt: integer53('first_at').notNull(),
    lastAt: integer53('last_at').notNull(),
    times: integer('times').notNull(),
    code: text('code').notNull(),
    message: text('message').notNull(),
    entity: text('entity'),
    recordId: text('record_id'),
  },
  (table) => [
    uniqueIndex('sync_problems_key').on(table.key),
    index('sync_problems_vessel').on(table.vesselId, table.id),
    index('sync_problems_kind').on(table.vesselId, sql`split_part(${table.key}, ' ', 1)`, table.id),
  ],
);

/** The office's own keys for files that travel by hand: one row. */
export const byHandKeys = pgTable('by_hand_keys', {
  id: integer('id').primaryKey(),
  /** `shared/file-transfer/keys.ts`; private. */
  keys: jsonb('keys').$type<Record<string, string>>().notNull(),
});

/** What is known of a vessel for files that travel by hand. */
export const byHandPeer = pgTable('by_hand_peer', {
  vesselId: text('vessel_id').primaryKey(),
  /** Its key as text, how it came, and when. */
  trusted: jsonb('trusted').$type<HeldKey>(),
  /** Another key that was shown under its name and that nobody has accepted yet. */
  offered: jsonb('offered').$type<HeldKey>(),
  /** What its last file said that it holds. */
  hello: jsonb('hello').$type<{ origin: string; last: number; at: number; held: CausalContext }>(),
  /** Acknowledgements, by origin, which the next file has to carry: where journals part. */
  answers: jsonb('answers').$type<Record<string, unknown>>().notNull(),
  /** The office's key that it was last told over the link. */
  told: text('told'),
});

/** Files that travel by hand, made here or taken in. */
export const byHandParcel = pgTable(
  'by_hand_parcel',
  {
    vesselId: text('vessel_id').notNull(),
    parcel: text('parcel').notNull(),
    /** In the order in which they were listed. */
    place: bigint('place', { mode: 'number' }).generatedAlwaysAsIdentity(),
    way: text('way').$type<'made' | 'taken'>().notNull(),
    /** By its maker's clock. */
    madeAt: integer53('made_at').notNull(),
    by: text('by').notNull(),
    of: integer('of').notNull(),
    total: integer53('total').notNull(),
    basis: jsonb('basis').$type<PackageBasis>(),
    answeredAt: integer53('answered_at'),
  },
  (table) => [primaryKey({ columns: [table.vesselId, table.parcel] })],
);

/** Parts of them. */
export const byHandPart = pgTable(
  'by_hand_part',
  {
    vesselId: text('vessel_id').notNull(),
    parcel: text('parcel').notNull(),
    part: integer('part').notNull(),
    state: text('state').$type<PartState>().notNull(),
    changes: integer53('changes').notNull(),
    bytes: integer53('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.vesselId, table.parcel, table.part] })],
);

/** Content of parts made, and of those that wait for others, in pieces. */
export const byHandContent = pgTable(
  'by_hand_content',
  {
    vesselId: text('vessel_id').notNull(),
    parcel: text('parcel').notNull(),
    part: integer('part').notNull(),
    piece: integer('piece').notNull(),
    bytes: bytes('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.vesselId, table.parcel, table.part, table.piece] })],
);
