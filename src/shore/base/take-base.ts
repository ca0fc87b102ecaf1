import { recordsVersion } from '#shared/records/catalogue.ts';
import { observe } from '#shared/sync/clock.ts';
import { originsToTake } from '#shared/sync/message-limits.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import type { BaseMessage } from '#shared/sync/snapshot/base.ts';
import type { Checked } from '#shared/sync/snapshot/checked-record.ts';
import { onFrom } from '#shared/sync/snapshot/onward.ts';
import type { Committed } from '../service.ts';
import type { IngestDependencies } from '../ingest/ingest.ts';
import { lockOrRegisterVessel } from '../ingest/lock-or-register-vessel.ts';
import { unknownOfficeProblem } from '../journal/problem-texts.ts';
import { platformHash } from '../journal/platform-hash.ts';
import { joinAndSave } from './join-and-save.ts';
import { readRecords } from './read-records.ts';
import type { OriginHead, ShoreTransaction, VesselHead } from '../store/shore-store.ts';

export interface BaseTaken {
  reply: BaseMessage;
  events: Committed[];
}

/** A listener is told to ask again instead of being given more ids than this. */
const longestIdList = 200;

/**
 * Takes a page of records that the ship has and nobody has as changes, in one transaction that holds the vessel's lock
 * and notes how far the transfer has come: a page comes once, whatever is sent twice. What is known of a record here
 * stays; what came is joined to it, as if its changes had come. With the last page the journals count as held up to
 * where the records tell of them.
 * @returns null where the vessel may not come in
 * @throws {WireError} for a page that breaks the protocol; nothing of it is stored
 */
export async function takeBase(
  dependencies: IngestDependencies,
  message: BaseMessage,
): Promise<BaseTaken | null> {
  const { store, environment, gateway } = dependencies;
  const { vessel: vesselId, transfer, page } = message;
  const taken = await store.transaction('ingest', async (tx): Promise<BaseTaken | null> => {
    const vessel = await lockOrRegisterVessel(tx, dependencies, vesselId);
    if (vessel === null) return null;
    const known = await tx.baseTaken(vesselId, transfer);
    const stands = known === undefined ? '' : known;
    const reply = (after: string | null, outcome: 'taken' | 'newer_program' = 'taken'): BaseMessage => ({
      ...message,
      total: 0,
      heads: [],
      page: null,
      answer: { outcome, after },
    });
    if (page === null || stands === null || page.after !== stands)
      return { reply: reply(stands), events: [] };
    if (page.version > recordsVersion) return { reply: reply(stands, 'newer_program'), events: [] };
    const now = environment.now();
    const { records, refused, unknownSeen } = readRecords(message, vessel);
    await tx.addProblems([
      ...refused.map((reason) => recordRefusedProblem(vesselId, reason, now)),
      ...unknownSeen.map((which) => recordSeenUnknownProblem(vesselId, which, now)),
    ]);
    const saved = await joinAndSave(tx, vessel, records, now);
    if (page.next === null) await takeHeads(tx, vessel, message, now);
    await tx.saveBaseTaken(vesselId, transfer, page.next);
    await tx.saveVessel({ ...vessel, time: observe(vessel.time, saved.time, now), digest: saved.digest });
    const events = eventsOf(vessel, records);
    if (events.length > 0) await tx.notify({ gateway, events });
    return { reply: reply(page.next), events };
  });
  if (taken !== null && page === null && taken.reply.answer?.after !== null) {
    const now = environment.now();
    await store.noteContact(vesselId, {
      at: now,
      online: true,
      agreement: { equal: false, at: now, equalAt: null, differing: message.total },
    });
  }
  return taken;
}

/** Everything that the records tell of counts as held. Of shore's own journal, as it writes it now, nothing is taken. */
async function takeHeads(
  tx: ShoreTransaction,
  vessel: VesselHead,
  { heads }: BaseMessage,
  now: number,
): Promise<void> {
  const { vesselId } = vessel;
  const stored = await tx.originHeads(vesselId);
  let names = stored.length;
  for (const { origin, upTo, hash } of heads) {
    if (origin === vessel.origin) continue;
    const before = stored.find((each) => each.origin === origin);
    if (before === undefined && names >= originsToTake) {
      await tx.addProblems([
        recordRefusedProblem(vesselId, `it has written under ${names} names already`, now),
      ]);
      break;
    }
    const head: OriginHead = before ?? {
      origin,
      received: { upTo: 0, beyond: [] },
      hash,
      unapplied: [],
    };
    const reached = head.received.beyond.filter(([, last]) => last >= upTo);
    const entries = await tx.journalByNumber(vesselId, origin, [[upTo, upTo], ...reached]);
    const onwards = entries.filter(({ change }) => change.number >= upTo);
    const onward = onFrom({ number: upTo, hash }, head, onwards, platformHash);
    if (onward === null) {
      if (head.received.upTo < upTo)
        await tx.addProblems([
          recordRefusedProblem(vesselId, `journal ${origin} goes on otherwise here`, now),
        ]);
      continue;
    }
    await tx.sealJournal(vesselId, origin, onward.hashes);
    await tx.saveOriginHead(vesselId, {
      origin,
      unapplied: head.unapplied,
      ...onward.head,
      base: { number: upTo, hash },
    });
    if (before !== undefined) continue;
    names += 1;
    if (sideOf(origin) === 'shore') await tx.addProblems([unknownOfficeProblem(vesselId, origin, now)]);
  }
}

function recordRefusedProblem(vesselId: string, reason: string, at: number) {
  return {
    vesselId,
    key: `base ${vesselId} ${reason}`,
    at,
    code: 'record_refused',
    message: `A record that ${vesselId} sent, of what this office lacks, was not taken: ${reason.slice(0, 300)}. Everything else was.`,
    entity: null,
    recordId: null,
  };
}

function recordSeenUnknownProblem(vesselId: string, which: string, at: number) {
  return {
    vesselId,
    key: `base seen ${vesselId} ${which}`,
    at,
    code: 'unknown_seen',
    message:
      `What ${vesselId} sent of ${which.slice(0, 300)} says that its writer had seen a change of this office that there is not. ` +
      'The record is kept and shows; it overrules nothing that is written after it. ' +
      'If no database was restored lately, ask on board who writes there.',
    entity: null,
    recordId: null,
  };
}

function eventsOf({ vesselId, feed }: VesselHead, records: readonly Checked[]): Committed[] {
  return [...Map.groupBy(records, ({ record }) => record.entity)].map(([entity, some]) => ({
    vesselId,
    entity,
    ids: some.length > longestIdList ? [] : some.map(({ record }) => record.id),
    feed,
    cause: 'vessel',
  }));
}
