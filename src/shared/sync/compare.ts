import { z } from 'zod';
import { fewItems } from '../few.ts';
import { canonicalJson } from './canonical-json.ts';
import { canonicalText, changeSchema, type Change } from './change.ts';
import type { HashText } from './chain.ts';
import type { Digest, Position } from './digest.ts';
import { emptyDigest, xorDigests } from './digest.ts';
import { changeNumber, numberOrNone } from './numbers.ts';
import { originName, type Origin } from './causal-context.ts';
import { vesselId } from './topics.ts';

/**
 * Finding which records differ, once ship and shore hold the same changes and their digests are not equal. The vessel
 * asks, shore answers and remembers nothing of it; asking again is harmless. First sums of the records in 256 buckets,
 * then in the 16 parts of those that differ, then the digests of the records in the parts that differ; and for
 * records that still differ after each end has folded them again, the entries of their journals.
 */

/** Records of one message at most, changes of one message at most. */
export const recordsInMessage = 1_000;
export const entriesInMessage = 1_000;
/** Buckets whose parts are asked for in one message. */
export const bucketsInMessage = 64;

/** Digits of a digest that travel in a comparison: enough to tell two apart. */
const shortDigits = 16;
const wholeBuckets = 256;
const parts = 16;

const short = z.string().regex(/^[0-9a-f]{16}$/);
const prefix = z.string().regex(/^[0-9a-f]{0,3}$/);
const entity = z.string().regex(/^[a-z][a-z_]{0,39}$/);
const recordKey = z.tuple([entity, z.uuid()]);
const count = z.number().int().min(0);
const entryKey = z.tuple([originName, changeNumber]);

const isSome = (list: readonly unknown[]): boolean => list.length > 0;

export type RecordName = z.infer<typeof recordKey>;
export type EntryKey = z.infer<typeof entryKey>;

/** Sums of the digests in the parts of each bucket, one after the other; the answer names the parts that differ. */
const askSums = z.strictObject({
  step: z.literal('sums'),
  prefixes: fewItems(bucketsInMessage, prefix).refine(isSome),
  sums: fewItems(
    bucketsInMessage,
    z
      .string()
      .max(wholeBuckets * shortDigits)
      .regex(/^([0-9a-f]{16})+$/),
  ),
});
const answerSums = z.strictObject({ step: z.literal('sums'), differ: fewItems(2_048, prefix) });

/** All records of the vessel in some parts. The answer: those that differ after shore has folded them again. */
const askRecords = z.strictObject({
  step: z.literal('records'),
  prefixes: fewItems(1_024, prefix).refine(isSome),
  records: fewItems(20_000, z.tuple([entity, z.uuid(), short])),
});
const answerRecords = z.strictObject({
  step: z.literal('records'),
  /** With shore's digest; null where shore knows nothing of the record. */
  differ: fewItems(20_000, z.tuple([entity, z.uuid(), short.nullable()])),
  repaired: fewItems(20_000, recordKey),
});

/** Which entries of these records' journals the vessel has, each with a mark of what it says. */
const askEntries = z.strictObject({
  step: z.literal('entries'),
  records: fewItems(recordsInMessage, recordKey).refine(isSome),
  entries: fewItems(50_000, z.tuple([originName, numberOrNone, short])),
});
const answerEntries = z.strictObject({
  step: z.literal('entries'),
  /** Those that the vessel lacks. */
  entries: fewItems(entriesInMessage, changeSchema),
  /** Those that shore lacks. */
  lacks: fewItems(entriesInMessage, entryKey),
  /** Those that say one thing on board and another ashore. */
  other: fewItems(entriesInMessage, entryKey),
});

/** Entries that shore lacks. The answer: the records' digests after shore took what fits its journal. */
const askTake = z.strictObject({
  step: z.literal('take'),
  records: fewItems(recordsInMessage, recordKey).refine(isSome),
  entries: fewItems(entriesInMessage, changeSchema),
});
const answerTake = z.strictObject({
  step: z.literal('take'),
  records: fewItems(recordsInMessage, z.tuple([entity, z.uuid(), short.nullable()])),
});

/** How it ended on board, for the people ashore. */
const askResult = z.strictObject({
  step: z.literal('result'),
  repaired: fewItems(20_000, recordKey),
  differing: fewItems(20_000, recordKey),
});
const answerResult = z.strictObject({ step: z.literal('result') });
/** Shore holds something else by now: the vessel begins again when both are at rest. */
const moved = z.strictObject({ step: z.literal('moved') });

const question = z.discriminatedUnion('step', [askSums, askRecords, askEntries, askTake, askResult]);
const answer = z.discriminatedUnion('step', [
  answerSums,
  answerRecords,
  answerEntries,
  answerTake,
  answerResult,
  moved,
]);
export type Question = z.infer<typeof question>;
export type Answer = z.infer<typeof answer>;

export const compareBody = z.strictObject({
  kind: z.literal('compare'),
  vessel: vesselId,
  /** What both hold, shortened: `positionMark`. */
  at: short,
  /** Number of the question; the answer bears the same. */
  number: count,
  ask: question.nullable(),
  answer: answer.nullable(),
});
export type Compare = z.infer<typeof compareBody>;

/** A position in 16 digits: questions are about one position alone. */
export function positionMark(position: Position, hashText: HashText): string {
  const held = Object.fromEntries(Object.entries(position).filter(([, each]) => each !== 0));
  return hashText(canonicalJson(held)).slice(0, shortDigits);
}

export const shortDigest = (digest: Digest): string => digest.slice(0, shortDigits);

/** What an entry says, in 16 digits. */
export function entryMark(change: Change, hashText: HashText): string {
  return hashText(canonicalText(change)).slice(0, shortDigits);
}

/** Where a record stands among the buckets: three hexadecimal digits. */
export function bucketOf(kind: string, recordId: string, hashText: HashText): string {
  return hashText(`${kind} ${recordId}`).slice(0, 3);
}

/** Adds up digests by the parts of buckets. The bucket '' is all records, in 256 parts; the others have 16. */
export class BucketSums {
  readonly #hashText: HashText;
  readonly #prefixes: readonly string[];
  readonly #sums = new Map<string, Digest>();
  #total: Digest = emptyDigest;

  constructor(prefixes: readonly string[], hashText: HashText) {
    this.#prefixes = prefixes;
    this.#hashText = hashText;
    for (const each of prefixes) for (const part of partsOf(each)) this.#sums.set(part, emptyDigest);
  }

  add(kind: string, recordId: string, digest: Digest): void {
    this.#total = xorDigests(this.#total, digest);
    const bucket = bucketOf(kind, recordId, this.#hashText);
    for (const part of [bucket.slice(0, 2), bucket]) {
      const sum = this.#sums.get(part);
      if (sum !== undefined) this.#sums.set(part, xorDigests(sum, digest));
    }
  }

  /** Of everything added, whatever its bucket. */
  get total(): Digest {
    return this.#total;
  }

  /** For each bucket the sums of its parts, shortened, in their order. */
  texts(): string[] {
    return this.#prefixes.map((each) =>
      partsOf(each)
        .map((part) => shortDigest(this.#sums.get(part) ?? emptyDigest))
        .join(''),
    );
  }
}

/** The parts whose sums are not the same. @throws RangeError where the other end sent sums of another shape */
export function differingParts(
  prefixes: readonly string[],
  own: readonly string[],
  others: readonly string[],
): string[] {
  return prefixes.flatMap((each, index) => {
    const mine = own[index] ?? '';
    const theirs = others[index] ?? '';
    if (mine.length !== theirs.length) throw new RangeError(`The sums of bucket '${each}' are incomplete`);
    return partsOf(each).filter((_part, place) => {
      const from = place * shortDigits;
      return mine.slice(from, from + shortDigits) !== theirs.slice(from, from + shortDigits);
    });
  });
}

function partsOf(bucket: string): string[] {
  return bucket === ''
    ? Array.from({ length: wholeBuckets }, (_each, index) => index.toString(16).padStart(2, '0'))
    : Array.from({ length: parts }, (_each, index) => bucket + index.toString(16));
}

/** Entries by origin and number: what one end has and the other has not, and what they have differently. */
export function compareEntries(
  own: readonly (readonly [Origin, number, string])[],
  others: readonly (readonly [Origin, number, string])[],
): { missing: EntryKey[]; surplus: EntryKey[]; other: EntryKey[] } {
  const keyed = (entries: typeof own): Map<string, readonly [Origin, number, string]> =>
    new Map(entries.map((entry) => [`${entry[0]}#${entry[1]}`, entry]));
  const mine = keyed(own);
  const theirs = keyed(others);
  const keyOf = ([origin, number]: readonly [Origin, number, string]): EntryKey => [origin, number];
  return {
    missing: [...theirs].filter(([key]) => !mine.has(key)).map(([, entry]) => keyOf(entry)),
    surplus: [...mine].filter(([key]) => !theirs.has(key)).map(([, entry]) => keyOf(entry)),
    other: [...mine]
      .filter(([key, entry]) => theirs.has(key) && theirs.get(key)?.[2] !== entry[2])
      .map(([, entry]) => keyOf(entry)),
  };
}
