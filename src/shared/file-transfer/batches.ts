import type { ChainHash } from '../sync/chain.ts';
import { cut, type HeldEntry } from '../sync/catch-up.ts';
import type { Batch } from '../sync/frame.ts';
import { furthestOf, hasReceived, type ReceivedRanges } from '../sync/received-ranges.ts';
import { fingerprintsFor } from '../sync/head-fingerprints.ts';
import type { Origin } from '../sync/causal-context.ts';

/** Read at a time, so that what else waits has its turn in between. */
const entriesAtATime = 200;

export interface JournalPart {
  vesselId: string;
  origin: Origin;
  /** What the other end is known to hold, and up to where this file goes. */
  theirs: ReceivedRanges;
  upTo: number;
  /** Numbers that may be the highest which the other end holds without having said so, with the hash there. */
  mayHold?: ReadonlyMap<number, ChainHash>;
  /** Entries after a number, in order, at most `limit`. */
  entries(after: number, limit: number): Promise<readonly HeldEntry[]> | readonly HeldEntry[];
  /** Most changes in a batch. */
  changesPerBatch: number;
  pause(): Promise<void>;
}

/**
 * What the other end lacks of one journal, as batches in the order of numbers: in a file nothing is more urgent than
 * anything else, and each batch follows on the one before it.
 */
export async function* batchesOf(part: JournalPart): AsyncGenerator<Batch> {
  const { vesselId, origin, theirs, changesPerBatch } = part;
  const furthest = furthestOf(theirs);
  const reached = new Map(part.mayHold);
  const [end] = furthest === 0 ? [] : await part.entries(furthest - 1, 1);
  const endHash = end?.change.number === furthest ? (end.hash ?? end.claimed) : null;
  if (endHash !== null) reached.set(furthest, endHash);
  let after = theirs.upTo;
  let waiting: HeldEntry[] = [];
  for (;;) {
    while (waiting.length < changesPerBatch) {
      const last = waiting.at(-1)?.change.number ?? after;
      const read = await readMissing(part, last);
      if (read.length === 0) break;
      waiting.push(...read);
      await part.pause();
    }
    const entries = cut(waiting, { changes: changesPerBatch, plainBytes: plainBytesPerBatch });
    const last = entries.at(-1);
    const hash = last?.hash ?? last?.claimed ?? null;
    if (last === undefined || hash === null) return;
    waiting = waiting.slice(entries.length);
    const changes = entries.map(({ change }) => change);
    const proof = fingerprintsFor(
      changes.map(({ number }) => number),
      reached,
    );
    yield {
      kind: 'batch',
      vessel: vesselId,
      origin,
      lane: 'bulk',
      after,
      hash,
      attempt: 0,
      proof,
      changes,
    };
    after = last.change.number;
    // Whoever takes the next one holds this one, or what it held before.
    for (const number of reached.keys()) if (number < after && number !== furthest) reached.delete(number);
    reached.set(after, hash);
  }
}

/** A frame of so much stays far below what may be sent, and a damaged one would be as large over the link. */
const plainBytesPerBatch = 256 * 1024;

/** The next entries that the other end does not hold; none at the end. */
async function readMissing({ theirs, upTo, entries }: JournalPart, from: number): Promise<HeldEntry[]> {
  for (let after = from; after < upTo;) {
    const read = await entries(after, entriesAtATime);
    const last = read.at(-1);
    if (last === undefined) return [];
    const missing = read.filter(({ change }) => change.number <= upTo && !hasReceived(theirs, change.number));
    if (missing.length > 0) return missing;
    after = last.change.number;
  }
  return [];
}
