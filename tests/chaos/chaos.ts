import { setTimeout as wait } from 'node:timers/promises';
import { systemEnvironment } from '#link/system-environment.ts';
import type { Database } from '#shore/store/database.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { seeded, type Seeded } from '#support/seeded.ts';
import { silentLog } from '#support/silent-log.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { differencesOf, marksIn, positionOf, sharedNumbers } from './compare.ts';
import { untilDrained } from './drained.ts';
import { readShip, readShore, type Position } from './ends.ts';
import { judge, type Write } from './ledger.ts';
import { Load } from './load.ts';
import {
  databaseFaults,
  planFault,
  planKills,
  victims,
  type DatabaseFault,
  type Kill,
  type PlannedFault,
  type Victim,
} from './plan.ts';
import { startPrograms, vesselId, type Programs } from './programs.ts';
import { slowestOf, untilWell, wellWithin, type WellAfter } from './well-again.ts';

export interface ChaosOptions {
  rounds: number;
  seed: number;
  /** Processes killed in each round. */
  kills: number;
  /** What happens to the database, in turn; all kinds when left out. */
  faults?: readonly DatabaseFault[];
  /** How long people write in each round, milliseconds. */
  loadMs: number;
  /** Ends the loop after the round that is going on; everything is looked at all the same. */
  enough?: AbortSignal;
  /** Told after each round. */
  onRound?(round: Round): void;
}

export interface Round {
  round: number;
  killed: Record<Victim, number>;
  /** What happened to the database besides. */
  fault: DatabaseFault;
  /** How long after the database was well again the gateway was. */
  wellAfter: WellAfter;
  /** Writes by what was answered. */
  writes: Record<Write['outcome'], number>;
  /** From the last process's return until nothing waits anywhere, milliseconds. */
  drainMs: number;
  /** False when something still waited after two minutes; then no round follows. */
  drained: boolean;
  lost: number;
  doubled: number;
  differing: number;
}

export interface Outcome {
  seed: number;
  rounds: Round[];
  /** Changes in each end's journal, records, and open conflicts at the end. */
  end: { changes: number; records: number; conflicts: number };
  /** A sentence for each thing that is wrong, the first hundred of them. Empty when all is well. */
  wrong: string[];
  lost: number;
  doubled: number;
  differing: number;
  /** The slowest return of a gateway after its database, milliseconds; null where one did not come. */
  worstWell: number | null;
  seconds: number;
}

const mostTold = 100;

/**
 * Lets people work on board and ashore while the processes of both are killed with SIGKILL at moments that follow
 * from the seed; lets everything come back and drain; and counts what is lost, doubled or different. The kills of a
 * seed are always the same, what they meet is not. In each round something happens to the database besides, and from
 * the moment at which it is well again it is measured when the gateway is, which nobody starts anew.
 */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const began = performance.now();
  const programs = await startPrograms();
  const environment = systemEnvironment(silentLog);
  const database = openPostgres({ url: programs.office.database, connections: 2 }, environment);
  const chance: Chance = { kills: seeded(options.seed), faults: seeded(options.seed + 2) };
  const run = new Run(programs, database, new Load(programs, seeded(options.seed + 1), `m${options.seed}`));
  const rounds: Round[] = [];
  try {
    await run.meet();
    for (let round = 1; round <= options.rounds; round += 1) {
      const done = await run.round(round, options, chance);
      rounds.push(done);
      options.onRound?.(done);
      if (!done.drained || options.enough?.aborted === true) break;
    }
    const end = await run.lookAtEverything();
    const sum = (count: (round: Round) => number): number =>
      rounds.reduce((total, each) => total + count(each), 0);
    return {
      seed: options.seed,
      rounds,
      end: { changes: end.changes, records: end.records, conflicts: end.conflicts },
      wrong: run.wrong.slice(0, mostTold),
      lost: sum((each) => each.lost) + end.lost,
      doubled: sum((each) => each.doubled) + end.doubled,
      differing: sum((each) => each.differing) + end.differing,
      worstWell: worstOf(rounds),
      seconds: Math.round((performance.now() - began) / 1_000),
    };
  } finally {
    await database.close();
    await programs.close();
  }
}

interface Chance {
  kills: Seeded;
  faults: Seeded;
}

function worstOf(rounds: readonly Round[]): number | null {
  let worst = 0;
  for (const { wellAfter } of rounds) {
    const slowest = slowestOf(wellAfter);
    if (slowest === null) return null;
    worst = Math.max(worst, slowest);
  }
  return worst;
}

class Run {
  readonly wrong: string[] = [];
  readonly #programs: Programs;
  readonly #database: Database;
  readonly #load: Load;
  #position: Position = new Map();

  constructor(programs: Programs, database: Database, load: Load) {
    this.#programs = programs;
    this.#database = database;
    this.#load = load;
  }

  /**
   * Lets ship and office hear of each other first: what the office writes before, a new ship takes over as a snapshot,
   * and not change by change.
   */
  async meet(): Promise<void> {
    await this.#load.begin();
    if (!(await this.#drained())) throw new Error(this.wrong.join('\n'));
    this.#position = positionOf(readShip(this.#programs.ship.file, null));
  }

  async round(
    round: number,
    { kills, loadMs, faults = databaseFaults }: ChaosOptions,
    chance: Chance,
  ): Promise<Round> {
    const plan = planKills(chance.kills, { kills, within: loadMs });
    const planned = planFault(chance.faults, { round, within: loadMs, faults });
    const before = this.#load.ledger.length;
    const disturbed = this.#disturb(plan, planned);
    await this.#load.work(loadMs, disturbed);
    const wellAfter = await disturbed;
    this.#judgeWell(round, planned, wellAfter);
    const fallen = this.#programs.fallen();
    if (fallen !== null) throw new Error(fallen);
    const healed = performance.now();
    const drained = await this.#drained();
    const drainMs = Math.round(performance.now() - healed);
    const writes = this.#load.ledger.slice(before);
    const found = await this.#look(writes, this.#position);
    this.#position = new Map([...this.#position, ...found.position]);
    const answered = (outcome: Write['outcome']): number =>
      writes.filter((write) => write.outcome === outcome).length;
    return {
      round,
      killed: Object.fromEntries(
        victims.map((victim) => [
          victim,
          plan
            .filter((kill) => kill.victim === victim)
            .reduce((sum, kill) => sum + (kill.againAfter === null ? 1 : 2), 0),
        ]),
      ) as Record<Victim, number>,
      writes: {
        answered: answered('answered'),
        refused: answered('refused'),
        unanswered: answered('unanswered'),
      },
      fault: planned.fault,
      wellAfter,
      drainMs,
      drained,
      lost: found.lost,
      doubled: found.doubled,
      differing: found.differing,
    };
  }

  /** All that was ever written, both databases whole, and what each end's own proof says of it. */
  async lookAtEverything(): Promise<Counted> {
    const found = await this.#look(this.#load.ledger, null);
    const ship = verifyJournal(this.#programs.ship.file);
    const shore = await verifyShore(this.#database);
    if (!ship.ok) this.wrong.push(`On board: ${ship.difference}`);
    if (!shore.holds) this.wrong.push(`Ashore: ${shore.difference}`);
    return { ...found, differing: found.differing + Number(!ship.ok) + Number(!shore.holds) };
  }

  /** Kills as planned; the fault has its turn when all are back, and the next is killed when the gateway is well. */
  async #disturb(plan: readonly Kill[], planned: PlannedFault): Promise<WellAfter> {
    const began = performance.now();
    const turn = (at: number): Promise<void> => wait(Math.max(0, at - (performance.now() - began)));
    await this.#kill(
      plan.filter(({ at }) => at < planned.at),
      turn,
    );
    await turn(planned.at);
    const wellAfter = await this.#fault(planned);
    await this.#kill(
      plan.filter(({ at }) => at >= planned.at),
      turn,
    );
    return wellAfter;
  }

  async #kill(plan: readonly Kill[], turn: (at: number) => Promise<void>): Promise<void> {
    const back = new Map<Victim, Promise<void>>();
    for (const kill of plan) {
      await turn(kill.at);
      back.set(kill.victim, this.#killOnce(kill, back.get(kill.victim) ?? Promise.resolve()));
    }
    await Promise.all(back.values());
  }

  async #fault({ fault, lasts, meanwhile }: PlannedFault): Promise<WellAfter> {
    const { faults } = this.#programs;
    const over = faults.run(fault, lasts);
    if (meanwhile !== null) {
      await this.#programs.kill(meanwhile);
      // A gateway says where it is only once it has its database, so nobody waits for it here.
      if (meanwhile === 'gateway') this.#programs.begin(meanwhile);
      else await this.#programs.start(meanwhile);
    }
    await over;
    return untilWell(this.#programs, this.#load);
  }

  #judgeWell(round: number, { fault, lasts, meanwhile }: PlannedFault, wellAfter: WellAfter): void {
    const slowest = slowestOf(wellAfter);
    if (slowest !== null && slowest <= wellWithin) return;
    const also = meanwhile === null ? '' : `, ${meanwhile} killed meanwhile`;
    this.wrong.push(
      `round ${round}: the gateway was not well within ${wellWithin / 1_000} s of its database (${fault} for ${lasts} ms${also}): ${JSON.stringify(wellAfter)}`,
    );
  }

  async #killOnce({ victim, awayFor, againAfter }: Kill, before: Promise<void>): Promise<void> {
    await before;
    await this.#programs.kill(victim);
    await wait(awayFor);
    if (againAfter !== null && (victim === 'vessel' || victim === 'gateway')) {
      this.#programs.begin(victim);
      await wait(againAfter);
      await this.#programs.kill(victim);
    }
    await this.#programs.start(victim);
  }

  /** Waits until nothing waits on either end; false when that does not come. */
  async #drained(): Promise<boolean> {
    return untilDrained(this.#programs).then(
      () => true,
      (error: unknown) => {
        this.wrong.push(error instanceof Error ? error.message : String(error));
        return false;
      },
    );
  }

  async #look(writes: readonly Write[], since: Position | null): Promise<Counted> {
    const ship = readShip(this.#programs.ship.file, since);
    const shore = await readShore(this.#database, vesselId, since);
    const judged = judge(writes, { "the ship's journal": marksIn(ship), "shore's journal": marksIn(shore) });
    const doubled = [...judged.doubled, ...sharedNumbers(ship), ...sharedNumbers(shore)];
    const differing = differencesOf(ship, shore);
    this.wrong.push(...judged.lost, ...doubled, ...differing);
    return {
      lost: judged.lost.length,
      doubled: doubled.length,
      differing: differing.length,
      changes: ship.changes.size,
      records: ship.records.size,
      conflicts: ship.conflicts.size,
      position: positionOf(ship),
    };
  }
}

interface Counted {
  lost: number;
  doubled: number;
  differing: number;
  changes: number;
  records: number;
  conflicts: number;
  position: Position;
}
