import { z } from 'zod';
import type { RecordSpec } from '#shared/records/record.ts';
import { emptyDigest, recordDigest, xorDigests, type Position } from '#shared/sync/digest.ts';
import { receivedFromJson, hasReceived } from '#shared/sync/received-ranges.ts';
import type { Change } from '#shared/sync/change.ts';
import type { RecordState } from '#shared/sync/merge.ts';
import type { ReadableDatabase } from '../database.ts';
import { platformHash } from '../journal/platform-hash.ts';
import { digestsStand } from '../records/record-digests.ts';
import { Settings } from '../settings.ts';
import { Difference } from './difference.ts';

const row = z.object({
  entity: z.string(),
  record_id: z.string(),
  digest: z.instanceof(Uint8Array),
  stale: z.number(),
});

/** Up to where the kept digests take in the journals; null while they are made anew. */
export function digestsUpTo(connection: ReadableDatabase): { position: Position; total: string } | null {
  const stand = digestsStand(new Settings(connection).get('digest'));
  return stand === null || stand.walk !== null ? null : stand;
}

/** Whether the kept digests do not take in this change yet. */
export function isBeyond(position: Position, { origin, number }: Change): boolean {
  return !hasReceived(receivedFromJson(position[origin] ?? 0), number);
}

/**
 * By the kept digests ship and shore are said to agree: each is that of its record, where nothing has come since.
 * @param moved records, by kind and id, of changes that the digests do not take in yet
 */
export function compareDigests(
  connection: ReadableDatabase,
  states: ReadonlyMap<string, { spec: RecordSpec; recordId: string; state: RecordState }>,
  { total, moved }: { total: string; moved: ReadonlySet<string> },
): void {
  const left = new Set(states.keys());
  let sum = emptyDigest;
  for (const found of connection.prepare('SELECT * FROM sync_digests').iterate()) {
    const { entity, record_id: recordId, digest, stale } = row.parse(found);
    const key = `${entity} ${recordId}`;
    const kept = Buffer.from(digest).toString('hex');
    sum = xorDigests(sum, kept);
    left.delete(key);
    if (stale !== 0 || moved.has(key)) continue;
    const known = states.get(key);
    if (known === undefined || recordDigest(entity, recordId, known.state, platformHash) !== kept)
      throw new Difference(`${key}: its digest is not that of what the journal says`);
  }
  for (const key of left) if (!moved.has(key)) throw new Difference(`${key} is left out of the digests`);
  if (sum !== total) throw new Difference('The digest of all records is not that of each of them together');
}
