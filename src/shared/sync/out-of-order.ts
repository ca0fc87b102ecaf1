import { z } from 'zod';
import type { Change } from './change.ts';
import { chainNext, chainStart, type ChainHash } from './chain.ts';
import type { Origin } from './causal-context.ts';
import {
  countOf,
  hasReceived,
  nothingReceived,
  receivedFromJson,
  receivedRangesJson,
  receivedToJson,
  withNumber,
  type ReceivedRanges,
} from './received-ranges.ts';

/**
 * What of a batch stands beyond its receiver's cursor, and the hash of those changes as if they were a journal. No chain
 * reaches there: only this tells the writer that what stands under its numbers is what it wrote.
 */
export const outOfOrder = z.strictObject({
  numbers: receivedRangesJson,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type OutOfOrder = z.infer<typeof outOfOrder>;

/** @param received what the receiver has since it took `changes`. @returns undefined where all lie up to its cursor */
export function outOfOrderIn(
  { vessel, origin, changes }: { vessel: string; origin: Origin; changes: readonly Change[] },
  received: ReceivedRanges,
): OutOfOrder | undefined {
  const beyond = changes.filter(({ number }) => number > received.upTo && hasReceived(received, number));
  if (beyond.length === 0) return undefined;
  const numbers = beyond.reduce((ranges, { number }) => withNumber(ranges, number), nothingReceived);
  return { numbers: receivedToJson(numbers), hash: hashOf(vessel, origin, beyond) };
}

/**
 * The numbers that `said` names, where the writer's own changes have the hash it gives; nothing otherwise.
 * @param written the writer's changes under those numbers, in order
 */
export function receivedOutOfOrder(
  { vessel, origin, written }: { vessel: string; origin: Origin; written: readonly Change[] },
  said: OutOfOrder,
): ReceivedRanges {
  const numbers = receivedFromJson(said.numbers);
  const isWhole = written.length === countOf(numbers);
  return isWhole && hashOf(vessel, origin, written) === said.hash ? numbers : nothingReceived;
}

function hashOf(vessel: string, origin: Origin, changes: readonly Change[]): ChainHash {
  return changes.reduce<ChainHash>((hash, change) => chainNext(hash, change), chainStart(vessel, origin));
}
