import { chainNext, chainStart, type ChainHash, type HashText } from './chain.ts';
import type { Change } from './change.ts';
import type { ReceivedRanges } from './received-ranges.ts';
import type { Origin } from './causal-context.ts';

/** Entries of one origin with consecutive numbers. */
export type Run = readonly [Change, ...Change[]];

/** Changes as runs of consecutive numbers of one origin, in order. */
export function runsOf(changes: readonly Change[]): Run[] {
  const runs: [Change, ...Change[]][] = [];
  const ordered = changes.toSorted((a, b) =>
    a.origin === b.origin ? a.number - b.number : a.origin < b.origin ? -1 : 1,
  );
  for (const change of ordered) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run === undefined || last?.origin !== change.origin || last.number + 1 !== change.number)
      runs.push([change]);
    else run.push(change);
  }
  return runs;
}

/** What stands around a run in the journal that lacks it. */
export interface Surroundings {
  /** Chain hash of the entry before it; null when that is missing too. Not asked for a run that begins with 1. */
  before: ChainHash | null;
  /** The entry after it with its hash; null when there is none. */
  after: { change: Change; hash: ChainHash | null } | null;
  /** Where the journal of this origin stands. */
  received: ReceivedRanges;
  hash: ChainHash;
}

/**
 * Proves by the hash chain that entries which went missing from a journal are the ones that stood there.
 * @returns the chain hash of each, or null where they do not fit or cannot be proved
 */
export function sealRun(
  vesselId: string,
  origin: Origin,
  run: Run,
  { before, after, received, hash }: Surroundings,
  hashText: HashText,
): ChainHash[] | null {
  const [first] = run;
  let previous = first.number === 1 ? chainStart(vesselId, origin) : before;
  if (previous === null) return null;
  const hashes: ChainHash[] = [];
  for (const change of run) {
    previous = chainNext(previous, change, hashText);
    hashes.push(previous);
  }
  const last = first.number + run.length - 1;
  if (last === received.upTo) return previous === hash ? hashes : null;
  if (last > received.upTo || after === null || after.change.number !== last + 1) return null;
  return after.hash === chainNext(previous, after.change, hashText) ? hashes : null;
}
