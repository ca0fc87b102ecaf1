import { stampOf, type Change } from '#shared/sync/change.ts';
import { hasReceived, nothingReceived } from '#shared/sync/received-ranges.ts';
import { claims, sideOf } from '#shared/sync/causal-context.ts';
import type { RecordRef } from '#shore/store/shore-store.ts';
import { keyOf, type VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import { Broken } from '../world/trace.ts';
import type { World } from '../world/world.ts';
import { conflictsAshoreAreKept } from './conflicts-kept.ts';
import { nameOf } from './expected-conflicts.ts';
import type { Ledger } from './ledger.ts';
import { nobodyOverrulesUnawares } from './nobody-overrules-unawares.ts';
import { textOfRecord } from './text-of-record.ts';

/** What has to hold at each commit of shore's database. @throws {Broken} */
export function checkShoreCommit(
  world: World,
  ledger: Ledger,
  vesselId: string,
  before: VesselTables | null,
  after: VesselTables,
): void {
  const { timeline, ships } = world;
  const from = before?.journal.length ?? 0;
  const fresh = after.journal.slice(from);
  timeline.trace.add(
    timeline.now,
    'database',
    'commits',
    after.head.feed * 31 + after.queue.size,
    () =>
      `${vesselId}: ${fresh.map(({ change }) => nameOf(change)).join(' ') || 'nothing new'}, queue ${[...after.queue.keys()].join(' ')}`,
  );
  const computers = ships.filter((each) => each.vesselId === vesselId);
  if (computers.length === 0) throw new Broken('no stranger', vesselId);
  if (before !== null && before.journal.length > after.journal.length)
    throw new Broken('the journal only grows', `${vesselId} ashore`);
  for (const { change } of fresh) {
    if (change.origin === after.head.origin) {
      if (!after.queue.has(change.number))
        throw new Broken(
          'what is written is queued with it',
          `shore's change ${change.number} for ${vesselId} is in no queue`,
        );
      if (world.profile.skew !== null) nobodyOverrulesUnawares(change, waitingAshore(after));
    } else lanesKeepTheirOrder(world, computers, after, change);
  }
  const touched = new Map(
    fresh.map(({ change: { entity, recordId } }) => [keyOf(entity, recordId), { entity, recordId }]),
  );
  for (const [key, record] of touched) {
    // While records come without their changes, what they tell of is known here in full only at the end.
    if (after.records.get(key)?.base === undefined) conflictsAshoreAreKept(after, record);
    digestsTellStatesApart(before, after, record);
  }
  for (const { change, applied } of fresh)
    if (applied !== 'parked') whatComesAfterIsLater(world, { vesselId, computers, ledger }, after, change);
  // Whoever speaks as the ship's computer may say that it holds what it does not: its next hello says what is so.
  const isSpokenFor = world.attacker?.victim.vesselId === vesselId && world.hasDoubles;
  for (const number of before === null || isSpokenFor ? [] : leftTheQueue(before, after))
    if (
      !computers.some(({ isReplaced, disk }) => isReplaced || disk.holds(before?.head.origin ?? '', number))
    )
      throw new Broken(
        'acknowledged means committed on board',
        `shore's change ${number} has left the queue, and ${vesselId} does not have it`,
      );
}

/**
 * A change comes after those that were written before it in its lane, and an urgent one after all that were written
 * of its record. What an urgent change drew along is in no other lane's way any more.
 */
function lanesKeepTheirOrder(
  world: World,
  computers: readonly Ship[],
  after: VesselTables,
  change: Change,
): void {
  const received = after.origins.get(change.origin)?.received ?? nothingReceived;
  // The ship goes on with what it has not sent yet while it is asked again for what a restored database lost.
  if (change.number <= received.upTo || world.restored || computers.some((ship) => world.isDeceived(ship)))
    return;
  const writers = computers
    .map((ship) => ship.writtenWith(change, received.upTo))
    .filter(({ length }) => length > 0);
  const [written = []] = writers;
  // The computer that drew it along may be a copy, or be put back to a time before it did.
  const ashore = after.journal.flatMap((entry) =>
    entry.change.origin === change.origin ? [entry.change] : [],
  );
  const isDrawn = (earlier: Change): boolean =>
    [...writers, ashore].some((changes) =>
      changes.some(
        ({ number, lane, recordId }) =>
          number > earlier.number && lane === 'urgent' && recordId === earlier.recordId,
      ),
    );
  for (const earlier of written) {
    if (earlier.number >= change.number || hasReceived(received, earlier.number)) continue;
    const isBefore =
      earlier.lane === change.lane
        ? change.lane === 'urgent' || !isDrawn(earlier)
        : change.lane === 'urgent' && earlier.recordId === change.recordId;
    // A change that was drawn along goes where those of its own record go.
    if (isBefore && (change.lane === 'urgent' || !isDrawn(change)))
      throw new Broken(
        'each lane keeps its order',
        `change ${change.number} of ${change.origin} came before ${earlier.number} (${change.lane}, ${earlier.lane})`,
      );
  }
}

const saysNothing = ({ operation, fields }: Change): boolean =>
  operation === 'update' && Object.keys(fields).length === 0;

function waitingAshore({ journal }: VesselTables): Change[] {
  return journal.flatMap(({ change, applied }) => (applied === 'later' ? [change] : []));
}

/** Numbers of shore's changes that wait no more, but for those that wait under another number since a new epoch. */
function leftTheQueue(before: VesselTables, after: VesselTables): number[] {
  const { origin } = before.head;
  const waits =
    origin === after.head.origin
      ? (number: number) => after.queue.has(number)
      : (number: number) => after.entry(origin, number) === null;
  return [...before.queue.keys()].filter((number) => !waits(number));
}

/** Equal digests mean equal records: a record whose state moved has another digest. */
function digestsTellStatesApart(
  before: VesselTables | null,
  after: VesselTables,
  { entity, recordId }: RecordRef,
): void {
  const earlier = before?.records.get(keyOf(entity, recordId));
  const now = after.records.get(keyOf(entity, recordId));
  if (earlier === undefined || now === undefined || earlier.digest === null || now.digest === null) return;
  const isSame = textOfRecord(earlier) === textOfRecord(now);
  if (isSame !== (earlier.digest === now.digest))
    throw new Broken(
      'equal digests mean equal records',
      `${entity} ${recordId} ashore has the digest ${now.digest} before and after it changed`,
    );
}

/**
 * Whoever writes after having seen a change of a record writes at a later hybrid time. Only the numbers say whether it was
 * seen: what is not earlier counts as not seen (`happenedBefore`), and would be found by nobody. Of a number that was given twice,
 * by a computer and its copy, what a writer says to have seen may be the other one; so may what somebody put into the
 * writer's own journal, which may have gone on under another name since. What is kept aside, for a time that no
 * clock gives, stands in no record: whoever begins on a snapshot counts its number as held and cannot know of it. An update
 * without a field, which no program of ours writes, stands in none either, and overrules nothing. Of several deletes of one
 * origin the last by number alone stands in the record. Nor did anybody on board see what an attacker wrote under a number that it
 * had let a base claim before: there was nothing under it then.
 */
function whatComesAfterIsLater(
  { attacker }: World,
  { vesselId, computers, ledger }: { vesselId: string; computers: readonly Ship[]; ledger: Ledger },
  tables: VesselTables,
  change: Change,
): void {
  const stamp = stampOf(change);
  for (const { change: other, applied } of tables.journal) {
    if (other === change || other.recordId !== change.recordId || applied === 'parked') continue;
    const [earlier, later] = claims(stamp, other) ? [other, change] : [change, other];
    if (
      claims(stampOf(later), earlier) &&
      earlier.time > later.time &&
      attacker?.wrote(later) !== true &&
      !(later.origin === earlier.origin && attacker?.wrote(earlier) === true) &&
      !saysNothing(earlier) &&
      !(
        attacker?.wrote(earlier) === true &&
        sideOf(later.origin) === 'vessel' &&
        !computers.some((ship) => ship.hasUnder(earlier))
      ) &&
      !tables.journal.some((entry) => isOverruledDelete(earlier, entry.change, later)) &&
      !ledger.isGivenTwice(vesselId, earlier) &&
      !computers.some((ship) => ship.hasAnother(earlier))
    )
      throw new Broken(
        'what comes after is later',
        `${nameOf(later)} had seen ${nameOf(earlier)} and has an earlier time`,
      );
  }
}

/** Whether the writer of `later` had seen `another`, a delete of the same record that takes the place of the delete `earlier`. */
function isOverruledDelete(earlier: Change, another: Change, later: Change): boolean {
  return (
    [earlier, another].every(({ operation }) => operation === 'delete') &&
    another.recordId === earlier.recordId &&
    another.origin === earlier.origin &&
    another.number > earlier.number &&
    claims(stampOf(later), another)
  );
}
