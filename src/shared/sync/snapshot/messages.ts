import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { fewItems, fewNamed } from '../../few.ts';
import { latestHybridTime } from '../clock.ts';
import { originLimit } from '../message-limits.ts';
import { originName, type Origin } from '../causal-context.ts';
import { vesselId } from '../topics.ts';
import { recordsBody } from './columns.ts';
import { cursorPattern } from './cursor.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Of a kind that this program does not know too: whoever answers an ask then begins anew. */
const cursor = z.string().max(100).regex(cursorPattern, 'Not a place in a snapshot');

/** The moment of which a snapshot tells: of each origin the number up to which its changes are in it. */
export type SnapshotPosition = Readonly<Record<Origin, number>>;
const position: z.ZodType<SnapshotPosition> = fewNamed(originLimit, originName, count);

/** Most pages that one ask may want. */
export const mostPagesAtOnce = 8;

/**
 * A node that holds nothing of shore's journals asks for the ship's records. Shore keeps nothing of it: each ask says
 * of which moment and from where, so any gateway can answer it, at any time.
 */
export const askBody = z.strictObject({
  kind: z.literal('ask'),
  vessel: vesselId,
  /** The node's own origin: what it wrote itself is not in its snapshot. */
  origin: originName,
  /** Carried back by the pages; another one for each time that the node starts again from what it has. */
  attempt: count,
  /** Null for a node that has not been told one: shore then names the present. */
  position: position.nullable(),
  /** After where to go on. */
  after: cursor,
  pages: z.number().int().min(1).max(mostPagesAtOnce),
  /** Version of the records that the node understands: what is newer comes as batches, which it keeps until its update. */
  version: z.number().int().min(1),
});
export type Ask = z.infer<typeof askBody>;

/** What a node has to know before it can write beside the snapshot. */
export const snapshotStart = z.strictObject({
  /** The position, with the chain hash of each origin there. */
  heads: fewItems(originLimit, z.strictObject({ origin: originName, upTo: count, hash })),
  /** Highest hybrid time that shore has heard of. */
  time: count.max(latestHybridTime),
  /** About how many records will come. */
  total: count,
  /** The highest work order number that the ship's side has given, of each year. */
  numbers: fewItems(100, z.string().max(20)),
});
export type SnapshotStart = z.infer<typeof snapshotStart>;

export const pageBody = z.strictObject({
  kind: z.literal('page'),
  vessel: vesselId,
  /** Of the node that asked. */
  origin: originName,
  attempt: count,
  /** With the first page after an ask that named no position. */
  start: snapshotStart.nullable(),
  /** Names the position (`positionName`); null where shore no longer holds all of it: the node has to begin anew. */
  at: z.string().length(8).nullable(),
  after: cursor,
  /** After where the next page goes on; null when this one is the last. */
  next: cursor.nullable(),
  /** The same of the last page that the ask brings, so that the next can be asked for before all of these are here. */
  runEnd: cursor.nullable(),
  /** Version of the records' fields. */
  version: z.number().int().min(1),
  records: recordsBody,
});
export type Page = z.infer<typeof pageBody>;

/** A short name for a position, the same on both ends. */
export function positionName(of: SnapshotPosition): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(of)))).slice(0, 8);
}

export function positionOf({ heads }: SnapshotStart): SnapshotPosition {
  return Object.fromEntries(heads.map(({ origin, upTo }) => [origin, upTo]));
}
