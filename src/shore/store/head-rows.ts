import { eq, type InferSelectModel } from 'drizzle-orm';
import { z } from 'zod';
import { receivedFromJson, receivedRangesJson, receivedToJson } from '#shared/sync/received-ranges.ts';
import { wholeNumber, type Executor } from './database.ts';
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
    acknowledged: receivedFromJson(row.acknowledged),
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
    acknowledged: receivedToJson(head.acknowledged),
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
    received: receivedFromJson(row.held),
    hash: row.hash,
    unapplied: row.unapplied,
    ...(row.outOfLane === null ? {} : { outOfLane: receivedFromJson(row.outOfLane) }),
    ...baseOf(row.baseNumber, row.baseHash),
  }));
}

/** A row of `vessel` by its columns' names. */
export const vesselRow = z
  .object({
    vessel_id: z.string(),
    origin: z.string(),
    last: wholeNumber,
    hash: z.string(),
    time: wholeNumber,
    feed: wholeNumber,
    acknowledged: receivedRangesJson,
    digest: z.string().nullable(),
  })
  .transform(({ vessel_id: vesselId, acknowledged, ...row }): VesselHead => ({
    vesselId,
    ...row,
    acknowledged: receivedFromJson(acknowledged),
  }));

/** A row of `sync_head` by its columns' names. */
export const originHeadRow = z
  .object({
    origin: z.string(),
    held: receivedRangesJson,
    hash: z.string(),
    unapplied: z.array(z.tuple([z.number(), z.number()])),
    out_of_lane: receivedRangesJson.nullable(),
    base_number: wholeNumber.nullable(),
    base_hash: z.string().nullable(),
  })
  .transform((row): OriginHead => ({
    origin: row.origin,
    received: receivedFromJson(row.held),
    hash: row.hash,
    unapplied: row.unapplied,
    ...(row.out_of_lane === null ? {} : { outOfLane: receivedFromJson(row.out_of_lane) }),
    ...baseOf(row.base_number, row.base_hash),
  }));

function baseOf(number: number | null, hash: string | null): Pick<OriginHead, 'base'> {
  return number === null || hash === null ? {} : { base: { number, hash } };
}

/** The columns of `sync_head` but its key. */
export function headColumns({ received, hash, unapplied, outOfLane, base }: OriginHead) {
  return {
    held: receivedToJson(received),
    hash,
    outOfLane: outOfLane === undefined ? null : receivedToJson(outOfLane),
    unapplied: unapplied.map(([a, b]): [number, number] => [a, b]),
    baseNumber: base?.number ?? null,
    baseHash: base?.hash ?? null,
  };
}
