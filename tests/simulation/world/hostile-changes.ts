import type { Scalar } from '#shared/json.ts';
import type { Lane } from '#shared/records/record.ts';
import { operations, type Change } from '#shared/sync/change.ts';
import { latestApplied, latestHybridTime, ticksPerMillisecond } from '#shared/sync/clock.ts';
import { highestNumber } from '#shared/sync/numbers.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';
import { idOf, newOrder } from './deeds.ts';
import type { Dice } from './dice.ts';
import { edgeFields, edgeReceived, edgeInstants, edgeTimes } from './hostile-values.ts';
import type { Ship } from './ship.ts';
import type { World } from './world.ts';

const year = 365 * 86_400_000;

type Loose = Record<string, unknown>;

/** Changes as somebody makes them who wants to do harm: valid ones, at the limits, and beyond. */
export class HostileChanges {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #victim: Ship;

  constructor(world: World, dice: Dice, victim: Ship) {
    this.#world = world;
    this.#dice = dice;
    this.#victim = victim;
  }

  /** One that people on board and ashore work on, or a new one. */
  recordId(): string {
    const dice = this.#dice;
    return idOf(
      this.#victim,
      dice.chance(0.85) ? dice.below(this.#world.profile.records) : 40 + dice.below(3),
    );
  }

  /** @param isBad whether something about it is beyond what may be */
  next({
    origin,
    number,
    lane,
    isBad,
  }: {
    origin: string;
    number: number;
    lane: Lane;
    isBad: boolean;
  }): Change {
    const dice = this.#dice;
    const now = this.#victim.clock.at(this.#world.timeline.now);
    const isNew = dice.chance(0.15);
    const change: Change = {
      origin,
      number,
      time: now * ticksPerMillisecond + dice.below(1_000),
      at: now,
      seen: this.#seen(origin),
      entity: 'work_order',
      recordId: this.recordId(),
      operation: isNew ? 'create' : dice.chance(0.1) ? 'delete' : 'update',
      fields: isNew ? newOrder(dice, now, dice.chance(0.2)) : this.#fields(),
      actorId: null,
      actorName: 'Nobody',
      device: 'A laptop',
      lane,
      version: 1,
    };
    if (change.operation === 'delete') Object.assign(change, { fields: {} });
    return isBad ? { ...change, ...this.#twist(change, now) } : change;
  }

  #fields(): Readonly<Record<string, Scalar>> {
    const dice = this.#dice;
    return dice.pick<Readonly<Record<string, Scalar>>>([
      { title: `Poison ${dice.below(4)}` },
      { status: dice.pick(['open', 'completed', 'cancelled']) },
      { notes: `Poison ${dice.below(9)}\n` },
      { priority: dice.pick(['critical', 'low']), title: `Poison ${dice.below(4)}` },
      { actualHours: dice.below(20) },
      dice.pick(edgeFields),
    ]);
  }

  /** Numbers that it has seen, or says so. */
  #seen(origin: string): CausalContext {
    const dice = this.#dice;
    const { store, vesselId } = this.#victim;
    const tables = this.#world.database.vessels.get(vesselId);
    const own = store?.own;
    const seen: Record<string, unknown> = {};
    if (own !== undefined && own.origin !== origin && own.last > 0) seen[own.origin] = own.last;
    if (tables !== undefined && tables.head.last > 0 && tables.head.origin !== origin)
      seen[tables.head.origin] = tables.head.last;
    if (dice.chance(0.45)) {
      const whose = dice.pick([
        own?.origin ?? 'vevil00001',
        tables?.head.origin ?? 'sforged001',
        'vevil00002',
        'sforged002',
        'vnobody001',
        origin,
      ]);
      seen[whose] = dice.pick([10, 1_000_000, highestNumber, [0, [3, 900]], [2, [4, highestNumber]]]);
    }
    return seen as CausalContext;
  }

  /** What is beyond: of one property. */
  #twist(change: Change, now: number): Loose {
    const dice = this.#dice;
    return dice.weighted<() => Loose>([
      // Into the year 2200: what is written to the record next has to be later.
      [
        3,
        () => ({ time: dice.pick([latestHybridTime, latestApplied('vessel'), latestApplied('vessel') + 1]) }),
      ],
      [2, () => ({ time: dice.pick(edgeTimes) })],
      [
        1,
        () => ({
          time: (now + dice.pick([year, 10 * year, -10 * year, 2 * 86_400_000])) * ticksPerMillisecond,
        }),
      ],
      [1, () => ({ at: dice.pick(edgeInstants) })],
      [2, () => ({ number: dice.pick([2 ** 31, 2 ** 32, highestNumber, highestNumber + 1, 2 ** 53 - 1]) })],
      [
        2,
        () => ({
          seen: {
            ...change.seen,
            [dice.pick(['vevil00001', 'sforged001', 'x', 'vabc'])]: edgeReceived(dice, 3),
          },
        }),
      ],
      [
        1,
        () => ({
          seen: Object.fromEntries(
            Array.from({ length: 1_001 }, (_, each) => [`v${String(each).padStart(8, '0')}`, 1]),
          ),
        }),
      ],
      [
        2,
        () => ({
          entity: dice.pick([
            'cargo',
            'attachment',
            'crew_member',
            '',
            'Work',
            'sqlite_master',
            'x'.repeat(41),
          ]),
        }),
      ],
      [
        1,
        () => ({
          recordId: dice.pick([
            '',
            'not-a-uuid',
            '00000000-0000-0000-0000-000000000000',
            change.recordId.toUpperCase(),
          ]),
        }),
      ],
      [1, () => ({ operation: dice.pick([...operations, 'drop']) })],
      [4, () => ({ operation: dice.pick(['update', 'create']), fields: dice.pick(edgeFields) })],
      [
        1,
        () => ({ fields: Object.fromEntries(Array.from({ length: 201 }, (_, each) => [`f${each}`, each])) }),
      ],
      [
        1,
        () => ({
          actorId: dice.pick(['x'.repeat(61), 'nobody', '']),
          actorName: dice.pick(['', '\u0000', 'x'.repeat(500)]),
        }),
      ],
      [1, () => ({ device: dice.pick(['', '\u0000', '\ud800', 'x'.repeat(121)]) })],
      [2, () => ({ lane: dice.pick(['urgent', 'normal', 'bulk', 'express']) })],
      [2, () => ({ version: dice.pick([0, 2, 3, 999_999, 1_000_000, 1_000_001]) })],
      [1, () => ({ origin: dice.pick(['vevil00002', this.#victim.store?.own.origin ?? 'x', '']) })],
    ])();
  }
}
