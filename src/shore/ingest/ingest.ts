import { recordsVersion, specOf } from '#shared/records/catalogue.ts';
import type { Environment } from '#shared/ports.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { canonicalText, type Change } from '#shared/sync/change.ts';
import { observe } from '#shared/sync/clock.ts';
import type { Ack, Batch } from '#shared/sync/frame.ts';
import { excessClaims } from '#shared/sync/excess-claims.ts';
import {
  furthestOf,
  hasReceived,
  nothingReceived,
  withNumber,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { intake, type StoredEntry } from '#shared/sync/intake.ts';
import { originsToTake } from '#shared/sync/message-limits.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import { validateChange, type Verdict } from '#shared/sync/validity.ts';
import type { Committed } from '../service.ts';
import {
  forkProblem,
  unappliedProblem,
  unknownOfficeProblem,
  unknownSeenProblem,
} from '../journal/problem-texts.ts';
import { platformHash } from '../journal/platform-hash.ts';
import { withRanges } from '../journal/ranges.ts';
import type { Incoming } from '../journal/fold.ts';
import { readRecords } from '../journal/read-records.ts';
import { writeChanges } from '../journal/write-changes.ts';
import { lockOrRegisterVessel } from './lock-or-register-vessel.ts';
import { answer } from './answer.ts';
import type {
  NumberRange,
  OriginHead,
  ShoreStore,
  ShoreTransaction,
  StoredRecord,
  VesselHead,
} from '../store/shore-store.ts';

export interface IngestDependencies {
  store: ShoreStore;
  environment: Environment;
  /** This gateway's name, for telling the others. */
  gateway: string;
  /** Whether a vessel that shore has never heard of may come in. */
  admit(vesselId: string): boolean;
}

export type Ingested =
  | {
      outcome: 'stored' | 'gap' | 'fork';
      /** To be sent to the vessel: what it says is committed. */
      ack: Ack;
      events: Committed[];
      /** Changes that were not held before. */
      fresh: number;
      duplicates: number;
    }
  /** Nothing was stored and nothing is answered. */
  | { outcome: 'refused'; reason: string };

/**
 * Takes a batch of a vessel in one transaction that holds the vessel's lock: right whatever the order, duplication
 * or interleaving of batches and whichever gateway gets them. Resolves only after the commit.
 * @throws what the database threw; then nothing of the batch is stored, or its outcome is not known and taking the
 * same batch again is right
 */
export async function ingest(dependencies: IngestDependencies, batch: Batch): Promise<Ingested> {
  const { store, environment } = dependencies;
  return store.transaction('ingest', async (tx) => {
    const now = environment.now();
    const { vessel: vesselId, origin } = batch;
    const { vessel, heads, known } = await standing(tx, dependencies, batch);
    if (vessel === null) return { outcome: 'refused', reason: `${vesselId} is not a vessel of this office` };
    // What the vessel holds of shore's journal can be taken once that has ended: it says so in another message.
    if (origin === vessel.origin) {
      const own = { origin, received: { upTo: vessel.last, beyond: [] }, hash: vessel.hash };
      const ack = await answer(tx, vesselId, own, { outcome: 'gap', attempt: batch.attempt });
      return { outcome: 'gap', ack, events: [], fresh: 0, duplicates: 0 };
    }
    const before = heads.find((each) => each.origin === origin);
    if (before === undefined && heads.length >= originsToTake)
      return { outcome: 'refused', reason: `${vesselId} has written under ${heads.length} names already` };
    const head: OriginHead = before ?? {
      origin,
      received: nothingReceived,
      hash: chainStart(vesselId, origin),
      unapplied: [],
    };
    const existing = await existingEntries(tx, batch, head.received);
    const taken = intakeBeyondBase(batch, head, existing);
    if (taken.outcome !== 'stored') {
      if (taken.outcome === 'fork')
        await tx.addProblems([
          forkProblem(vesselId, origin, taken.number, batch.changes[0]?.device ?? '', now),
        ]);
      return {
        outcome: taken.outcome,
        ack: await answer(tx, vesselId, head, {
          outcome: taken.outcome,
          attempt: batch.attempt,
          fork: taken.outcome === 'fork' ? taken.number : null,
        }),
        events: [],
        fresh: 0,
        duplicates: 0,
      };
    }
    const verdicts = new Map(batch.changes.map((change) => [change.number, validateChange(change)]));
    const problems = batch.changes.flatMap((change) => reportOf(change, verdicts.get(change.number)));
    const duplicates = batch.changes.length - taken.fresh.length;
    if (taken.fresh.length === 0)
      return {
        outcome: 'stored',
        ack: await answer(tx, vesselId, head, { outcome: 'stored', attempt: batch.attempt, problems }),
        events: [],
        fresh: 0,
        duplicates,
      };

    const incoming = taken.fresh.map((change): Incoming => {
      const verdict = verdicts.get(change.number);
      return {
        change,
        hash: taken.hashes.get(change.number) ?? null,
        claimed: taken.claims.get(change.number) ?? null,
        spec: verdict?.decision === 'apply' ? verdict.spec : null,
        applied:
          verdict?.decision === 'apply' ? 'applied' : verdict?.decision === 'later' ? 'later' : 'parked',
      };
    });
    const { feed, digest } = vessel;
    const written = await writeChanges(tx, vesselId, incoming, { feed, digest, now, cause: 'vessel', known });
    const fresh = new Set(taken.fresh.map((change) => change.number));
    await tx.sealJournal(
      vesselId,
      origin,
      new Map([...taken.hashes].filter(([number]) => !fresh.has(number))),
    );
    const after: OriginHead = {
      origin,
      ...taken.head,
      ...(head.base === undefined ? {} : { base: head.base }),
      unapplied: withRanges(head.unapplied, unappliedOf(incoming)),
    };
    await tx.saveOriginHead(vesselId, after);
    if (before === undefined && sideOf(origin) === 'shore')
      await tx.addProblems([unknownOfficeProblem(vesselId, origin, now)]);
    await tx.addProblems([
      ...incoming.flatMap(({ change, applied }) =>
        applied === 'applied'
          ? []
          : [unappliedProblem(vesselId, change, applied, reasonOf(verdicts.get(change.number)), now)],
      ),
      ...excessClaims(taken.fresh, highestOf(vessel, heads)).map((claim) =>
        unknownSeenProblem(vesselId, claim, now),
      ),
    ]);
    await tx.saveVessel({
      ...vessel,
      time: taken.fresh.reduce((time, change) => observe(time, change.time, now), vessel.time),
      feed: feed + incoming.length,
      digest: written.digest,
    });
    if (written.events.length > 0) await tx.notify({ gateway: dependencies.gateway, events: written.events });
    return {
      outcome: 'stored',
      ack: await answer(tx, vesselId, after, { outcome: 'stored', attempt: batch.attempt, problems }),
      events: written.events,
      fresh: incoming.length,
      duplicates,
    };
  });
}

interface Standing {
  vessel: VesselHead | null;
  heads: readonly OriginHead[];
  known: ReadonlyMap<string, StoredRecord | null>;
}

/** The vessel, locked, and what stands here of what the batch is about. */
async function standing(
  tx: ShoreTransaction,
  dependencies: IngestDependencies,
  batch: Batch,
): Promise<Standing> {
  const { vessel: vesselId } = batch;
  const refs = batch.changes.filter(({ entity }) => specOf(entity) !== undefined);
  // The lock first: what is asked behind it is read after the wait for it.
  const read = (vessel: Promise<VesselHead | null>) =>
    Promise.all([vessel, tx.originHeads(vesselId), readRecords(tx, vesselId, refs)]);
  let [vessel, heads, known] = await read(tx.vesselForUpdate(vesselId));
  if (vessel === null) {
    vessel = await lockOrRegisterVessel(tx, dependencies, vesselId);
    // Another gateway may have let it in first, and have stored something.
    if (vessel !== null) [, heads, known] = await read(Promise.resolve(vessel));
  }
  return { vessel, heads, known };
}

/** What is held already of the batch's own numbers, and of those beyond the cursor that the batch brings into reach. */
async function existingEntries(
  tx: ShoreTransaction,
  batch: Batch,
  received: ReceivedRanges,
): Promise<Map<number, StoredEntry>> {
  let after = received;
  const numbers: number[] = [];
  for (const { number } of batch.changes) {
    if (hasReceived(received, number)) numbers.push(number);
    after = withNumber(after, number);
  }
  const own = withRanges([], numbers);
  const reached = received.beyond.filter(([, last]) => last <= after.upTo);
  // The one by which a batch shows that it comes from this journal.
  const furthest = furthestOf(received);
  const ranges: NumberRange[] = [...own, ...reached, [furthest, furthest]];
  if (batch.after > received.upTo) ranges.push([batch.after, batch.after]);
  const entries = await tx.journalByNumber(batch.vessel, batch.origin, ranges);
  return new Map(entries.map((entry) => [entry.change.number, entry]));
}

/**
 * Up to a base shore holds a journal by its outcome and cannot compare change by change. What reaches the base, or
 * brings a mark of it, shows whether it is that journal; what does not is left to the answer, which says what is held.
 */
function intakeBeyondBase(
  batch: Batch,
  head: OriginHead,
  existing: ReadonlyMap<number, StoredEntry>,
): ReturnType<typeof intake> {
  const { base } = head;
  const shown = batch.proof.find(([number]) => number === base?.number)?.[1];
  if (base !== undefined && shown !== undefined && shown !== fingerprintOf(base.hash))
    return { outcome: 'fork', number: 1 };
  const first = batch.changes.find(
    ({ number }) => base !== undefined && number <= base.number && !existing.has(number),
  );
  const last = batch.changes.at(-1);
  if (base === undefined || last === undefined) return intake(batch, head, existing, platformHash);
  if (first === undefined) {
    const taken = intake(batch, head, existing, platformHash);
    // Equal changes on unequal hashes: they part before all of these, and the base is what can be compared there.
    const isPartedBefore =
      taken.outcome === 'fork' && batch.changes.every((each) => isAsStored(each, existing));
    return isPartedBefore ? { outcome: 'fork', number: base.number + 1 } : taken;
  }
  if (last.number < base.number) return { outcome: 'gap' };
  const known = new Map(existing);
  for (const change of batch.changes)
    if (change.number <= base.number && !known.has(change.number))
      known.set(change.number, {
        change,
        hash: change.number === base.number ? base.hash : null,
        claimed: null,
      });
  const taken = intake(batch, head, known, platformHash);
  return taken.outcome === 'fork' ? { outcome: 'fork', number: 1 } : taken;
}

function isAsStored(change: Change, existing: ReadonlyMap<number, StoredEntry>): boolean {
  const stored = existing.get(change.number);
  return stored !== undefined && canonicalText(stored.change) === canonicalText(change);
}

/** The highest number that is here of an origin. */
function highestOf({ origin, last }: VesselHead, heads: readonly OriginHead[]): (of: string) => number {
  return (of) =>
    of === origin ? last : furthestOf(heads.find((each) => each.origin === of)?.received ?? nothingReceived);
}

function reportOf(change: Change, verdict: Verdict | undefined): Ack['problems'] {
  if (verdict === undefined || verdict.decision === 'apply') return [];
  const { number } = change;
  return verdict.decision === 'later'
    ? [
        {
          number,
          code: 'newer_program',
          message: `Stored; applied when the office's gateway is updated from version ${recordsVersion} of the records`,
        },
      ]
    : [{ number, code: 'parked', message: verdict.reason.slice(0, 500) }];
}

function reasonOf(verdict: Verdict | undefined): string {
  return verdict?.decision === 'park' ? verdict.reason : '';
}

function unappliedOf(incoming: readonly Incoming[]): number[] {
  return incoming.filter(({ applied }) => applied !== 'applied').map(({ change }) => change.number);
}
