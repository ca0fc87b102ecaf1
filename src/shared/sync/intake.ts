import type { Batch } from './frame.ts';
import { chainNext, type ChainHash, type HashText } from './chain.ts';
import { canonicalText, type Change } from './change.ts';
import {
  differenceOf,
  furthestOf,
  hasReceived,
  nothingReceived,
  withNumber,
  type ReceivedRanges,
} from './received-ranges.ts';
import { fingerprintOf } from './head-fingerprints.ts';

/** Where the receiver stands with one origin. */
export interface IntakeHead {
  received: ReceivedRanges;
  /** Chain hash at the cursor. */
  hash: ChainHash;
  /**
   * Numbers beyond the cursor that did not come in their own lane: an urgent change took them along. That one of them
   * is held does not tell that what comes before it in its lane is. Left out where there are none.
   */
  outOfLane?: ReceivedRanges;
}

/** An entry that the receiver has already: of a number in the batch, or beyond the cursor. */
export interface StoredEntry {
  change: Change;
  /** Chain hash at it; null while a gap lies before it. */
  hash: ChainHash | null;
  /** Hash that its sender claimed at it, to be checked when the cursor passes. */
  claimed: ChainHash | null;
}

export type Intake =
  | {
      outcome: 'stored';
      /** Changes that were not held yet, in order. */
      fresh: Change[];
      head: IntakeHead;
      /** Hashes of entries that the cursor has passed now, by number. */
      hashes: Map<number, ChainHash>;
      /** Claims to keep with fresh entries beyond the cursor, by number. */
      claims: Map<number, ChainHash>;
    }
  /** The lane's predecessor is missing, or did not come in that lane: nothing is stored, the sender starts again from what is held. */
  | { outcome: 'gap' }
  /**
   * A number stands for two changes, or the chains part: two writers under one origin. Nothing is stored. `number` is
   * the first that is known not to be common to both, at most the one after the cursor.
   */
  | { outcome: 'fork'; number: number };

/**
 * Decides what a batch adds to what is held of its origin. Right whatever the order, duplication or interleaving
 * of batches; the same on both ends.
 * @param existing entries held whose numbers stand in the batch or come into the cursor's reach with it, the highest
 *   one, and the batch's predecessor where that lies beyond the cursor
 * @param hashText the platform's own SHA-256, where many changes come at once
 */
export function intake(
  batch: Batch,
  head: IntakeHead,
  existing: ReadonlyMap<number, StoredEntry>,
  hashText?: HashText,
): Intake {
  if (!isNextInLane(batch, head, existing)) return { outcome: 'gap' };
  const fork = (number: number): Intake => ({
    outcome: 'fork',
    number: Math.min(number, head.received.upTo + 1),
  });
  const fresh: Change[] = [];
  for (const change of batch.changes) {
    if (!hasReceived(head.received, change.number)) {
      fresh.push(change);
      continue;
    }
    const stored = existing.get(change.number);
    if (stored !== undefined && canonicalText(stored.change) !== canonicalText(change))
      return fork(change.number);
  }
  const last = batch.changes.at(-1);
  const standing =
    last !== undefined && hasReceived(head.received, last.number) ? existing.get(last.number) : undefined;
  const expected = standing?.hash ?? standing?.claimed ?? null;
  if (standing !== undefined && expected !== null && expected !== batch.hash)
    return fork(standing.change.number);
  const freshByNumber = new Map(fresh.map((change) => [change.number, change]));
  let received = head.received;
  for (const change of fresh) received = withNumber(received, change.number);

  // What the chain does not reach from here to the last of the batch has to be shown otherwise.
  const furthest = furthestOf(head.received);
  const isChained =
    standing !== undefined
      ? standing.change.number === furthest
      : last !== undefined && received.upTo >= last.number && received.upTo >= furthest;
  if (fresh.length > 0 && furthest > 0 && !isChained) {
    const entry = existing.get(furthest);
    const known = furthest === head.received.upTo ? head.hash : (entry?.hash ?? entry?.claimed ?? null);
    const shown = batch.proof.find(([number]) => number === furthest)?.[1];
    if (known === null) return { outcome: 'gap' };
    const behind = batch.changes.filter(({ number }) => number > furthest);
    if (follows(behind, furthest)) {
      if (behind.reduce((hash, change) => chainNext(hash, change, hashText), known) !== batch.hash)
        return fork(head.received.upTo + 1);
    } else if (shown === undefined) {
      return { outcome: 'gap' };
    } else if (shown !== fingerprintOf(known)) {
      return fork(head.received.upTo + 1);
    }
  }

  const claims = new Map<number, ChainHash>();
  if (last !== undefined && standing === undefined && last.number > received.upTo)
    claims.set(last.number, batch.hash);

  const hashes = new Map<number, ChainHash>();
  let hash = head.hash;
  for (let number = head.received.upTo + 1; number <= received.upTo; number += 1) {
    const change = freshByNumber.get(number) ?? existing.get(number)?.change;
    if (change === undefined)
      throw new Error(`Entry ${number} of ${batch.origin} is held but was not handed in`);
    hash = chainNext(hash, change, hashText);
    hashes.set(number, hash);
    const claimed = existing.get(number)?.claimed ?? null;
    if (claimed !== null && claimed !== hash) return fork(head.received.upTo + 1);
    if (number === last?.number && batch.hash !== hash) return fork(head.received.upTo + 1);
  }
  const outOfLane = differenceOf(
    fresh
      .filter(({ lane }) => lane !== batch.lane)
      .reduce((early, { number }) => withNumber(early, number), head.outOfLane ?? nothingReceived),
    { upTo: received.upTo, beyond: [] },
  );
  return {
    outcome: 'stored',
    fresh,
    head: { received, hash, ...(furthestOf(outOfLane) > 0 ? { outOfLane } : {}) },
    hashes,
    claims,
  };
}

/** Whether all that comes before the batch in its lane is held: its predecessor is, and came in that lane itself. */
function isNextInLane(
  { after, lane }: Batch,
  { received, outOfLane = nothingReceived }: IntakeHead,
  existing: ReadonlyMap<number, StoredEntry>,
): boolean {
  if (after <= received.upTo) return true;
  if (!hasReceived(received, after)) return false;
  return (existing.get(after)?.change.lane === lane) !== hasReceived(outOfLane, after);
}

/** Whether these go on without a gap after this number. */
function follows(changes: readonly Change[], number: number): boolean {
  return changes.length > 0 && changes.every((change, index) => change.number === number + 1 + index);
}
