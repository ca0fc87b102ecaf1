import type { Ack } from '#shared/sync/frame.ts';
import { isCovered } from '#shared/sync/catch-up.ts';
import {
  differenceOf,
  furthestOf,
  receivedFromJson,
  nothingReceived,
  rangesOf,
  unionOf,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { hashAt, reincarnate, type Reincarnated } from '../../store/journal/re-incarnate.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { incarnationProblem, shoreLostProblem } from '../incarnation-problems.ts';

/** What shore says it holds of this node's journal, and what of that has left the queue. */
export interface TakenRanges {
  said: ReceivedRanges;
  acknowledged: ReceivedRanges;
}

export interface AcknowledgementTaken {
  /** Null where shore holds another journal under this node's name, or cannot tell yet. */
  received: TakenRanges | null;
  /** Changes were put back into the queue: send from the beginning. */
  putBack: boolean;
  /** Shore's journal of this node is not the one here: a hello brings out where they part. */
  ask: boolean;
  /** Where shore's journal of this node is not the one here; null where it is, or nothing was learnt. */
  disputed: number | null;
  /** This node writes under a new name from now on. */
  reincarnated: Reincarnated | null;
}

const passedOver: AcknowledgementTaken = {
  received: null,
  putBack: false,
  ask: false,
  disputed: null,
  reincarnated: null,
};
/** Where what was acknowledged turns out to be another's, so many changes are sent again first, then all. */
const sentAgainFirst = 1_000;

/**
 * Takes shore's word on what it holds of this node's own journal. What is there as it is here leaves the queue; what
 * shore has lost (it was restored from a backup) goes back into it; and where shore holds something else under these
 * numbers (a copy of this computer writes as well, or this one was restored from a copy), the node takes a new name.
 *
 * Up to the cursor the chain's hash tells that it is the same. Beyond it nothing does but at the end: whoever has the ship's
 * password can have put another change into a gap. There only what a batch of ours named leaves the queue, once shore says
 * that it stored that batch, since it compares every change of it.
 * @param context.device how this computer signs, for people
 * @param context.named what the batch named that this answers; null where it answers none that is on its way
 * @param context.askedWith what shore had acknowledged when it was asked what it holds; null where this does not
 *   answer the last question
 */
export function takeAcknowledgement(
  store: VesselStore,
  ack: Ack,
  {
    device,
    askedWith,
    named,
  }: { device: string; askedWith: ReceivedRanges | null; named: ReceivedRanges | null },
): AcknowledgementTaken {
  const received = receivedFromJson(ack.held);
  const standing = standingOf(store, ack, received);
  const stored = ack.outcome === 'stored' ? named : null;
  if (standing === 'ours') {
    if (ack.outcome !== 'fork') return takeReceived(store, ack, { said: received, stored, askedWith });
    // Somebody put another change into a gap: shore will take nothing of ours that names that number.
    if (ack.fork !== null && named !== null && received.beyond.length > 0)
      return takeFork(store, ack.fork, device);
    // Two computers under one name hear the answers to each other: where all there is ashore is ours, a fork is the
    // other's.
    return passedOver;
  }
  if (ack.fork !== null) return takeFork(store, ack.fork, device);
  // Beyond the cursor shore holds what somebody sent across a gap, and it was not this node.
  if (standing === 'ours to the cursor')
    return takeReceived(store, ack, { said: { upTo: received.upTo, beyond: [] }, stored: null, askedWith });
  store.environment.log.warn(
    { held: ack.held, last: store.own.last },
    'shore holds another journal under this name',
  );
  const disputed = standing === 'another' ? received.upTo : null;
  if (ack.outcome !== 'status') return { ...passedOver, ask: true, disputed };
  // What shore holds across a gap this node never wrote, and can neither show that it has it nor be given it: whoever
  // wrote it goes on under this name, or was lost with what lay in the gap.
  if (standing === 'longer' && received.upTo <= store.own.last)
    return takeNewName(store, received.upTo, device);
  const from =
    standing === 'longer' ? Math.min(received.upTo, store.own.last) : received.upTo - sentAgainFirst;
  return { ...passedOver, disputed, putBack: putBack(store, Math.max(0, from)) };
}

type Standing = 'ours' | 'ours to the cursor' | 'longer' | 'another';

/** Whether what shore holds under this node's name is what this node wrote, as far as hashes tell. */
function standingOf(store: VesselStore, { hash, beyondHash }: Ack, received: ReceivedRanges): Standing {
  if (received.upTo > store.own.last) return 'longer';
  if (hashAt(store, received.upTo) !== hash) return 'another';
  const furthest = furthestOf(received);
  if (furthest === received.upTo) return 'ours';
  if (furthest > store.own.last) return 'longer';
  return beyondHash === hashAt(store, furthest) ? 'ours' : 'ours to the cursor';
}

/**
 * @param parts.said what shore says it holds
 * @param parts.stored what a batch of ours named of which shore says that it is stored; null for none
 */
function takeReceived(
  store: VesselStore,
  ack: Ack,
  parts: { said: ReceivedRanges; stored: ReceivedRanges | null; askedWith: ReceivedRanges | null },
): AcknowledgementTaken {
  const { said, stored, askedWith } = parts;
  const { origin } = store.own;
  const before = store.heads.acknowledged(origin);
  // Only the answer to the last hello tells what shore has lost: others may have been overtaken on the way.
  const lost = askedWith === null ? nothingReceived : differenceOf(askedWith, said);
  const isLost = furthestOf(lost) > 0;
  const shown = unionOf(
    { upTo: said.upTo, beyond: [] },
    stored === null ? nothingReceived : common(stored, said),
  );
  const total = differenceOf(before === null ? shown : unionOf(before, shown), lost);
  const { taken, again } = store.transaction({ kind: 'apply' }, () => {
    const moved =
      isLost || before === null || !isCovered(total, before)
        ? store.outbox.acknowledge(total, hashAt(store, total.upTo))
        : nothingMoved;
    for (const problem of ack.problems) {
      const change = store.journal.get(origin, problem.number)?.change;
      store.problems.add({
        at: store.environment.now(),
        code: problem.code,
        message: `Shore keeps change ${problem.number} but could not apply it: ${problem.message}`,
        entity: change?.entity ?? null,
        recordId: change?.recordId ?? null,
        number: problem.number,
      });
    }
    if (isLost) store.problems.add(shoreLostProblem(countOf(lost), store.environment.now()));
    return moved;
  });
  const records = [...taken, ...again];
  if (records.length > 0) store.announce({ cause: 'sync', records, lanes: new Set() });
  return { ...passedOver, received: { said, acknowledged: total }, putBack: isLost };
}

const common = (a: ReceivedRanges, b: ReceivedRanges): ReceivedRanges => differenceOf(a, differenceOf(a, b));

const nothingMoved: { taken: RecordKey[]; again: RecordKey[] } = { taken: [], again: [] };

const countOf = (received: ReceivedRanges): number =>
  rangesOf(received).reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** Where shore says the journals part, if the journals agree up to there. */
function takeFork(store: VesselStore, fork: NonNullable<Ack['fork']>, device: string): AcknowledgementTaken {
  const kept = fork.number - 1;
  if (kept > store.own.last) return passedOver;
  if (hashAt(store, kept) !== fork.hash) {
    // They part before that, at a change that another batch has, or one that had been acknowledged.
    return { ...passedOver, disputed: kept, putBack: putBack(store, Math.max(0, kept - sentAgainFirst)) };
  }
  return takeNewName(store, kept, device);
}

/** Up to `kept` shore holds this node's journal; what comes after goes on under another name. */
function takeNewName(store: VesselStore, kept: number, device: string): AcknowledgementTaken {
  const reincarnated = reincarnate(store, kept, (outcome) =>
    store.problems.add(incarnationProblem(device, outcome, store.environment.now())),
  );
  store.environment.log.error(
    { before: reincarnated.before, now: reincarnated.now, kept, moved: reincarnated.moved },
    'shore holds another journal under the name of this node: it writes on under a new one',
  );
  store.announce({ cause: 'sync', records: reincarnated.records, lanes: new Set() });
  return { ...passedOver, reincarnated };
}

/**
 * Puts changes after `number` back into the queue, so that shore can compare them with what it holds: all of the
 * journal where that has been done before and told nothing. @returns whether anything was put back
 */
function putBack(store: VesselStore, number: number): boolean {
  const { origin, last } = store.own;
  // What shore said it stored beyond its cursor does not wait either.
  const known = furthestOf(store.heads.acknowledged(origin) ?? nothingReceived);
  const from = known > number ? number : 0;
  // Nothing after it counts as acknowledged: all of that waits already.
  if (from >= Math.min(known, last)) return false;
  store.transaction(
    { kind: 'apply' },
    () => void store.outbox.acknowledge({ upTo: from, beyond: [] }, hashAt(store, from)),
  );
  return true;
}
