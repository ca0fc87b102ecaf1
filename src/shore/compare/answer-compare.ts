import type { Environment } from '#shared/ports.ts';
import {
  BucketSums,
  bucketOf,
  compareEntries,
  differingParts,
  entriesInMessage,
  entryMark,
  positionMark,
  shortDigest,
  type Answer,
  type Compare,
  type EntryKey,
  type Question,
} from '#shared/sync/compare.ts';
import { asManyAsFit } from '#shared/sync/columns/unfolded.ts';
import type { Digest } from '#shared/sync/digest.ts';
import { WireError } from '#shared/sync/frame.ts';
import type { Committed } from '../service.ts';
import { keyOf } from '../journal/fold.ts';
import { platformHash } from '../journal/platform-hash.ts';
import type {
  OriginHead,
  RecordDigest,
  RecordRef,
  ShoreStore,
  ShoreTransaction,
  VesselHead,
} from '../store/shore-store.ts';
import { comparisonProblems } from './comparison-problems.ts';
import { fillJournal } from './fill-journal.ts';
import { repairRecords, type RepairedRecords } from './repair-records.ts';
import { holdingOf } from '../journal/holding.ts';
import { joinBeneathBase } from './join-beneath-base.ts';

interface CompareDependencies {
  store: ShoreStore;
  environment: Environment;
  gateway: string;
}

interface Work {
  tx: ShoreTransaction;
  vessel: VesselHead;
  heads: readonly OriginHead[];
  now: number;
}

interface Answered {
  answer: Answer;
  /** Records that were written. */
  repaired: readonly RecordRef[];
}

const digestsAtOnce = 5_000;

/**
 * Answers a vessel's question about which records differ (`shared/sync/compare.ts`), and makes records right that are
 * not what the journal says; in one transaction that holds the vessel's lock. Nothing is remembered between two
 * questions, and a question that comes again is answered again.
 * @throws {WireError} for a question that breaks the protocol
 */
export async function answerCompare(
  { store, environment, gateway }: CompareDependencies,
  message: Compare,
): Promise<{ reply: Compare; events: Committed[] } | null> {
  const { vessel: vesselId, ask } = message;
  if (ask === null) return null;
  const { answer, events } = await store.transaction('update', async (tx) => {
    const vessel = await tx.vesselForUpdate(vesselId);
    if (vessel === null) return { answer: { step: 'moved' as const }, events: [] };
    const heads = await tx.originHeads(vesselId);
    if (positionMark(holdingOf(vessel, heads).held, platformHash) !== message.at)
      return { answer: { step: 'moved' as const }, events: [] };
    const answered = await answerTo(ask, { tx, vessel, heads, now: environment.now() });
    const events = eventsOf(vessel, answered.repaired);
    if (events.length > 0) await tx.notify({ gateway, events });
    return { answer: answered.answer, events };
  });
  if (ask.step === 'result' && ask.differing.length > 0) {
    const now = environment.now();
    await store.noteContact(vesselId, {
      at: now,
      agreement: { equal: false, at: now, equalAt: null, differing: ask.differing.length },
    });
  }
  return { reply: { ...message, ask: null, answer }, events };
}

async function answerTo(ask: Question, work: Work): Promise<Answered> {
  switch (ask.step) {
    case 'sums':
      return { answer: await compareSums(ask, work), repaired: [] };
    case 'records':
      return compareRecords(ask, work);
    case 'entries':
      return { answer: await compareHistories(ask, work), repaired: [] };
    case 'take':
      return takeEntries(ask, work);
    case 'result':
      return takeResult(ask, work);
    default:
      return ask satisfies never;
  }
}

async function takeResult(ask: Question & { step: 'result' }, { tx, vessel, now }: Work): Promise<Answered> {
  const { repaired, differing } = ask;
  await tx.addProblems(
    comparisonProblems(vessel.vesselId, refsOf(repaired), refsOf(differing), 'on board', now),
  );
  return { answer: { step: 'result' }, repaired: [] };
}

async function compareSums(ask: Question & { step: 'sums' }, { tx, vessel }: Work): Promise<Answer> {
  const own = new BucketSums(ask.prefixes, platformHash);
  await eachDigest(tx, vessel.vesselId, ({ entity, recordId, digest }) => own.add(entity, recordId, digest));
  if (own.total !== vessel.digest) {
    // The total was not that of its parts: set right, and the vessel asks again.
    if (vessel.digest !== null) await tx.saveVessel({ ...vessel, digest: own.total });
    return { step: 'moved' };
  }
  try {
    return { step: 'sums', differ: differingParts(ask.prefixes, own.texts(), ask.sums) };
  } catch (error) {
    throw new WireError('malformed', error instanceof Error ? error.message : String(error));
  }
}

async function compareRecords(ask: Question & { step: 'records' }, work: Work): Promise<Answered> {
  const { tx, vessel, now } = work;
  const parts = new Set(ask.prefixes);
  const theirs = new Map(
    ask.records.map(([entity, recordId, digest]) => [keyOf(entity, recordId), { entity, recordId, digest }]),
  );
  const ours = new Map<string, RecordDigest>();
  await eachDigest(tx, vessel.vesselId, (record) => {
    if (parts.has(bucketOf(record.entity, record.recordId, platformHash)))
      ours.set(keyOf(record.entity, record.recordId), record);
  });
  const isDifferent = (key: string, digest: Digest | undefined): boolean =>
    (digest === undefined ? null : shortDigest(digest)) !== (theirs.get(key)?.digest ?? null);
  const suspects = [...new Map<string, RecordRef>([...theirs, ...ours])].filter(([key]) =>
    isDifferent(key, ours.get(key)?.digest),
  );
  const folded = await foldAndSave(
    work,
    suspects.map(([, ref]) => ref),
  );
  const digestOfKey = (key: string): Digest | undefined => folded.digests.get(key) ?? ours.get(key)?.digest;
  await tx.addProblems(comparisonProblems(vessel.vesselId, folded.repaired, [], 'ashore', now));
  return {
    answer: {
      step: 'records',
      differ: suspects
        .filter(([key]) => isDifferent(key, digestOfKey(key)))
        .map(([key, { entity, recordId }]) => {
          const digest = digestOfKey(key);
          return [entity, recordId, digest === undefined ? null : shortDigest(digest)];
        }),
      repaired: folded.repaired.map(({ entity, recordId }) => [entity, recordId]),
    },
    repaired: folded.repaired,
  };
}

async function compareHistories(ask: Question & { step: 'entries' }, { tx, vessel }: Work): Promise<Answer> {
  const keys = new Set(ask.records.map(([entity, recordId]) => keyOf(entity, recordId)));
  const history = (
    await tx.journalOfRecords(
      vessel.vesselId,
      ask.records.map(([, recordId]) => recordId),
    )
  ).filter(({ change }) => keys.has(keyOf(change.entity, change.recordId)));
  const { missing, surplus, other } = compareEntries(
    history.map(({ change }) => [change.origin, change.number, entryMark(change, platformHash)]),
    ask.entries,
  );
  const ofOthers = await heldOfOthers(tx, vessel.vesselId, missing.slice(0, entriesInMessage));
  const wanted = new Set(surplus.slice(0, entriesInMessage).map(([origin, number]) => `${origin}#${number}`));
  return {
    step: 'entries',
    entries: asManyAsFit(
      history.map(({ change }) => change).filter(({ origin, number }) => wanted.has(`${origin}#${number}`)),
      entriesInMessage,
    ),
    lacks: missing.slice(0, entriesInMessage).filter((key) => !ofOthers.includes(key)),
    other: [...other, ...ofOthers].slice(0, entriesInMessage),
  };
}

/** Those under whose number shore holds a change of another record: it cannot take them under that name. */
async function heldOfOthers(
  tx: ShoreTransaction,
  vesselId: string,
  keys: readonly EntryKey[],
): Promise<EntryKey[]> {
  const held: EntryKey[] = [];
  for (const key of keys) {
    const [origin, number] = key;
    if ((await tx.journalByNumber(vesselId, origin, [[number, number]])).length > 0) held.push(key);
  }
  return held;
}

async function takeEntries(ask: Question & { step: 'take' }, work: Work): Promise<Answered> {
  const { tx, heads, now } = work;
  await fillJournal(tx, work.vessel, heads, ask.entries, now);
  const { vessel, joined } = await joinBeneathBase(tx, work.vessel, heads, ask.entries, now);
  const refs = refsOf(ask.records);
  const folded = await foldAndSave({ ...work, vessel }, refs);
  const repaired = [
    ...new Map([...joined, ...folded.repaired].map((ref) => [keyOf(ref.entity, ref.recordId), ref])).values(),
  ];
  await tx.addProblems(comparisonProblems(vessel.vesselId, repaired, [], 'ashore', now));
  return {
    answer: {
      step: 'take',
      records: refs.map(({ entity, recordId }) => {
        const digest = folded.digests.get(keyOf(entity, recordId));
        return [entity, recordId, digest === undefined ? null : shortDigest(digest)];
      }),
    },
    repaired,
  };
}

async function foldAndSave({ tx, vessel, now }: Work, refs: readonly RecordRef[]): Promise<RepairedRecords> {
  const folded = await repairRecords(tx, vessel, refs, now);
  if (folded.repaired.length > 0) await tx.saveVessel({ ...vessel, digest: folded.total });
  return folded;
}

async function eachDigest(
  tx: ShoreTransaction,
  vesselId: string,
  each: (record: RecordDigest) => void,
): Promise<void> {
  let after: RecordRef | null = null;
  for (;;) {
    const page: RecordDigest[] = await tx.digestsAfter(vesselId, after, digestsAtOnce);
    for (const record of page) each(record);
    after = page.at(-1) ?? null;
    if (page.length < digestsAtOnce) return;
  }
}

function refsOf(names: readonly (readonly [string, string])[]): RecordRef[] {
  return names.map(([entity, recordId]) => ({ entity, recordId }));
}

function eventsOf({ vesselId, feed }: VesselHead, records: readonly RecordRef[]): Committed[] {
  return [...Map.groupBy(records, ({ entity }) => entity)].map(([entity, refs]) => ({
    vesselId,
    entity,
    ids: refs.map(({ recordId }) => recordId).slice(0, 200),
    feed,
    cause: 'sync',
  }));
}
