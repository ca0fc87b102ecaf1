import { eq, type InferSelectModel } from 'drizzle-orm';
import { heldFromJson, heldToJson } from '#shared/sync/held.ts';
import type { Executor } from './database.ts';
import { syncHead, vessel } from './schema.ts';
import type { OriginHead, VesselHead } from './shore-store.ts';

export function vesselHead(row: InferSelectModel<typeof vessel>): VesselHead {
  return {
    vesselId: row.vesselId,
    origin: row.origin,
    last: row.last,
    hash: row.hash,
    time: row.time,
    feed: row.feed,
    acknowledged: heldFromJson(row.acknowledged),
    digest: row.digest,
  };
}

/** The columns of `vessel` that move with every commit. */
export function vesselColumns(head: VesselHead) {
  return {
    origin: head.origin,
    last: head.last,
    hash: head.hash,
    time: head.time,
    feed: head.feed,
    acknowledged: heldToJson(head.acknowledged),
    digest: head.digest,
  };
}

export async function readOriginHeads(executor: Executor, vesselId: string): Promise<OriginHead[]> {
  const rows = await executor
    .select()
    .from(syncHead)
    .where(eq(syncHead.vesselId, vesselId))
    .orderBy(syncHead.origin);
  return rows.map((row) => ({
    origin: row.origin,
    held: heldFromJson(row.held),
    hash: row.hash,
    unapplied: row.unapplied,
    ...(row.outOfLane === null ? {} : { outOfLane: heldFromJson(row.outOfLane) }),
  }));
}
