import { isSamePosition } from '#shared/sync/digest.ts';
import { consistencyResultOf, holdingOf, positionOf } from '../journal/holding.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { isCovered, type JournalBegin } from '#shared/sync/catch-up.ts';
import { isWrong } from '#shared/sync/clock-difference.ts';
import type { Ack, Hello } from '#shared/sync/frame.ts';
import {
  furthestOf,
  differenceOf,
  receivedFromJson,
  unionOf,
  nothingReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { basesOf } from './bases-told.ts';
import type { BaseMessage } from '#shared/sync/snapshot/base.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import {
  clockProblem,
  clockRight,
  shoreBehindProblem,
  vesselBehindProblem,
  vesselNotBehind,
} from '../journal/problem-texts.ts';
import type { Committed } from '../service.ts';
import type { HelloFacts } from '../store/schema.ts';
import type { OriginHead, ShoreTransaction, VesselHead } from '../store/shore-store.ts';
import { acknowledgedEvents } from './acknowledged-events.ts';
import { lockOrRegisterVessel } from './lock-or-register-vessel.ts';
import { answer } from './answer.ts';
import { beginEpoch } from './begin-epoch.ts';
import type { IngestDependencies } from './ingest.ts';
import { validateHello, type HelloVerdict } from './validate-hello.ts';

export type HelloTaken =
  | {
      outcome: 'taken';
      /** What shore holds of the vessel, to be sent to it. */
      ack: Ack;
      events: Committed[];
      /** False for a node that is about to be given everything at once. */
      maySend: boolean;
      /** What the vessel's node lacks of journals that shore does not write on. */
      lacking: Lacking[];
      /** Journals of which the node lacks what is here as records alone. */
      bases: BaseMessage | null;
    }
  /** It came before, or newer ones did: it says nothing of now, and whoever said it was answered. */
  | { outcome: 'repeated' }
  | { outcome: 'refused'; reason: string }
  /** It may be another ship under the same id: it is told so, and nothing else. */
  | Extract<HelloVerdict, { outcome: 'held' }>;

export interface Lacking {
  origin: Origin;
  theirs: ReceivedRanges;
  ours: ReceivedRanges;
  begin: JournalBegin | null;
}

/**
 * Takes a vessel's first word: notes it, compares both journals, takes out of the queue what the vessel holds and
 * puts back what it no longer does (its computer was replaced, or restored from a copy).
 * @param way a file may be days old: it says nothing of the clock on board, nor that anybody is there
 */
export async function takeHello(
  dependencies: IngestDependencies,
  hello: Hello,
  way: 'link' | 'file' = 'link',
): Promise<HelloTaken> {
  const { store, environment, gateway } = dependencies;
  if (way === 'link' && isRepeated(hello, (await store.contact(hello.vessel))?.hello ?? null))
    return { outcome: 'repeated' };
  let known: readonly OriginHead[] = [];
  const taken = await store.transaction('acknowledge', async (tx): Promise<HelloTaken> => {
    const vessel = await lockOrRegisterVessel(tx, dependencies, hello.vessel);
    if (vessel === null)
      return { outcome: 'refused', reason: `${hello.vessel} is not a vessel of this office` };
    const now = environment.now();
    const { vesselId } = vessel;
    const heads = await tx.originHeads(vesselId);
    const head: OriginHead = heads.find(({ origin }) => origin === hello.origin) ?? {
      origin: hello.origin,
      received: nothingReceived,
      hash: chainStart(vesselId, hello.origin),
      unapplied: [],
    };
    const verdict = await validateHello(tx, vessel, heads, hello, now);
    if (verdict.outcome === 'held') {
      if (verdict.events.length > 0) await tx.notify({ gateway, events: verdict.events });
      return verdict;
    }
    const fork = await compareVesselJournal(tx, hello, head, now);
    if (way === 'link') await compareClocks(tx, hello, head, now);
    const compared = await compareShoreJournal(tx, dependencies, vessel, hello);
    const { events, maySend, epoch } = compared;
    if (events.length > 0 && epoch === null) await tx.notify({ gateway, events });
    const holding =
      epoch === null ? holdingOf(vessel, heads) : holdingOf(epoch, await tx.originHeads(vesselId));
    if (consistencyResultOf(holding, hello, now)?.equal === true)
      await tx.concludeProblem(vesselNotBehind(vesselId, hello.origin, now));
    const ack = await answer(tx, vesselId, head, {
      outcome: 'status',
      attempt: hello.attempt ?? null,
      holding,
      at: now,
      fork,
    });
    const lacking = hello.wants === 'snapshot' ? [] : lackingOf(hello, heads);
    const bases = hello.wants === 'snapshot' ? null : basesLackingOn(hello, heads);
    known = heads;
    return { outcome: 'taken', ack, events, maySend, lacking, bases };
  });
  if (taken.outcome === 'taken') {
    if (taken.ack.holding !== null && (await isWaiting(dependencies, hello.vessel, known)))
      taken.ack.holding = { ...taken.ack.holding, digest: null };
    const { name, origin, last, hash, recordsVersion, wants, at, attempt } = hello;
    const now = environment.now();
    const { holding } = taken.ack;
    const agreement = holding === null ? null : consistencyResultOf(holding, hello, now);
    const isApart = holding !== null && !isSamePosition(holding.held, positionOf(hello));
    await store.noteContact(hello.vessel, {
      at: now,
      name,
      ...(way === 'link' ? { online: true } : {}),
      ...(agreement === null ? {} : { agreement }),
      hello: {
        origin,
        last,
        hash,
        recordsVersion,
        at,
        ...(attempt === undefined ? {} : { attempt }),
        ...(wants === undefined ? {} : { wants }),
        ...(isApart ? { apart: true as const } : {}),
      },
    });
  }
  return taken;
}

/**
 * So many hellos of one life of a program may come late; another life begins with any number. Few, as whoever has the
 * ship's password could have the next ones of its computer passed over.
 */
const mostLate = 20;

/** Whether a broker has delivered this one once more, or late: numbers and times only grow while a program runs. */
function isRepeated({ origin, attempt, at }: Hello, last: HelloFacts | null): boolean {
  if (attempt === undefined || last?.attempt === undefined || last.origin !== origin) return false;
  const behind = last.attempt - attempt;
  return at <= last.at && behind >= 0 && behind <= mostLate;
}

/** More waiting changes than these are not looked through at a hello. */
const mostLookedAt = 100;

/**
 * Changes of a newer program are held and not shown: both ends' records differ until this gateway is updated. What lies
 * before a base the other end has in its records alone, and neither end shows it.
 */
async function isWaiting(
  { store }: IngestDependencies,
  vesselId: string,
  heads: readonly OriginHead[],
): Promise<boolean> {
  const waiting = await store.waiting(vesselId, 0, mostLookedAt);
  const bases = new Map(heads.map(({ origin, base }) => [origin, base?.number ?? 0]));
  return (
    waiting.length === mostLookedAt ||
    waiting.some(({ change }) => change.number > (bases.get(change.origin) ?? 0))
  );
}

/** Tells people of a clock that is wrong, and takes it back when it is right again. */
async function compareClocks(
  tx: ShoreTransaction,
  { vessel, origin, at }: Hello,
  { received }: OriginHead,
  now: number,
): Promise<void> {
  if (!isWrong(at - now)) {
    await tx.concludeProblem(clockRight(vessel, now));
    return;
  }
  const furthest = furthestOf(received);
  const [entry] = await tx.journalByNumber(vessel, origin, [[furthest, furthest]]);
  await tx.addProblems([clockProblem(vessel, entry?.change.device ?? null, at - now, now)]);
}

function basesLackingOn(hello: Hello, heads: readonly OriginHead[]): BaseMessage | null {
  const lacking = heads.flatMap(({ origin, base }) =>
    base === undefined ||
    origin === hello.origin ||
    receivedFromJson(hello.held[origin] ?? 0).upTo >= base.number
      ? []
      : [{ origin, upTo: base.number, hash: base.hash }],
  );
  return lacking.length === 0 ? null : basesOf(hello, lacking);
}

function lackingOf(hello: Hello, heads: readonly OriginHead[]): Lacking[] {
  return heads.flatMap((head) => {
    const { origin, received, base } = head;
    const begin = base ?? null;
    const theirs = receivedFromJson(hello.held[origin] ?? 0);
    // What lies before there are no changes of: it comes with a snapshot, and then the rest.
    if (origin === hello.origin || (base !== undefined && theirs.upTo < base.number)) return [];
    // Sent its end, the node finds that it holds another journal under that name, and gives it one of its own.
    if (isAnotherThere(hello, head, theirs)) {
      const { upTo } = received;
      return [{ origin, theirs: { upTo: upTo - 1, beyond: [] }, ours: { upTo, beyond: [] }, begin }];
    }
    return isCovered(received, theirs) ? [] : [{ origin, theirs, ours: received, begin }];
  });
}

function isAnotherThere(
  { marks }: Hello,
  { origin, received, hash }: OriginHead,
  theirs: ReceivedRanges,
): boolean {
  const mark = marks[origin];
  const isAtOurEnd = received.upTo > 0 && theirs.upTo === received.upTo;
  return isAtOurEnd && mark !== undefined && mark !== fingerprintOf(hash);
}

/** @returns from which number on shore holds what this node never wrote, where that shows already */
async function compareVesselJournal(
  tx: ShoreTransaction,
  hello: Hello,
  head: OriginHead,
  now: number,
): Promise<number | null> {
  const furthest = furthestOf(head.received);
  if (hello.acknowledged > furthest)
    await tx.addProblems([shoreBehindProblem(hello.vessel, 'ship', furthest, hello.acknowledged, now)]);
  if (furthest <= hello.last) return null;
  const [latest] = await tx.journalByNumber(hello.vessel, hello.origin, [[furthest, furthest]]);
  // Said before that was written: it was overtaken on its way.
  if (latest === undefined || latest.change.at < hello.at)
    await tx.addProblems([vesselBehindProblem(hello.vessel, hello.origin, hello.last, furthest, now)]);
  if (hello.last === 0) return 1;
  const [entry] = await tx.journalByNumber(hello.vessel, hello.origin, [[hello.last, hello.last]]);
  // Of what lies before a base nobody can say from where on it is another: all of it moves to a new name. The same goes
  // for an entry that came across a gap before the base did, and has no hash.
  if ((entry?.hash ?? null) === null && hello.last < (head.base?.number ?? 0)) return 1;
  if (head.base?.number === hello.last) return head.base.hash === hello.hash ? hello.last + 1 : 1;
  return entry?.hash === hello.hash ? hello.last + 1 : null;
}

interface Compared {
  events: Committed[];
  maySend: boolean;
  /** The vessel's row where shore began a new epoch; null where it did not. */
  epoch: VesselHead | null;
}

async function compareShoreJournal(
  tx: ShoreTransaction,
  dependencies: IngestDependencies,
  vessel: VesselHead,
  hello: Hello,
): Promise<Compared> {
  // It holds nothing and is about to be given everything: neither the queue nor the whole journal besides.
  if (hello.wants === 'snapshot') return { events: [], maySend: false, epoch: null };
  const { vesselId, origin } = vessel;
  const said = hello.held[origin];
  const received: ReceivedRanges = said === undefined ? nothingReceived : receivedFromJson(said);
  if (
    furthestOf(received) > vessel.last ||
    !(await isMarked(tx, vessel, received.upTo, hello.marks[origin]))
  ) {
    const now = dependencies.environment.now();
    await tx.addProblems([shoreBehindProblem(vesselId, 'office', vessel.last, furthestOf(received), now)]);
    const base = hello.bases?.[origin];
    // What waits is sent: the vessel answers from where on its journal is another, and shore begins a new epoch.
    if (base === undefined || (base[0] <= vessel.last && (await isMarked(tx, vessel, ...base)))) {
      await putBackToAnswer(tx, vessel, received);
      return { events: [], maySend: true, epoch: null };
    }
    // They part where the vessel has records and no changes to compare. What it had confirmed is the same here.
    const begun = await beginEpoch(tx, dependencies, vessel, vessel.acknowledged.upTo);
    return { events: begun.events, maySend: true, epoch: begun.vessel };
  }
  const lost = !isCovered(vessel.acknowledged, received);
  if (lost) await tx.requeue(vesselId, origin, received);
  // A hello has no hash beyond the cursor: there stays what an answer to a batch has shown, if it is still held.
  const acknowledged = unionOf(
    { upTo: received.upTo, beyond: [] },
    differenceOf(vessel.acknowledged, differenceOf(vessel.acknowledged, received)),
  );
  const removed = await tx.dequeue(vesselId, acknowledged);
  if (lost || removed.length > 0) await tx.saveVessel({ ...vessel, acknowledged });
  return { events: acknowledgedEvents(vessel, removed), maySend: true, epoch: null };
}

/**
 * Nothing may wait where another computer of the vessel has taken all: then the last change is sent once more, so that this
 * one has something to answer. One that holds more than shore tells so by itself, unless what it holds lies beyond a gap:
 * it is sent all after its cursor.
 */
async function putBackToAnswer(
  tx: ShoreTransaction,
  vessel: VesselHead,
  received: ReceivedRanges,
): Promise<void> {
  const { vesselId, origin, last, acknowledged } = vessel;
  const holdsMore = furthestOf(received) > last;
  if (last === 0 || (holdsMore && received.upTo >= last)) return;
  const before: ReceivedRanges = { upTo: holdsMore ? received.upTo : last - 1, beyond: [] };
  if (isCovered(acknowledged, before)) return;
  await tx.requeue(vesselId, origin, before);
  await tx.saveVessel({ ...vessel, acknowledged: before });
}

/** Whether the mark that the vessel has at a number is that of shore's journal. */
async function isMarked(
  tx: ShoreTransaction,
  { vesselId, origin }: VesselHead,
  number: number,
  mark: string | undefined,
): Promise<boolean> {
  if (number === 0 || mark === undefined) return true;
  const [entry] = await tx.journalByNumber(vesselId, origin, [[number, number]]);
  return entry === undefined || entry.hash === null || fingerprintOf(entry.hash) === mark;
}
