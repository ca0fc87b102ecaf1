import { canonicalText, type Change } from '#shared/sync/change.ts';
import { programsOf } from '../world/programs.ts';
import type { Ship } from '../world/ship.ts';
import type { ShipDisk } from '../world/ship-disk.ts';
import { Broken } from '../world/trace.ts';
import { hasCopies } from '../world/profile.ts';
import type { World } from '../world/world.ts';
import { namesAreKept, nobodyWritesAsTheOffice, nothingFellOver, whatIsKeptAsideIsTold } from './attacked.ts';
import { journalsAreTheSame, recordsAreTheSame } from './both-ends.ts';
import { conflictsAreKept } from './conflicts-kept.ts';
import { Flights } from './flights.ts';
import { nothingWaitsForAProgram } from './nothing-waits.ts';
import { Ledger } from './ledger.ts';
import { OfficeWrites } from './office-writes.ts';
import { screensSayNothingUntrue } from './screens-meanwhile.ts';
import { screensSayWhatIs } from './screens.ts';
import { checkShoreCommit } from './shore-commit.ts';
import { shoreIsWhatItsJournalSays } from './shore-is-its-journal.ts';
import type { VesselTables } from '../shore/tables.ts';
import { unsettled } from './unsettled.ts';
import { wrongClocksStayAmongThemselves } from './wrong-clocks.ts';

/** About what a batch or a page comes to here, bytes. */
const longestMessage = 5_000;

/** Timers that one program may have set at once, whatever happens to it. */
const mostTimers = 60;
/** Messages that may wait for a gateway's database, for each ship. */
const mostWaiting = 64;

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
  'unknown_seen',
  'unknown_office',
]);

/** By every ship: a disk that is full takes nothing, and what an attacker says of a gateway all of them hear. */
const mayBeTold = /disk is full|presence message/;

/** What was seen of a ship last. */
interface Looked {
  disk: ShipDisk;
  commits: number;
  /** Its own name as a writer, and own changes that had left the outbox. */
  origin: string;
  acknowledged: Set<number>;
  /** What decides which of them wait, as it was. */
  standing: string;
}

/** Changes that a new epoch of the office has given its new name: they stood in the journal already. */
function renamed(before: VesselTables | null, after: VesselTables): Change[] {
  const { origin } = after.head;
  if (before === null || before.head.origin === origin) return [];
  return after.journal.flatMap(({ change }) => (change.origin === origin ? [change] : []));
}

/** Looks after every step, and in full when all is settled, whether what the product promises holds. */
export class Checks {
  readonly #world: World;
  readonly #ledger = new Ledger();
  readonly #officeWrites = new OfficeWrites();
  readonly #looked = new Map<Ship, Looked>();

  constructor(world: World) {
    this.#world = world;
    for (const ship of world.ships) this.#looked.set(ship, firstLook(ship));
    this.#watchFlights();
    world.database.onCommit = (vesselId, before, after) => {
      try {
        const fresh = after.journal.slice(before?.journal.length ?? 0).map(({ change }) => change);
        this.#ledger.note(vesselId, [...fresh, ...renamed(before, after)]);
        this.#officeWrites.note(vesselId, after, fresh);
        checkShoreCommit(world, this.#ledger, vesselId, before, after);
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
        screensSayNothingUntrue(this.#world, ship);
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
    return unsettled(this.#world) === '';
  }

  /** Every promise, in full. */
  whenSettled(): void {
    const { ships, database, network } = this.#world;
    for (const ship of ships) {
      const tables = database.vessels.get(ship.vesselId);
      const { store } = ship;
      // One that wrote nothing, and whose hello was lost, is news to shore at its next word.
      if (tables === undefined || store === null) continue;
      nothingWaitsForAProgram(this.#world, ship, tables);
      namesAreKept(this.#world, ship);
      if (!this.#world.restored) this.#officeWrites.areKept(ship.vesselId, tables);
      nobodyWritesAsTheOffice(this.#world, tables);
      whatIsKeptAsideIsTold(this.#world, ship, tables);
      journalsAreTheSame(ship, tables);
      recordsAreTheSame(ship, tables, this.#ledger);
      conflictsAreKept(ship, tables, this.#ledger);
      screensSayWhatIs(ship, tables);
      shoreIsWhatItsJournalSays(ship.vesselId, tables);
      wrongClocksStayAmongThemselves(this.#world, { vesselId: ship.vesselId, tables, ledger: this.#ledger });
      if (this.#world.dice.chance(0.05)) {
        const verified = programsOf[ship.records].verifyOnBoard(ship.disk.connection);
        if (!verified.ok)
          throw new Broken('the tables are what the journal says', `${ship.name}: ${verified.difference}`);
      }
      if (ship.promised > store.own.last)
        throw new Broken(
          'what was reported as saved is there',
          `${ship.name} reported ${ship.promised}, its journal ends at ${store.own.last}`,
        );
      const lost = ship.journal === null ? null : ship.saved.missingFrom(ship.journal);
      if (lost !== null)
        throw new Broken(
          'what was reported as saved is there',
          `not in the journal of ${ship.name}: ${lost}`,
        );
    }
    nothingFellOver(this.#world);
    // Where there are copies of a database there is something to tell people.
    if (!hasCopies(this.#world.profile)) this.#nobodyIsAlarmed();
    const { published } = network.figures;
    const most = this.#mostMessages();
    if (published > most)
      throw new Broken('the link is not flooded', `${published} messages, where ${most} are plenty`);
  }

  #nobodyIsAlarmed(): void {
    const { attacker, database, ships } = this.#world;
    const attacked = attacker?.victim.vesselId;
    for (const problem of database.problems.values())
      if (alarms.has(problem.code) && (attacked === undefined || problem.vesselId !== attacked))
        throw new Broken('no false alarm', problem.message);
    for (const ship of ships.filter(({ vesselId }) => vesselId !== attacked))
      for (const problem of ship.store?.problems.page(20, 0) ?? [])
        if (alarms.has(problem.code) && !mayBeTold.test(problem.message))
          throw new Broken('no false alarm', problem.message);
  }

  /** A generous measure of what may be sent for what happened. */
  #mostMessages(): number {
    const { attacker, network, profile, timeline } = this.#world;
    const pieces = profile.sizes === null ? 1 : Math.ceil(longestMessage / profile.sizes.most);
    const messages =
      200 +
      40 * (attacker?.sent ?? 0) +
      30 * this.changes +
      60 * network.figures.connections +
      timeline.now / 2_000;
    return pieces * messages;
  }

  /** Each sender has as many batches on their way as its window allows. */
  #watchFlights(): void {
    const { network, profile, ships, timeline } = this.#world;
    const isAttacked = profile.attack !== null;
    // It takes every frame apart; where the link is fast hardly anything is on its way.
    if (!profile.network.slow) return;
    const flights = new Map(
      ships.map((ship) => [
        ship.name,
        // What a batch names shore has to hold; on board it may have come with a snapshot.
        new Flights(({ origin, number }) => {
          const tables = this.#world.database.vessels.get(ship.vesselId);
          return tables?.entry(origin, number)?.change.recordId ?? null;
        }, isAttacked),
      ]),
    );
    network.onSent = (who, topic, payload) => {
      if (!/\/up\/(piece\/)?(urgent|normal|bulk)$/.test(topic)) return;
      if (flights.get(who)?.sent(topic, payload) === false)
        timeline.fail(new Broken('the window is kept', `${who} has too many batches on their way`));
    };
    network.onHeard = (who, topic, payload) => {
      if (/\/down\/(piece\/)?ack$/.test(topic)) flights.get(who)?.heard(topic, payload);
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
    if (store === null || this.#world.restored || this.#world.isDeceived(ship)) return;
    const { origin, last } = store.own;
    if (looked.origin !== origin) looked.acknowledged.clear();
    looked.origin = origin;
    const { acknowledged } = looked;
    const standing = `${origin} ${last} ${String(ship.disk.acknowledged(origin))}`;
    if (looked.standing === standing) return;
    looked.standing = standing;
    const queued = new Set(ship.disk.queued());
    const tables = this.#world.database.vessels.get(ship.vesselId);
    for (let number = 1; number <= last; number += 1) {
      if (queued.has(number) || acknowledged.has(number)) continue;
      const ashore = tables?.entry(origin, number)?.change;
      const isThere =
        ashore !== undefined &&
        (!this.#world.hasDoubles || canonicalText(ashore) === canonicalText(ownChange(ship, number)));
      if (!isThere)
        throw new Broken(
          'acknowledged means committed ashore',
          `${ship.name}: change ${number} has left the outbox, and shore does not have it`,
        );
      acknowledged.add(number);
    }
  }
}

function ownChange({ journal, store }: Ship, number: number): Change {
  const change = journal?.get(store?.own.origin ?? '', number)?.change;
  if (change === undefined)
    throw new Broken('the journal only grows', `change ${number} is not in it any more`);
  return change;
}

function firstLook({ disk }: Ship): Looked {
  return { disk, commits: 0, origin: '', acknowledged: new Set(), standing: '' };
}
