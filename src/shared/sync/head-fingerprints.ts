import { z } from 'zod';
import type { ChainHash } from './chain.ts';
import { changeNumber } from './numbers.ts';

/**
 * Fingerprints of the sender's journal at the numbers up to which the receiver may have got. They show that a batch
 * comes from the very journal that the receiver holds. They are needed where a batch does not follow on the one before:
 * there the hash chain says nothing until the gap is closed. A copied computer must not fill the other one's gaps, nor
 * leave gaps of its own in the other's journal.
 */
export type HeadFingerprints = readonly (readonly [number: number, mark: HeadFingerprint])[];

/** The first quarter of a chain hash, hexadecimal: enough against chance, for a quarter of the bytes. */
export type HeadFingerprint = string;

export const headFingerprint = z.string().regex(/^[0-9a-f]{16}$/);
export const headFingerprints = z.array(z.tuple([changeNumber, headFingerprint])).max(16);

export function fingerprintOf(hash: ChainHash): HeadFingerprint {
  return hash.slice(0, 16);
}

/**
 * @param numbers the batch's, in order
 * @param reached numbers that may be the highest which the receiver holds when the batch arrives: what it acknowledged
 *   and the ends of batches that are on their way, with the hash of the sender's journal there
 * @param disputed numbers at which the receiver said it holds another journal, with the same: always shown, as a batch
 *   that follows on shows nothing of what the receiver has as records alone
 */
export function fingerprintsFor(
  numbers: readonly number[],
  reached: ReadonlyMap<number, ChainHash>,
  disputed: ReadonlyMap<number, ChainHash> = new Map(),
): HeadFingerprints {
  const [first] = numbers;
  const last = numbers.at(-1);
  if (first === undefined || last === undefined) return [];
  const highest = Math.max(0, ...reached.keys());
  const follows = highest === first - 1 && last - first + 1 === numbers.length;
  const shown = follows ? [] : [...reached].filter(([number]) => number > 0 && !disputed.has(number));
  return [...disputed, ...shown.sort(([a], [b]) => b - a)]
    .slice(0, 16)
    .map(([number, hash]) => [number, fingerprintOf(hash)]);
}
