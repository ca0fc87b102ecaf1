import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalText, type Change } from './change.ts';
import type { Origin } from './causal-context.ts';

/**
 * The hash chain of a journal: each entry's hash covers the one before it, so two journals with the same last
 * hash are the same from the first entry on, and one altered or cut off after the fact shows.
 */
export type ChainHash = string;

/** What an origin's first entry is chained to. */
export function chainStart(vesselId: string, origin: Origin): ChainHash {
  const text = `arus journal ${vesselId} ${origin}`;
  let hash = starts.get(text);
  if (hash === undefined) {
    hash = portableHash(text);
    if (starts.size >= mostStarts) starts.clear();
    starts.set(text, hash);
  }
  return hash;
}

/** Asked for with nearly every message, of the same few journals. */
const starts = new Map<string, ChainHash>();
const mostStarts = 1_000;

/** SHA-256 of a text as UTF-8, hexadecimal. */
export type HashText = (text: string) => ChainHash;

const portableHash: HashText = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/**
 * Hash of `change` after an entry with hash `previous` (hexadecimal, 64 characters, both).
 * @param hashText the platform's own SHA-256 where each write waits for it; the same function everywhere
 */
export function chainNext(previous: ChainHash, change: Change, hashText: HashText = portableHash): ChainHash {
  return chainText(previous, canonicalText(change), hashText);
}

/** The same for a change whose canonical text is at hand. */
export function chainText(previous: ChainHash, text: string, hashText: HashText): ChainHash {
  return hashText(previous + text);
}
