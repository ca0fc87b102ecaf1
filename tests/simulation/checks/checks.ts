import { recordSpecs, specOf } from '#shared/domain/records.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { canonicalText, stampOf, type Change } from '#shared/sync/change.ts';
import { millisecondsOf } from '#shared/sync/clock.ts';
import { heldToJson, holds, nothingHeld, withNumber, type Held } from '#shared/sync/held.ts';
import { applyChange, emptyState, isDeleted, materialise, type RecordState } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { saw, type Origin } from '#shared/sync/seen.ts';
import { BaseReader } from '#vessel/store/base.ts';
import { readTaking } from '#vessel/store/taking.ts';
import { verifyConnection } from '#vessel/store/verify.ts';
import { keyOf, type VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import type { ShipDisk } from '../world/ship-disk.ts';
import { Broken } from '../world/trace.ts';
import type { World } from '../world/world.ts';
import { expectedConflicts, nameOf } from './expected-conflicts.ts';
import { unruly } from './expected-values.ts';
import { Flights } from './flights.ts';

/** Timers that one program may have set at once, whatever happens to it. */
const mostTimers = 60;
/** Messages that may wait for a gateway's database, for each ship. */
const mostWaiting = 64;

/** By more than this no clock is followed. */
const mostFollowedMs = 86_400_000;

/** Problems that people are told of only when something is really wrong with a database. */
const alarms = new Set([
  'fork',
  'shore_restored',
  'impossible_acknowledgement',
  'ingest_failed',
  'parked',
  'malformed',
  'unknown_version',
  'oversize',
  'wrong_vessel',
  'not_applied',
]);

/** What was seen of a ship last. */
interface Looked {
  disk: ShipDisk;
  commits: number;
  /** Its own name as a writer, and own changes that had left the outbox. */
  origin: string;
  acknowledged: Set<number>;
}

/** Looks after every step, and in full when all is settled, whether what the product promises holds. */
export class Checks {
  readonly #world: World;
  readonly #looked = new Map<Ship, Looked>();

  constructor(world: World) {
    this.#world = world;
    for (const ship of world.ships) this.#looked.set(ship, firstLook(ship));
    this.#watchFlights();
    world.database.onCommit = (vesselId, before, after) => {
      try {
        this.#onShoreCommit(vesselId, before, after);
      } catch (error) {
        // Not thrown into the gateway, which would take it for a failure of its database.
        world.timeline.fail(error);
      }
    };
  }

  broken(promise: string, message: string): Broken {
    return new Broken(promise, message);
  }

  /** Changes that stand in shore's journals. */
  get changes(): number {
    let sum = 0;
    for (const { journal } of this.#world.database.vessels.values()) sum += journal.length;
    return sum;
  }

  afterStep(): void {
    const { ships, offices } = this.#world;
    for (const ship of ships) {
      const looked = this.#lookedAt(ship);
      if (ship.disk.commits !== looked.commits) {
        looked.commits = ship.disk.commits;
        this.#queueHoldsWhatShoreLacks(ship, looked);
      }
      this.#isBounded(ship.name, ship.life?.timers ?? 0);
    }
    for (const office of offices) {
      this.#isBounded(office.name, office.life?.timers ?? 0);
      if ((office.gateway?.waiting ?? 0) > mostWaiting * ships.length)
        throw new Broken('memory is bounded', `${office.gateway?.waiting} messages wait in ${office.name}`);
    }
  }

  isSettled(): boolean {
    return this.unsettled() === '';
  }

  /** What is not settled yet, for a reader; empty when all is. */
  unsettled(): string {
    const open: string[] = [];
    for (const ship of this.#world.ships) {
      const { store } = ship;
      const tables = this.#world.database.vessels.get(ship.vesselId);
      if (store === null) open.push(`${ship.name} does not run`);
      else if (tables === undefined) {
        if (store.own.last > 0) open.push(`shore has not heard of ${ship.name}`);
      } else {
        const { origin, last } = store.own;
        const held = tables.origins.get(origin)?.held ?? nothingHeld;
        if (readTaking(store.settings).kind === 'under way') open.push(`${ship.name} takes a snapshot`);
        if (!store.outbox.isEmpty()) open.push(`${ship.name} has changes in its outbox`);
        if (tables.queue.size > 0) open.push(`${tables.queue.size} changes wait for ${ship.name}`);
        if (held.upTo !== last) open.push(`shore holds ${held.upTo} of ${last} of ${ship.name}`);
        const down = store.headOf(tables.head.origin).held.upTo;
        if (down !== tables.head.last)
          open.push(`${ship.name} holds ${down} of ${tables.head.last} of shore`);
        for (const former of tables.origins.values())
          if (former.origin !== origin && !isSameHeld(store.headOf(former.origin).held, former.held))
            open.push(`${ship.name} lacks changes of a computer before it (${former.origin})`);
        for (const other of store.otherOrigins())
          if (other !== tables.head.origin && !tables.origins.has(other) && store.headOf(other).held.upTo > 0)
            open.push(`shore lacks changes of ${other}`);
      }
    }
    return open.join('; ');
  }

  /** Every promise, in full. */
  whenSettled(): void {
    const { ships, database, network } = this.#world;
    for (const ship of ships) {
      const tables = database.vessels.get(ship.vesselId);
      const { store } = ship;
      // One that wrote nothing, and whose hello was lost, is news to shore at its next word.
      if (tables === undefined || store === null) continue;
      this.#journalsAreTheSame(ship, tables);
      this.#recordsAreTheSame(ship, tables);
      this.#conflictsAreKept(ship, tables);
      shoreIsWhatItsJournalSays(ship.vesselId, tables);
      wrongClocksStayAmongThemselves(tables);
      if (this.#world.dice.chance(0.05)) {
        const verified = verifyConnection(ship.disk.connection);
        if (!verified.ok)
          throw new Broken('the tables are what the journal says', `${ship.name}: ${verified.difference}`);
      }
      if (ship.promised > store.own.last)
        throw new Broken(
          'what was reported as saved is there',
          `${ship.name} reported ${ship.promised}, its journal ends at ${store.own.last}`,
        );
    }
    // Where a database was put back to a copy there is something to tell people.
    if (this.#world.profile.weights.backUp === 0) this.#nobodyIsAlarmed();
    const { published } = network.figures;
    const most = this.#mostMessages();
    if (published > most)
      throw new Broken('the link is not flooded', `${published} messages, where ${most} are plenty`);
  }

  #nobodyIsAlarmed(): void {
    const { database, ships } = this.#world;
    for (const problem of database.problems.values())
      if (alarms.has(problem.code)) throw new Broken('no false alarm', problem.message);
    for (const ship of ships)
      for (const problem of ship.store?.problems.page(20, 0) ?? [])
        if (alarms.has(problem.code) && !/disk is full/.test(problem.message))
          throw new Broken('no false alarm', problem.message);
  }

  /** A generous measure of what may be sent for what happened. */
  #mostMessages(): number {
    const { network, timeline } = this.#world;
    return 200 + 30 * this.changes + 60 * network.figures.connections + timeline.now / 2_000;
  }

  /** Each sender has as many batches on their way as its window allows. */
  #watchFlights(): void {
    const { network, profile, ships, timeline } = this.#world;
    // It takes every frame apart; where the link is fast hardly anything is on its way.
    if (!profile.network.slow) return;
    const flights = new Map(ships.map(({ name }) => [name, new Flights()]));
    network.onSent = (who, topic, payload) => {
      if (!/\/up\/(urgent|normal|bulk)$/.test(topic)) return;
      if (flights.get(who)?.sent(who, payload) === false)
        timeline.fail(new Broken('the window is kept', `${who} has too many batches on their way`));
    };
    network.onHeard = (who, topic, payload) => {
      if (topic.endsWith('/down/ack')) flights.get(who)?.heard(who, payload);
    };
    network.onBroken = (who) => flights.get(who)?.clear();
  }

  #lookedAt(ship: Ship): Looked {
    let looked = this.#looked.get(ship);
    if (looked?.disk !== ship.disk) {
      looked = firstLook(ship);
      this.#looked.set(ship, looked);
    }
    return looked;
  }

  #isBounded(name: string, timers: number): void {
    if (timers > mostTimers) throw new Broken('memory is bounded', `${name} has ${timers} timers`);
  }

  /** A change leaves the outbox only when shore has committed it, and enters it with its journal entry. */
  #queueHoldsWhatShoreLacks(ship: Ship, looked: Looked): void {
    const { store } = ship;
    // What a restored database lost is brought back in time.
    if (store === null || this.#world.restored) return;
    const { origin, last } = store.own;
    if (looked.origin !== origin) looked.acknowledged.clear();
    looked.origin = origin;
    const { acknowledged } = looked;
    const queued = new Set(ship.disk.queued());
    const tables = this.#world.database.vessels.get(ship.vesselId);
    for (let number = 1; number <= last; number += 1) {
      if (queued.has(number) || acknowledged.has(number)) continue;
      if ((tables?.entry(origin, number) ?? null) === null)
        throw new Broken(
          'acknowledged means committed ashore',
          `${ship.name}: change ${number} has left the outbox, and shore does not have it`,
        );
      acknowledged.add(number);
    }
  }

  #onShoreCommit(vesselId: string, before: VesselTables | null, after: VesselTables): void {
    const { timeline, ships } = this.#world;
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
    const ship = ships.find((each) => each.vesselId === vesselId);
    if (ship === undefined) throw new Broken('no stranger', vesselId);
    if (before !== null && before.journal.length > after.journal.length)
      throw new Broken('the journal only grows', `${vesselId} ashore`);
    for (const { change } of fresh) {
      if (change.origin === after.head.origin) {
        if (!after.queue.has(change.number))
          throw new Broken(
            'what is written is queued with it',
            `shore's change ${change.number} for ${vesselId} is in no queue`,
          );
      } else this.#lanesKeepTheirOrder(ship, after, change);
    }
    for (const recordId of new Set(fresh.map(({ change }) => change.recordId))) {
      conflictsAshoreAreKept(after, recordId);
      digestsTellStatesApart(before, after, recordId);
    }
    for (const { change } of fresh) whatComesAfterIsLater(after, change);
    for (const number of before?.queue.keys() ?? [])
      if (!after.queue.has(number) && !ship.isReplaced && !ship.disk.holds(after.head.origin, number))
        throw new Broken(
          'acknowledged means committed on board',
          `shore's change ${number} has left the queue, and ${ship.name} does not have it`,
        );
  }

  /**
   * A change comes after those that were written before it in its lane, and an urgent one after all that were written
   * of its record. What an urgent change drew along is in no other lane's way any more.
   */
  #lanesKeepTheirOrder(ship: Ship, after: VesselTables, change: Change): void {
    const held = after.origins.get(change.origin)?.held ?? nothingHeld;
    // The ship goes on with what it has not sent yet while it is asked again for what a restored database lost.
    if (change.number <= held.upTo || this.#world.restored) return;
    const written = (ship.journal?.range(change.origin, held.upTo, 10_000) ?? []).map(
      (entry) => entry.change,
    );
    const isDrawn = (earlier: Change): boolean =>
      written.some(
        ({ number, lane, recordId }) =>
          number > earlier.number && lane === 'urgent' && recordId === earlier.recordId,
      );
    for (const earlier of written) {
      if (earlier.number >= change.number || holds(held, earlier.number)) continue;
      const isBefore =
        earlier.lane === change.lane
          ? change.lane === 'urgent' || !isDrawn(earlier)
          : change.lane === 'urgent' && earlier.recordId === change.recordId;
      // A change that was drawn along goes where those of its own record go.
      if (isBefore && (change.lane === 'urgent' || !isDrawn(change)))
        throw new Broken(
          'each lane keeps its order',
          `${ship.name}: change ${change.number} came before ${earlier.number} (${change.lane}, ${earlier.lane})`,
        );
    }
  }

  #journalsAreTheSame(ship: Ship, tables: VesselTables): void {
    const { journal, store } = ship;
    if (journal === null || store === null) return;
    const base = new Map(new BaseReader(ship.disk.connection).heads().map((head) => [head.origin, head]));
    let there = 0;
    for (const { number } of base.values()) there += number;
    for (const origin of journal.origins()) {
      const begin = base.get(origin);
      let hash = begin?.hash ?? chainStart(ship.vesselId, origin);
      for (const { change, hash: sealed } of journal.range(origin, begin?.number ?? 0, 100_000)) {
        there += 1;
        const ashore = tables.entry(origin, change.number);
        if (ashore === null)
          throw new Broken('every change arrives', `${nameOf(change)} of ${ship.name} is not ashore`);
        if (canonicalText(ashore.change) !== canonicalText(change) || ashore.hash !== sealed)
          throw new Broken(
            'a change arrives as it was written',
            `${nameOf(change)}: ${canonicalText(change)} on board, ${canonicalText(ashore.change)} ashore`,
          );
        hash = chainNext(hash, change);
        if (hash !== sealed)
          throw new Broken('the chain holds', `${nameOf(change)} does not fit the hash chain`);
      }
    }
    if (there !== tables.journal.length)
      throw new Broken(
        'every change arrives',
        `${ship.name} has ${there} changes, shore has ${tables.journal.length}`,
      );
  }

  #recordsAreTheSame(ship: Ship, tables: VesselTables): void {
    const { store } = ship;
    if (store === null) return;
    for (const { entity, id, state, row } of tables.records.values()) {
      const known = store.table(entity).get(id);
      const text = known?.versions ?? store.awaited.get(entity, id);
      const name = `${entity} ${id} of ${ship.name}`;
      if (text === null) throw new Broken('both ends are equal', `${name} is not on board`);
      const [here, there] = [canonicalJson(JSON.parse(text)), canonicalJson(encodeState(state))];
      if (here !== there)
        throw new Broken('both ends are equal', `${name}: ${here} on board, ${there} ashore`);
      if (
        canonicalJson(known?.values ?? null) !== canonicalJson(row?.values ?? null) ||
        known?.deleted !== row?.deleted
      )
        throw new Broken(
          'both ends are equal',
          `${name}: ${JSON.stringify(known)} on board, ${JSON.stringify(row)} ashore`,
        );
    }
    for (const { id, row } of tables.records.values()) {
      const fault = row === null ? null : unruly(changesOf(tables, id), row.values);
      if (fault !== null) throw new Broken('each field keeps its rule', `${id} of ${ship.name}: ${fault}`);
    }
    const onBoard = ship.disk.countOfRecords(recordSpecs.map(({ entity }) => entity));
    if (onBoard !== tables.records.size)
      throw new Broken(
        'both ends are equal',
        `${ship.name} has ${onBoard} records, shore has ${tables.records.size}`,
      );
  }

  #conflictsAreKept(ship: Ship, tables: VesselTables): void {
    const { store } = ship;
    if (store === null) return;
    for (const { id } of tables.records.values()) {
      conflictsAshoreAreKept(tables, id);
      const expected = shown(expectedConflicts(changesOf(tables, id)));
      const found = shown(
        new Map(store.conflicts.open(id).map(({ field, heads }) => [field, heads.map(nameOf).sort()])),
      );
      if (found !== expected)
        throw new Broken(
          'both values of a conflict are kept',
          `${id} on board of ${ship.name}: ${found}, and should be ${expected}`,
        );
    }
  }
}

function isSameHeld(a: Held, b: Held): boolean {
  return canonicalJson(heldToJson(a)) === canonicalJson(heldToJson(b));
}

function firstLook({ disk }: Ship): Looked {
  return { disk, commits: 0, origin: '', acknowledged: new Set() };
}

function changesOf(tables: VesselTables, recordId: string): Change[] {
  return tables.journal.flatMap(({ change, applied }) =>
    applied === 'applied' && change.recordId === recordId ? [change] : [],
  );
}

function conflictsAshoreAreKept(tables: VesselTables, recordId: string): void {
  const found = new Map<string, string[]>();
  for (const conflict of tables.conflicts.values())
    if (conflict.recordId === recordId && conflict.settledAt === null)
      found.set(conflict.field, conflict.heads.map(nameOf).sort());
  const expected = shown(expectedConflicts(changesOf(tables, recordId)));
  if (shown(found) !== expected)
    throw new Broken(
      'both values of a conflict are kept',
      `${recordId} ashore: ${shown(found)}, and should be ${expected}`,
    );
}

/** Equal digests mean equal records: a record whose state moved has another digest. */
function digestsTellStatesApart(before: VesselTables | null, after: VesselTables, recordId: string): void {
  for (const { entity } of recordSpecs) {
    const earlier = before?.records.get(keyOf(entity, recordId));
    const now = after.records.get(keyOf(entity, recordId));
    if (earlier === undefined || now === undefined || earlier.digest === null || now.digest === null)
      continue;
    const isSame =
      canonicalJson([encodeState(earlier.state), earlier.row?.values]) ===
      canonicalJson([encodeState(now.state), now.row?.values]);
    if (isSame !== (earlier.digest === now.digest))
      throw new Broken(
        'equal digests mean equal records',
        `${entity} ${recordId} ashore has the digest ${now.digest} before and after it changed`,
      );
  }
}

/** Whoever writes after having seen a change of a record writes at a later hybrid time. */
function whatComesAfterIsLater(tables: VesselTables, change: Change): void {
  const stamp = stampOf(change);
  for (const { change: other } of tables.journal) {
    if (other === change || other.recordId !== change.recordId) continue;
    const [earlier, later] = saw(stamp, other) ? [other, change] : [change, other];
    if (saw(stampOf(later), earlier) && earlier.time > later.time)
      throw new Broken(
        'what comes after is later',
        `${nameOf(later)} had seen ${nameOf(earlier)} and has an earlier time`,
      );
  }
}

/** A time far ahead of its writer's clock is that of a change which follows upon another of the same record. */
function wrongClocksStayAmongThemselves(tables: VesselTables): void {
  for (const { change } of tables.journal) {
    if (millisecondsOf(change.time) <= change.at + mostFollowedMs) continue;
    const followed = tables.journal.some(
      ({ change: other }) => other.recordId === change.recordId && other.time === change.time - 1,
    );
    if (!followed)
      throw new Broken(
        'a wrong clock is not followed',
        `${nameOf(change)} has a time far ahead of its writer's clock, and follows upon no such change`,
      );
  }
}

function shown(conflicts: ReadonlyMap<string, readonly string[]>): string {
  return JSON.stringify([...conflicts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Folds shore's journals from nothing and compares the outcome with its tables. */
function shoreIsWhatItsJournalSays(vesselId: string, tables: VesselTables): void {
  const differs = (what: string): Broken =>
    new Broken('the tables are what the journal says', `${vesselId} ashore: ${what}`);
  const states = new Map<string, RecordState>();
  const origins = new Map<Origin, { held: typeof nothingHeld }>();
  for (const [index, { change, applied, feed }] of tables.journal.entries()) {
    if (feed !== index + 1) throw differs(`entry ${index + 1} has the running number ${feed}`);
    const origin = origins.get(change.origin) ?? { held: nothingHeld };
    if (holds(origin.held, change.number)) throw differs(`${nameOf(change)} stands there twice`);
    origins.set(change.origin, { held: withNumber(origin.held, change.number) });
    const spec = specOf(change.entity);
    if (applied !== 'applied' || spec === undefined) continue;
    const key = keyOf(change.entity, change.recordId);
    states.set(key, applyChange(spec, states.get(key) ?? emptyState, change));
  }
  if (tables.head.feed !== tables.journal.length)
    throw differs('its last running number is not that of the journal');
  for (const [origin, head] of tables.origins)
    if (
      canonicalJson(heldToJson(head.held)) !==
      canonicalJson(heldToJson(origins.get(origin)?.held ?? nothingHeld))
    )
      throw differs(`the cursor of ${origin} is ${JSON.stringify(head.held)}`);
  if (states.size !== tables.records.size) throw differs('there are other records than the journal knows');
  for (const [key, state] of states) {
    const record = tables.records.get(key);
    const spec = specOf(key.split(' ')[0] ?? '');
    if (record === undefined || spec === undefined) throw differs(`${key} is not there`);
    if (canonicalJson(encodeState(record.state)) !== canonicalJson(encodeState(state)))
      throw differs(`the versions of ${key}`);
    if (canonicalJson(record.row?.values ?? null) !== canonicalJson(materialise(spec, state)))
      throw differs(`the row of ${key}`);
    if (record.row !== null && record.row.deleted !== isDeleted(state))
      throw differs(`whether ${key} is deleted`);
  }
}
