import type { Ack } from '#shared/sync/frame.ts';
import { heldFromJson, unionOf, type Held } from '#shared/sync/held.ts';
import {
  forkProblem,
  impossibleAcknowledgementProblem,
  vesselReportProblem,
} from '../journal/problem-texts.ts';
import { acknowledgedEvents } from './acknowledged-events.ts';
import type { Committed } from '../service.ts';
import type { ShoreStore, ShoreTransaction, VesselHead } from '../store/shore-store.ts';
import type { Environment } from '#shared/ports.ts';

export interface AcknowledgementTaken {
  events: Committed[];
  /** False where the vessel's journal of ours is not the one we wrote: nothing more should be sent to it. */
  believed: boolean;
}

/**
 * Takes a vessel's word on what it holds of shore's changes: those leave the queue, in one transaction. An
 * acknowledgement that claims more than was ever written, or another journal, is not taken.
 */
export async function takeAcknowledgement(
  { store, environment, gateway }: { store: ShoreStore; environment: Environment; gateway: string },
  ack: Ack,
): Promise<AcknowledgementTaken> {
  return store.transaction('acknowledge', async (tx) => {
    const vessel = await tx.vesselForUpdate(ack.vessel);
    // Of an earlier life of this database, or of nobody: there is nothing here that it could be about.
    if (vessel === null || vessel.origin !== ack.origin) return { events: [], believed: true };
    const held = heldFromJson(ack.held);
    const now = environment.now();
    if (furthestOf(held) > vessel.last) {
      await tx.addProblems([
        impossibleAcknowledgementProblem(vessel.vesselId, vessel.last, furthestOf(held), now),
      ]);
      return { events: [], believed: false };
    }
    if (ack.outcome === 'fork' || !(await isOurs(tx, vessel, held.upTo, ack.hash))) {
      await tx.addProblems([forkProblem(vessel.vesselId, vessel.origin, held.upTo + 1, now)]);
      return { events: [], believed: false };
    }
    await tx.addProblems(await reported(tx, vessel, ack, now));
    const removed = await tx.dequeue(vessel.vesselId, held);
    if (removed.length === 0) return { events: [], believed: true };
    await tx.saveVessel({ ...vessel, acknowledged: unionOf(vessel.acknowledged, held) });
    const events = acknowledgedEvents(vessel, removed);
    await tx.notify({ gateway, events });
    return { events, believed: true };
  });
}

/** The highest number in `held`; 0 for nothing. */
export function furthestOf(held: Held): number {
  return Math.max(held.upTo, ...held.beyond.map(([, last]) => last));
}

/** Whether `hash` is that of shore's own journal at `number`. */
export async function isOurs(
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
