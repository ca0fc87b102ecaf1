import { chainNext, type ChainHash, type HashText } from '../chain.ts';
import type { Change } from '../change.ts';
import { differenceOf, unionOf } from '../received-ranges.ts';
import type { IntakeHead } from '../intake.ts';

/** Up to where a journal is in records that came without its entries, and its chain hash there. */
export interface JournalBase {
  readonly number: number;
  readonly hash: ChainHash;
}

interface Entry {
  readonly change: Change;
  readonly hash: ChainHash | null;
  readonly claimed: ChainHash | null;
}

/**
 * Where a journal stands once it is held up to `base` by its outcome: entries that came early follow on from there.
 * @param before as it stood before
 * @param entries those held from `base` on, in order; the one at `base` itself may have come early too
 * @returns the hashes of those that it reaches; null where as much is held already, or they do not follow on from it
 */
export function onFrom(
  base: JournalBase,
  before: IntakeHead,
  entries: readonly Entry[],
  hashText: HashText,
): { head: IntakeHead; hashes: Map<number, ChainHash> } | null {
  if (before.received.upTo >= base.number) return null;
  const after = unionOf(before.received, { upTo: base.number, beyond: [] });
  const hashes = new Map<number, ChainHash>();
  let { hash } = base;
  for (const { change, claimed } of entries) {
    if (change.number > after.upTo) break;
    if (change.number === base.number) {
      if (claimed !== null && claimed !== base.hash) return null;
      hashes.set(base.number, base.hash);
      continue;
    }
    hash = chainNext(hash, change, hashText);
    if (claimed !== null && claimed !== hash) return null;
    hashes.set(change.number, hash);
  }
  const early = differenceOf(before.outOfLane ?? { upTo: 0, beyond: [] }, { upTo: after.upTo, beyond: [] });
  return {
    head: { received: after, hash, ...(early.beyond.length > 0 ? { outOfLane: early } : {}) },
    hashes,
  };
}
