import { z } from 'zod';
import type { ChainHash } from './chain.ts';
import { changeNumber } from './numbers.ts';

/**
 * What shows that a batch comes from the very journal that the receiver holds: marks of the sender's journal at the
 * numbers up to which the receiver may have got. Needed only where a batch does not follow on what went before it,
 * since there the hash chain says nothing until the gap is closed: a copied computer must not fill the gaps that the
 * other one left, nor leave gaps of its own in the other's journal.
 */
export type Proof = readonly (readonly [number: number, mark: JournalMark])[];

/** The first quarter of a chain hash, hexadecimal: enough against chance, for a quarter of the bytes. */
export type JournalMark = string;

export const mark = z.string().regex(/^[0-9a-f]{16}$/);
export const proof = z.array(z.tuple([changeNumber, mark])).max(16);

export function markOf(hash: ChainHash): JournalMark {
  return hash.slice(0, 16);
}

/**
 * @param numbers the batch's, in order
 * @param reached numbers that may be the highest which the receiver holds when the batch arrives: what it acknowledged
 *   and the ends of batches that are on their way, with the hash of the sender's journal there
 * @param disputed numbers at which the receiver said it holds another journal, with the same: always shown, as a batch
 *   that follows on shows nothing of what the receiver has as records alone
 */
export function proofFor(
  numbers: readonly number[],
  reached: ReadonlyMap<number, ChainHash>,
  disputed: ReadonlyMap<number, ChainHash> = new Map(),
): Proof {
  const [first] = numbers;
  const last = numbers.at(-1);
  if (first === undefined || last === undefined) return [];
  const highest = Math.max(0, ...reached.keys());
  const follows = highest === first - 1 && last - first + 1 === numbers.length;
  const shown = follows ? [] : [...reached].filter(([number]) => number > 0 && !disputed.has(number));
  return [...disputed, ...shown.sort(([a], [b]) => b - a)]
    .slice(0, 16)
    .map(([number, hash]) => [number, markOf(hash)]);
}
