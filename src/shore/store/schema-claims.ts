import { bigint, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ClaimState } from '#shared/sync/identity.ts';

/** Computers that said hello under a vessel's id, and whether they were let in: `ingest/validate-hello.ts`. */
export const vesselClaim = pgTable(
  'vessel_claim',
  {
    vesselId: text('vessel_id').notNull(),
    origin: text('origin').notNull(),
    /** The ship's name as it said it last. */
    name: text('name').notNull(),
    state: text('state').$type<ClaimState>().notNull(),
    firstAt: bigint('first_at', { mode: 'number' }).notNull(),
    lastAt: bigint('last_at', { mode: 'number' }).notNull(),
    /** When somebody in the office said what it is, and who; null where nobody had to. */
    decidedAt: bigint('decided_at', { mode: 'number' }),
    decidedBy: text('decided_by'),
  },
  (table) => [primaryKey({ columns: [table.vesselId, table.origin] })],
);
