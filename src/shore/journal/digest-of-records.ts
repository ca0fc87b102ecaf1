import { recordDigest, xorDigests, type Digest } from '#shared/sync/digest.ts';
import type { StoredRecord } from '../store/shore-store.ts';
import { platformHash } from './platform-hash.ts';

/** The digest of a record as it stands here. */
export function digestOf({ entity, id, state }: Pick<StoredRecord, 'entity' | 'id' | 'state'>): Digest {
  return recordDigest(entity, id, state, platformHash);
}

/**
 * The digest of all records after some of them were written.
 * @param total before; null while records without a digest are among them, and then afterwards as well
 * @param before digests of the written records as they were; none for a record that is new
 * @param after their digests now
 */
export function totalAfter(
  total: Digest | null,
  before: readonly (Digest | null)[],
  after: readonly (Digest | null)[],
): Digest | null {
  if (total === null) return null;
  let sum = total;
  for (const digest of [...before, ...after]) {
    if (digest === null) return null;
    sum = xorDigests(sum, digest);
  }
  return sum;
}
