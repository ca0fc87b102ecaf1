import { recordsVersion } from '#shared/domain/records.ts';
import type { RecordSpec } from '#shared/domain/record.ts';
import { witness } from '#shared/sync/clock.ts';
import { conflictMoves } from '#shared/sync/conflicts.ts';
import {
  isDeleted,
  joinStates,
  latestStamp,
  materialise,
  emptyState,
  type RecordState,
} from '#shared/sync/merge.ts';
import { originsToTake } from '#shared/sync/message-limits.ts';
import { sideOf } from '#shared/sync/seen.ts';
import type { BaseMessage } from '#shared/sync/snapshot/base.ts';
import type { Checked } from '#shared/sync/snapshot/checked-record.ts';
import { historyOf, isLater, joinRecords, stateOf } from '#shared/sync/snapshot/join.ts';
import { onFrom } from '#shared/sync/snapshot/onward.ts';
import type { Committed } from '../service.ts';
import type { IngestParts } from '../ingest/ingest.ts';
import { admitted } from '../ingest/admitted.ts';
import { resolveConflicts } from '../journal/conflicts.ts';
import { digestOf, totalAfter } from '../journal/digest-of-records.ts';
import { keyOf, type ConflictStep } from '../journal/fold.ts';
import { unknownOfficeProblem } from '../journal/problem-texts.ts';
import { platformHash } from '../journal/platform-hash.ts';
import { withBaseHistory } from '../journal/base-history.ts';
import { readRecords } from './read-records.ts';
import type { OriginHead, ShoreTransaction, StoredRecord, VesselHead } from '../store/shore-store.ts';

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
export async function takeBase(parts: IngestParts, message: BaseMessage): Promise<BaseTaken | null> {
  const { store, environment, gateway } = parts;
  const { vessel: vesselId, transfer, page } = message;
  const taken = await store.transaction('ingest', async (tx): Promise<BaseTaken | null> => {
    const vessel = await admitted(tx, parts, vesselId);
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
    await tx.saveVessel({ ...vessel, time: witness(vessel.time, saved.time, now), digest: saved.digest });
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

async function joinAndSave(
  tx: ShoreTransaction,
  vessel: VesselHead,
  came: readonly Checked[],
  now: number,
): Promise<{ digest: VesselHead['digest']; time: number }> {
  const { vesselId } = vessel;
  if (came.length === 0) return { digest: vessel.digest, time: 0 };
  const stored = await storedOf(tx, vesselId, came);
  const written = new Map<string, StoredRecord>();
  const steps: ConflictStep[] = [];
  let time = 0;
  for (const { spec, record } of came) {
    const { entity, id } = record;
    const key = keyOf(entity, id);
    const known = written.get(key) ?? stored.get(key);
    const base = known?.base === undefined ? record : joinRecords(spec, known.base, record);
    const incoming = stateOf(spec, record);
    const prior = known?.state ?? emptyState;
    const state = joinStates(spec, prior, incoming);
    time = Math.max(time, latestStamp(incoming)?.time ?? 0);
    const next: StoredRecord = {
      entity,
      id,
      state,
      row: rowOf(spec, state, { known, prior, record, incoming }),
      digest: null,
      base,
    };
    written.set(key, { ...next, digest: digestOf(next) });
    const [change] = historyOf(spec, base).toSorted((a, b) => b.time - a.time);
    if (change !== undefined)
      for (const move of conflictMoves(spec, prior, state))
        steps.push({ ...move, entity, recordId: id, change });
  }
  const records = [...written.values()];
  await tx.saveRecords(vesselId, records);
  await tx.saveBases(vesselId, records);
  await saveConflicts(tx, vesselId, { steps, records, now });
  const digest = totalAfter(
    vessel.digest,
    records.flatMap(({ entity, id }) => {
      const known = stored.get(keyOf(entity, id));
      return known === undefined ? [] : [known.digest];
    }),
    records.map((record) => record.digest),
  );
  return { digest, time };
}

function rowOf(
  spec: RecordSpec,
  state: RecordState,
  {
    known,
    prior,
    record,
    incoming,
  }: {
    known: StoredRecord | undefined;
    prior: RecordState;
    record: Checked['record'];
    incoming: RecordState;
  },
): StoredRecord['row'] {
  const values = materialise(spec, state);
  if (values === null) return null;
  const isNewer = isLater(incoming, prior) || known === undefined || known.row === null;
  const by = isNewer ? record : known.row;
  return {
    values,
    deleted: isDeleted(state),
    updatedAt: by?.updatedAt ?? 0,
    updatedBy: by?.updatedBy ?? '',
  };
}

async function saveConflicts(
  tx: ShoreTransaction,
  vesselId: string,
  { steps, records, now }: { steps: readonly ConflictStep[]; records: readonly StoredRecord[]; now: number },
): Promise<void> {
  if (steps.length === 0) return;
  const ids = [...new Set(steps.map(({ recordId }) => recordId))];
  const open = await tx.openConflicts(vesselId, ids);
  const history = withBaseHistory(await tx.journalOfRecords(vesselId, ids), records);
  await tx.saveConflicts(vesselId, resolveConflicts(steps, open, history, now));
}

async function storedOf(
  tx: ShoreTransaction,
  vesselId: string,
  came: readonly Checked[],
): Promise<Map<string, StoredRecord>> {
  const stored = new Map<string, StoredRecord>();
  for (const [entity, some] of Map.groupBy(came, ({ record }) => record.entity)) {
    const ids = [...new Set(some.map(({ record }) => record.id))];
    for (const record of await tx.records(vesselId, entity, ids))
      stored.set(keyOf(entity, record.id), record);
  }
  return stored;
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
      held: { upTo: 0, beyond: [] },
      hash,
      unapplied: [],
    };
    const reached = head.held.beyond.filter(([, last]) => last >= upTo);
    const entries = await tx.journalByNumber(vesselId, origin, [[upTo, upTo], ...reached]);
    const there = entries.find(({ change }) => change.number === upTo);
    const beyond = entries.filter(({ change }) => change.number > upTo);
    const onward =
      there?.claimed !== undefined && there.claimed !== null && there.claimed !== hash
        ? null
        : onFrom({ number: upTo, hash }, head, beyond, platformHash);
    if (onward === null) {
      if (head.held.upTo < upTo)
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
