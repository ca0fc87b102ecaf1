import { batchLimit, type Ack } from '#shared/sync/frame.ts';
import { receivedOutOfOrder } from '#shared/sync/out-of-order.ts';
import {
  countOf,
  furthestOf,
  rangesOf,
  receivedFromJson,
  unionOf,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { isCovered } from '#shared/sync/catch-up.ts';
import { vesselReportProblem } from '../journal/problem-texts.ts';
import { statusFor } from './answer.ts';
import { acknowledgedEvents } from './acknowledged-events.ts';
import { beginEpoch } from './begin-epoch.ts';
import type { Committed } from '../service.ts';
import type { ShoreStore, ShoreTransaction, VesselHead } from '../store/shore-store.ts';
import type { Environment } from '#shared/ports.ts';

export interface AcknowledgementTaken {
  events: Committed[];
  /**
   * False where what the vessel says it holds is not taken: its journal of ours is not the one we wrote, or it lacks
   * what it had confirmed, and only a hello tells whether that is so or its word was overtaken.
   */
  believed: boolean;
  /** Where shore began a new epoch: to be told to the vessel. */
  status: Ack | null;
}

/**
 * Takes a vessel's word on what it holds of shore's changes: those leave the queue, in one transaction. An
 * acknowledgement that claims more than was ever written, or another journal, is not taken; where the vessel says
 * from where on its journal is another (this database was restored from a backup), shore begins a new epoch.
 */
export async function takeAcknowledgement(
  { store, environment, gateway }: { store: ShoreStore; environment: Environment; gateway: string },
  ack: Ack,
): Promise<AcknowledgementTaken> {
  return store.transaction('acknowledge', async (tx) => {
    const vessel = await tx.vesselForUpdate(ack.vessel);
    // Of an earlier life of this database, or of nobody: there is nothing here that it could be about.
    if (vessel === null || vessel.origin !== ack.origin) return { events: [], believed: true, status: null };
    const received = receivedFromJson(ack.held);
    const now = environment.now();
    if (furthestOf(received) > vessel.last || !(await isOurs(tx, vessel, received, ack))) {
      if (ack.fork !== null) return takeFork(tx, { environment, gateway }, vessel, ack.fork);
      const parts = await partsAcrossGap(tx, vessel, received, ack);
      return parts === null ? notBelieved : epochAfter(tx, { environment, gateway }, vessel, parts);
    }
    if (ack.outcome === 'gap' && !isCovered(vessel.acknowledged, received)) return notBelieved;
    await tx.addProblems(await reported(tx, vessel, ack, now));
    const shown = await shownToBeOurs(tx, vessel, received, ack);
    const removed = await tx.dequeue(vessel.vesselId, shown);
    if (removed.length === 0) return { events: [], believed: true, status: null };
    await tx.saveVessel({ ...vessel, acknowledged: unionOf(vessel.acknowledged, shown) });
    const events = acknowledgedEvents(vessel, removed);
    await tx.notify({ gateway, events });
    return { events, believed: true, status: null };
  });
}

const notBelieved: AcknowledgementTaken = { events: [], believed: false, status: null };

async function takeFork(
  tx: ShoreTransaction,
  dependencies: { environment: Environment; gateway: string },
  vessel: VesselHead,
  fork: NonNullable<Ack['fork']>,
): Promise<AcknowledgementTaken> {
  const kept = fork.number - 1;
  if (kept > vessel.last) return notBelieved;
  // The journals part earlier than the vessel could tell, and what would show where may have left the queue. Then all of
  // shore's journal takes the new name.
  const isSameBefore = await isOwnHash(tx, vessel, kept, fork.hash);
  return epochAfter(tx, dependencies, vessel, isSameBefore ? kept : 0);
}

/**
 * The vessel cannot take what was sent to it: beyond a gap it holds what was never written here under that name, so that
 * nothing shows it whose journal this is. They part after its cursor, which is as here.
 * @returns null where that is not so
 */
async function partsAcrossGap(
  tx: ShoreTransaction,
  vessel: VesselHead,
  received: ReceivedRanges,
  { outcome, hash }: Ack,
): Promise<number | null> {
  if (outcome !== 'gap' || received.upTo > vessel.last || furthestOf(received) === received.upTo) return null;
  return (await isOwnHash(tx, vessel, received.upTo, hash)) ? received.upTo : null;
}

/** Shore writes on under another name; what it wrote after `kept` goes with it. */
async function epochAfter(
  tx: ShoreTransaction,
  dependencies: { environment: Environment; gateway: string },
  vessel: VesselHead,
  kept: number,
): Promise<AcknowledgementTaken> {
  const epoch = await beginEpoch(tx, dependencies, vessel, kept);
  const status = await statusFor(tx, epoch.vessel, dependencies.environment.now());
  return { events: epoch.events, believed: true, status };
}

/** Whether what the vessel holds of shore's journal is what stands here. */
async function isOurs(
  tx: ShoreTransaction,
  vessel: VesselHead,
  received: ReceivedRanges,
  { hash, beyondHash }: Ack,
): Promise<boolean> {
  if (!(await isOwnHash(tx, vessel, received.upTo, hash))) return false;
  const furthest = furthestOf(received);
  return furthest === received.upTo || beyondHash === null || isOwnHash(tx, vessel, furthest, beyondHash);
}

/**
 * Up to the cursor the chain's hash shows that the vessel holds what was written here. Beyond it somebody with the office's
 * password can have filled a gap: there only what the vessel names with the hash of what it stored.
 */
async function shownToBeOurs(
  tx: ShoreTransaction,
  { vesselId, origin }: VesselHead,
  received: ReceivedRanges,
  { outcome, outOfOrder }: Ack,
): Promise<ReceivedRanges> {
  const cursor: ReceivedRanges = { upTo: received.upTo, beyond: [] };
  if (outcome !== 'stored' || outOfOrder === undefined) return cursor;
  const numbers = receivedFromJson(outOfOrder.numbers);
  if (countOf(numbers) > batchLimit || !isCovered(numbers, received)) return cursor;
  const entries = await tx.journalByNumber(vesselId, origin, rangesOf(numbers));
  const written = entries.map(({ change }) => change);
  return unionOf(cursor, receivedOutOfOrder({ vessel: vesselId, origin, written }, outOfOrder));
}

/** Whether `hash` is that of shore's own journal at `number`. */
async function isOwnHash(
  tx: ShoreTransaction,
  { vesselId, origin }: VesselHead,
  number: number,
  hash: string,
): Promise<boolean> {
  if (number === 0) return true;
  const [entry] = await tx.journalByNumber(vesselId, origin, [[number, number]]);
  return entry?.hash === hash;
}

async function reported(
  tx: ShoreTransaction,
  { vesselId, origin }: VesselHead,
  ack: Ack,
  now: number,
): Promise<ReturnType<typeof vesselReportProblem>[]> {
  if (ack.problems.length === 0) return [];
  const entries = await tx.journalByNumber(
    vesselId,
    origin,
    ack.problems.map(({ number }) => [number, number]),
  );
  return ack.problems.map((problem) =>
    vesselReportProblem(
      vesselId,
      problem,
      entries.find(({ change }) => change.number === problem.number)?.change ?? null,
      now,
    ),
  );
}
