import type { HashText } from './chain.ts';
import { seenByOverruled, type RecordState } from './merge.ts';
import { compareStamps, type CausalContext, type Stamp } from './causal-context.ts';

/**
 * A short value of what is known of records: 16 bytes, 32 hexadecimal digits. Equal digests at the same position mean
 * equal records: values, field versions, deletions, and what is known of records whose create has not arrived.
 */
export type Digest = string;

/** Digest of no record at all. */
export const emptyDigest: Digest = '0'.repeat(32);

/** Changes whenever the text that is hashed does: digests kept by another edition are made anew. */
export const digestEdition = 1;

const digits = 32;

/**
 * Digest of one record's state: the same on both ends, whatever the order in which its changes arrived.
 * @param hashText SHA-256 of a text, hexadecimal
 */
export function recordDigest(
  entity: string,
  recordId: string,
  state: RecordState,
  hashText: HashText,
): Digest {
  return hashText(canonicalState(entity, recordId, state)).slice(0, digits);
}

/**
 * Digests of several records together, in any order (exclusive or). Adding one that is in already takes it out, so a
 * record that changed is its old digest and its new one added to the total.
 */
export function xorDigests(a: Digest, b: Digest): Digest {
  let sum = '';
  // Four pieces of 32 bits, which is what JavaScript's own operators take.
  for (let place = 0; place < digits; place += 8) {
    const piece = parseInt(a.slice(place, place + 8), 16) ^ parseInt(b.slice(place, place + 8), 16);
    sum += (piece >>> 0).toString(16).padStart(8, '0');
  }
  return sum;
}

/** The one text of a record's state. */
function canonicalState(entity: string, recordId: string, state: RecordState): string {
  const { created } = state;
  // Nearly every value was set by the create; its stamp is written once.
  const stampText = (stamp: Stamp): unknown =>
    created !== null && isSame(stamp, created) ? 0 : stampParts(stamp);
  return JSON.stringify([
    entity,
    recordId,
    created === null ? null : stampParts(created),
    inOrder(state.heads).map(([name, heads]) => [
      name,
      heads
        .toSorted((a, b) => compareStamps(a.stamp, b.stamp))
        .map(({ stamp, value }) => [stampText(stamp), value]),
    ]),
    inOrder(state.overruled).flatMap(([name, stamps]) => {
      const heads = (state.heads[name] ?? []).map(({ stamp }) => stamp);
      const seen = inOrder(seenByOverruled(stamps, heads));
      return seen.length === 0 ? [] : [[name, seen]];
    }),
    inOrder(state.touched),
    inOrder(state.deletions).map(([origin, stamp]) => [origin, stampParts(stamp)]),
  ]);
}

function stampParts({ time, origin, number, seen }: Stamp): unknown[] {
  return [time, origin, number, inOrder(seen)];
}

function isSame(a: Stamp, b: Stamp): boolean {
  return a.origin === b.origin && a.number === b.number && a.time === b.time;
}

function inOrder<T>(values: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Everything of every origin that an end holds: where its digest stands. */
export type Position = CausalContext;

/** True when both ends hold exactly the same changes. An origin of which nothing is held is as good as not named. */
export function isSamePosition(a: Position, b: Position): boolean {
  for (const origin of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [here, there] = [a[origin] ?? 0, b[origin] ?? 0];
    if (here !== there && JSON.stringify(here) !== JSON.stringify(there)) return false;
  }
  return true;
}
