import { agreementOf, holdingOf, type Holding } from '../compare/holding.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { plainAck, type Ack, type Hello } from '#shared/sync/frame.ts';
import { heldFromJson, heldToJson, nothingHeld, unionOf, type Held } from '#shared/sync/held.ts';
import { forkProblem, shoreBehindProblem, vesselBehindProblem } from '../journal/problem-texts.ts';
import type { Committed } from '../service.ts';
import type { OriginHead, ShoreTransaction, VesselHead } from '../store/shore-store.ts';
import { acknowledgedEvents } from './acknowledged-events.ts';
import { admitted } from './admitted.ts';
import type { IngestParts } from './ingest.ts';
import { furthestOf } from './take-acknowledgement.ts';

export type HelloTaken =
  | {
      outcome: 'taken';
      /** What shore holds of the vessel, to be sent to it. */
      ack: Ack;
      events: Committed[];
      /** False while shore's journal is behind what the vessel holds of it: nothing may be sent. */
      maySend: boolean;
    }
  | { outcome: 'refused'; reason: string };

/**
 * Takes a vessel's first word: notes it, compares both journals, takes out of the queue what the vessel holds and
 * puts back what it no longer does (its computer was replaced, or restored from a copy).
 */
export async function takeHello(parts: IngestParts, hello: Hello): Promise<HelloTaken> {
  const { store, environment, gateway } = parts;
  const taken = await store.transaction('acknowledge', async (tx): Promise<HelloTaken> => {
    const vessel = await admitted(tx, parts, hello.vessel);
    if (vessel === null)
      return { outcome: 'refused', reason: `${hello.vessel} is not a vessel of this office` };
    const now = environment.now();
    const { vesselId } = vessel;
    const heads = await tx.originHeads(vesselId);
    const head: OriginHead = heads.find(({ origin }) => origin === hello.origin) ?? {
      origin: hello.origin,
      held: nothingHeld,
      hash: chainStart(vesselId, hello.origin),
      unapplied: [],
    };
    await compareVesselJournal(tx, hello, head, now);
    const { events, maySend } = await compareShoreJournal(tx, vessel, hello, now);
    if (events.length > 0) await tx.notify({ gateway, events });
    return {
      outcome: 'taken',
      ack: { ...statusOf(vesselId, head, holdingOf(vessel, heads)), attempt: hello.attempt ?? null },
      events,
      maySend,
    };
  });
  if (taken.outcome === 'taken') {
    const { name, origin, last, hash, recordsVersion, wants, at } = hello;
    const now = environment.now();
    const { holding } = taken.ack;
    const agreement = holding === null ? null : agreementOf(holding, hello, now);
    await store.noteContact(hello.vessel, {
      at: now,
      name,
      online: true,
      ...(agreement === null ? {} : { agreement }),
      hello: { origin, last, hash, recordsVersion, at, ...(wants === undefined ? {} : { wants }) },
    });
  }
  return taken;
}

/** The answer to no batch: what is held of an origin. */
function statusOf(vesselId: string, { origin, held, hash }: OriginHead, holding: Holding): Ack {
  return {
    kind: 'ack',
    ...plainAck,
    vessel: vesselId,
    origin,
    held: heldToJson(held),
    hash,
    outcome: 'status',
    attempt: null,
    problems: [],
    holding,
  };
}

async function compareVesselJournal(
  tx: ShoreTransaction,
  hello: Hello,
  head: OriginHead,
  now: number,
): Promise<void> {
  const furthest = furthestOf(head.held);
  if (furthest > hello.last)
    await tx.addProblems([vesselBehindProblem(hello.vessel, hello.origin, hello.last, furthest, now)]);
  if (hello.last === 0 || hello.last > head.held.upTo) return;
  const [entry] = await tx.journalByNumber(hello.vessel, hello.origin, [[hello.last, hello.last]]);
  if (entry !== undefined && entry.hash !== hello.hash)
    await tx.addProblems([forkProblem(hello.vessel, hello.origin, hello.last, now)]);
}

async function compareShoreJournal(
  tx: ShoreTransaction,
  vessel: VesselHead,
  hello: Hello,
  now: number,
): Promise<{ events: Committed[]; maySend: boolean }> {
  // It holds nothing and is about to be given everything: neither the queue nor the whole journal besides.
  if (hello.wants === 'snapshot') return { events: [], maySend: false };
  const { vesselId, origin } = vessel;
  const said = hello.held[origin];
  const held: Held = said === undefined ? nothingHeld : heldFromJson(said);
  if (furthestOf(held) > vessel.last) {
    await tx.addProblems([shoreBehindProblem(vesselId, vessel.last, furthestOf(held), now)]);
    return { events: [], maySend: false };
  }
  const lost = !covers(held, vessel.acknowledged);
  if (lost) await tx.requeue(vesselId, origin, held);
  const removed = await tx.dequeue(vesselId, held);
  if (lost || removed.length > 0) await tx.saveVessel({ ...vessel, acknowledged: held });
  return { events: acknowledgedEvents(vessel, removed), maySend: true };
}

function covers(held: Held, part: Held): boolean {
  return JSON.stringify(heldToJson(unionOf(held, part))) === JSON.stringify(heldToJson(held));
}
