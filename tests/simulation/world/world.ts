import { MemoryDatabase } from '../shore/memory-database.ts';
import type { VesselTables } from '../shore/tables.ts';
import { Attacker } from './attacker.ts';
import { Dice } from './dice.ts';
import { WallClock } from './life.ts';
import { fairWeather, Network, type Weather } from './network.ts';
import { Office } from './office.ts';
import {
  drawProfile,
  hasCopies,
  isShared,
  withAttack,
  withLosses,
  withSizes,
  withSkew,
  type Profile,
} from './profile.ts';
import { newest } from './programs.ts';
import { ShipDisk } from './ship-disk.ts';
import { Ship } from './ship.ts';
import { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';
import { fairDatabase, type DatabaseWeather } from './wire.ts';

const start = Date.UTC(2026, 2, 1);
/** How often somebody in the office looks at who says to be a ship. */
const decidesEveryMs = 120_000;

/** Ships, gateways, a broker and a database, and the weather between them. */
export class World {
  readonly dice: Dice;
  readonly profile: Profile;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly database: MemoryDatabase;
  readonly ships: Ship[] = [];
  readonly offices: Office[] = [];
  databaseWeather: DatabaseWeather = fairDatabase;
  /** Nothing goes wrong any more, and what has ended starts again. */
  healed = false;
  /** Shore's database was put back to a copy. */
  restored = false;
  /** When, virtual ms. */
  restoredAt = Number.NEGATIVE_INFINITY;
  attacker: Attacker | null = null;

  constructor(seed: number, trace: Trace) {
    const dice = new Dice(seed);
    this.dice = dice;
    const others = withSkew(drawProfile(dice), new Dice(seed + 2 ** 51));
    const attackDice = new Dice(seed + 2 ** 49);
    const attacked = withAttack(withLosses(others, new Dice(seed + 2 ** 50)), attackDice);
    this.profile = withSizes(attacked, new Dice(seed + 2 ** 48));
    this.timeline = new Timeline(trace);
    const { timeline, profile } = this;
    this.network = new Network(timeline, dice, profile.sizes);
    this.database = new MemoryDatabase({ monotonic: () => timeline.now });
    const officeClock = new WallClock(start, profile.clockGrain);
    for (let index = 0; index < profile.gateways; index += 1)
      this.offices.push(
        new Office(`gateway-${index + 1}`, {
          timeline,
          network: this.network,
          dice,
          database: this.database,
          databaseWeather: () => this.databaseWeather,
          clock: officeClock,
          copies: this.hasDoubles || profile.attack !== null,
          group: profile.gateways > 1 ? 'office' : null,
          onEnd: (office) => this.#startAgain(office),
        }),
      );
    for (let index = 0; index < profile.ships; index += 1) {
      const name = `ship-${index + 1}`;
      const clock = new WallClock(start + dice.pick([0, 0, 1_000, -60_000]), profile.clockGrain);
      this.ships.push(this.#ship(name, name, ShipDisk.empty(!profile.ownDisk, profile.acquainted), clock));
    }
    this.officeClock = officeClock;
    const { skew } = profile;
    if (skew !== null) {
      for (const office of this.offices) office.records = skew.offices;
      for (const ship of this.ships) ship.records = skew.ships;
    }
    this.setWeather();
    const [victim] = this.ships;
    if (profile.attack !== null && victim !== undefined)
      this.attacker = new Attacker(this, attackDice, profile.attack.as, victim);
    this.attackDice = attackDice;
  }

  /** Moments at which the attacker strikes. */
  readonly attackDice: Dice;

  /** Whether two may be there that cannot be told apart: copies of a database, or somebody with the same password. */
  get hasDoubles(): boolean {
    return hasCopies(this.profile) || isShared(this.profile);
  }

  /** Whether that is for nothing but somebody with the same password. */
  get isSharedOnly(): boolean {
    return isShared(this.profile) && !hasCopies(this.profile);
  }

  /** Whether somebody speaks to the ship as if it were shore. */
  isDeceived({ vesselId }: Ship): boolean {
    return this.attacker?.victim.vesselId === vesselId && this.profile.attack?.as.includes('office') === true;
  }

  /** A copy of what shore held, made at some time. */
  #backup: ReadonlyMap<string, VesselTables> | null = null;

  backUp(): void {
    // What is committed is never written to again: a commit puts other tables in its place.
    this.#backup = new Map(this.database.vessels);
    for (const ship of this.ships) ship.backup = ship.disk.image();
  }

  /** A computer's disk is copied to another one, and both are used from then on. */
  cloneShip(ship: Ship): void {
    if (this.ships.some((other) => other !== ship && other.vesselId === ship.vesselId)) return;
    const clock = new WallClock(ship.clock.offset, ship.clock.grain);
    const clone = this.#ship(ship.vesselId, `${ship.name}-copy`, ShipDisk.from(ship.disk.image()), clock);
    clone.path.weather = ship.path.weather;
    clone.records = ship.records;
    this.ships.push(clone);
    this.timeline.after(this.dice.pick([200, 2_000, 20_000]), null, () => clone.start());
  }

  #ship(vesselId: string, name: string, disk: ShipDisk, clock: WallClock): Ship {
    const { timeline, network, dice } = this;
    return new Ship(vesselId, name, disk, clock, {
      timeline,
      network,
      dice,
      copies: this.hasDoubles,
      attacked: this.profile.attack !== null,
      onEnd: (ship) => this.#startAgain(ship),
    });
  }

  /** Shore's database is put back to its copy, while no gateway runs. */
  restoreShore(): void {
    if (this.#backup === null) return;
    for (const office of this.offices) office.kill();
    this.restored = true;
    this.restoredAt = this.timeline.now;
    this.database.restore(this.#backup);
  }

  /** The office begins on a database that has nothing in it. */
  emptyShore(): void {
    for (const office of this.offices) office.kill();
    this.restored = true;
    this.restoredAt = this.timeline.now;
    this.database.restore(new Map());
  }

  readonly officeClock: WallClock;

  /** The faults that this run has. */
  setWeather(): void {
    const { network, database } = this.profile;
    const weather: Weather = {
      delay: network.slow ? [300, 1_000] : [5, 40],
      bytesPerMs: network.slow ? 8 : Number.POSITIVE_INFINITY,
      lost: network.lost,
      doubled: network.doubled,
      late: network.late,
      forgotten: network.forgotten,
    };
    for (const ship of this.ships) ship.path.weather = weather;
    const ashore = { ...weather, delay: [1, 5], bytesPerMs: Number.POSITIVE_INFINITY } as const;
    for (const office of this.offices) office.path.weather = ashore;
    this.databaseWeather = {
      away: false,
      slowestMs: database.slow ? 2_000 : 2,
      conflict: database.conflict,
      unknownOutcome: database.unknownOutcome,
    };
  }

  /** A program gives way to a newer one. */
  update(program: Ship | Office): void {
    if (program.records === newest) return;
    this.timeline.trace.add(this.timeline.now, program.name, 'is updated', newest);
    program.records = newest;
    program.kill();
  }

  /** Everything that was wrong is right again, and every program the newest. */
  heal(): void {
    this.healed = true;
    const { timeline, network } = this;
    timeline.trace.add(timeline.now, 'world', 'heals', 0);
    network.restart();
    this.databaseWeather = fairDatabase;
    if (this.profile.skew !== null)
      for (const program of [...this.ships, ...this.offices]) this.update(program);
    for (const { path } of [...this.ships, ...this.offices]) {
      network.mend(path);
      path.weather = fairWeather;
    }
    for (const ship of this.ships) {
      if (ship.full) ship.disk.limit(null);
      ship.full = false;
      ship.start();
    }
    for (const office of this.offices) office.start();
    this.#decide();
  }

  /** In fair weather somebody in the office looks at who waits, and says of all that they are the ship. */
  #decide(): void {
    const office = this.offices.find(({ ready }) => ready);
    for (const { vesselId } of this.ships) {
      const claims = this.database.vessels.get(vesselId)?.claims.values() ?? [];
      if ([...claims].some(({ state }) => state === 'waiting')) office?.acceptAll(vesselId);
    }
    this.timeline.after(decidesEveryMs, null, () => this.#decide());
  }

  close(): void {
    for (const ship of this.ships) {
      if (ship.life !== null) ship.life.alive = false;
      ship.release();
    }
  }

  #startAgain(program: Ship | Office): void {
    const wait = this.healed ? 100 : this.dice.pick([200, 2_000, 20_000, 100_000]);
    this.timeline.after(wait, null, () => program.start());
  }
}
