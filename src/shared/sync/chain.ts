import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalText, type Change } from './change.ts';
import type { Origin } from './seen.ts';

/**
 * The hash chain of a journal: each entry's hash covers the one before it, so two journals with the same last
 * hash are the same from the first entry on, and one altered or cut off after the fact shows.
 */
export type ChainHash = string;

/** What an origin's first entry is chained to. */
export function chainStart(vesselId: string, origin: Origin): ChainHash {
  return bytesToHex(sha256(utf8ToBytes(`arus journal ${vesselId} ${origin}`)));
}

/** Hash of `change` after an entry with hash `previous` (hexadecimal, 64 characters, both). */
export function chainNext(previous: ChainHash, change: Change): ChainHash {
  return bytesToHex(sha256(concatBytes(utf8ToBytes(previous), utf8ToBytes(canonicalText(change)))));
}
