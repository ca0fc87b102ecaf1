import type { Dice } from './dice.ts';
import type { SizeLimit } from './network.ts';
import type { RecordsVersion } from './programs.ts';

/**
 * `stranger`: writes under names of its own with the ship's password. `impostor`: also speaks as the ship's own computer.
 * `office`: speaks to the ship as if it were shore.
 */
export type AttackAs = 'stranger' | 'impostor' | 'office';

export interface Attack {
  as: readonly AttackAs[];
  /** How often it strikes. */
  strikes: number;
}

/** What can go wrong in a run, and how often; and how long the run is. */
export interface Profile {
  ships: number;
  gateways: number;
  /** Things that people do and that go wrong, together. */
  deeds: number;
  /** Virtual milliseconds over which they are spread. */
  span: number;
  /** Records that people work on: few, so that they meet. */
  records: number;
  /** Share of the writes that are made ashore. */
  ashore: number;
  urgent: number;
  /** Milliseconds between two positions of all clocks' hands. */
  clockGrain: number;
  /** True for ships that have been at sea before: what a new node asks of shore first they have behind them. */
  acquainted: boolean;
  /** True for a disk of its own instead of one from the pool, with SQLite's own transactions. */
  ownDisk: boolean;
  network: { lost: number; doubled: number; late: number; forgotten: number; slow: boolean };
  database: { conflict: number; unknownOutcome: number; slow: boolean };
  /** How large a message the broker takes; null where it takes all. It stays so to the end. */
  sizes: SizeLimit | null;
  /** Versions of the records that the programs know at the beginning; null where all are of today's. */
  skew: Readonly<{ ships: RecordsVersion; offices: RecordsVersion }> | null;
  /** Somebody who does harm; null where everybody is honest. */
  attack: Attack | null;
  /** How often each of these happens, in proportion to the others; 0 for what never does. */
  weights: Readonly<Record<Deed, number>>;
}

export const deeds = [
  'write',
  'bulkWrite',
  'ask',
  'killShip',
  'killShipAtBoundary',
  'killGateway',
  'killGatewayAtBoundary',
  'cut',
  'blackHole',
  'killBroker',
  'databaseAway',
  'diskFull',
  'clockJump',
  'newComputer',
  'backUp',
  'restoreShip',
  'restoreShore',
  'emptyShore',
  'cloneShip',
  'sendNow',
  'updateShip',
  'updateOffice',
] as const;
export type Deed = (typeof deeds)[number];

/** Draws a run's circumstances. Each kind of fault is either in it or not: what is always there hides what it causes. */
export function drawProfile(dice: Dice): Profile {
  const length = dice.weighted([
    [84, 'short'],
    [15, 'middling'],
    [1, 'long'],
  ] as const);
  const drawn = drawAny(dice, length);
  return dice.weighted([
    [75, () => drawn],
    [10, () => duel(dice, drawn)],
    [15, () => copied(dice, drawn)],
  ] as const)();
}

/**
 * In some voyages programs are of different versions, and updated on the way. Drawn apart from all else, so that the
 * other voyages are what they were.
 */
export function withSkew(drawn: Profile, dice: Dice): Profile {
  if (!dice.chance(0.08)) return drawn;
  const skew = dice.weighted([
    [4, { ships: 1, offices: 2 }],
    [4, { ships: 2, offices: 1 }],
    [1, { ships: 1, offices: 1 }],
  ] as const);
  return {
    ...drawn,
    skew,
    deeds: Math.max(drawn.deeds, dice.between(4, 10)),
    ashore: dice.pick([0.3, 0.5]),
    weights: { ...drawn.weights, updateShip: dice.pick([0, 2, 6]), updateOffice: dice.pick([0, 2, 6]) },
  };
}

/**
 * In some voyages computers are replaced, put back and copied, and shore is put back and emptied, in any order. Drawn apart
 * from all else, so that the other voyages are what they were.
 */
export function withLosses(drawn: Profile, dice: Dice): Profile {
  if (drawn.skew !== null || !dice.chance(0.12)) return drawn;
  const kinds = dice.weighted([
    [4, { newComputer: 10, emptyShore: 8, backUp: 0, restoreShip: 0, restoreShore: 0, cloneShip: 0 }],
    [3, { newComputer: 8, emptyShore: 4, backUp: 8, restoreShip: 0, restoreShore: 6, cloneShip: 0 }],
    [2, { newComputer: 6, emptyShore: 4, backUp: 8, restoreShip: 5, restoreShore: 4, cloneShip: 0 }],
    [2, { newComputer: 6, emptyShore: 4, backUp: 6, restoreShip: 3, restoreShore: 4, cloneShip: 3 }],
  ] as const);
  return {
    ...drawn,
    ships: 1,
    deeds: Math.max(drawn.deeds, dice.between(8, 14)),
    // A snapshot is to be through before the next thing happens, now and then.
    span: Math.max(drawn.span, dice.pick([100_000, 400_000, 900_000])),
    ashore: dice.pick([0.1, 0.3]),
    weights: { ...drawn.weights, ...kinds, write: dice.pick([20, 40]) },
  };
}

/**
 * In one voyage of four somebody does harm to the first ship. Drawn apart from all else, so that the other voyages are
 * what they were.
 */
export function withAttack(drawn: Profile, dice: Dice): Profile {
  if (!dice.chance(0.25)) return drawn;
  const as = dice.weighted<readonly AttackAs[]>([
    [5, ['stranger']],
    [4, ['impostor']],
    [4, ['office']],
    [2, ['stranger', 'impostor', 'office']],
  ]);
  // Another ship, to see that nothing of hers is touched; copies are of worlds with one ship.
  const ships = !hasCopies(drawn) && dice.chance(0.3) ? 2 : drawn.ships;
  const deeds = Math.max(drawn.deeds, dice.between(4, 10));
  return { ...drawn, ships, deeds, attack: { as, strikes: dice.pick([1, 3, 6, 12]) } };
}

/** Whether what an attacker says cannot be told from what the honest computer, or office, says: they share their password. */
export function isShared({ attack }: Profile): boolean {
  return attack !== null && attack.as.some((as) => as !== 'stranger');
}

/** In some voyages the broker takes small messages only. Drawn apart from all else, so that the others are what they were. */
export function withSizes(drawn: Profile, dice: Dice): Profile {
  if (!dice.chance(0.1)) return drawn;
  const how = dice.pick(['announced', 'said', 'perhaps'] as const);
  return { ...drawn, sizes: { most: dice.pick([300, 400, 600, 1_200, 5_000]), how } };
}

/** Whether databases may be copied, and two of one name be there at once or one after the other. */
export function hasCopies({ weights }: Profile): boolean {
  return weights.backUp > 0 || weights.cloneShip > 0 || weights.emptyShore > 0;
}

/** Databases are put back to an earlier copy, and a computer's disk is copied to another one that runs as well. */
function copied(dice: Dice, drawn: Profile): Profile {
  const kinds = dice.weighted([
    [3, { backUp: 12, restoreShip: 8, restoreShore: 0, cloneShip: 0 }],
    [3, { backUp: 12, restoreShip: 0, restoreShore: 8, cloneShip: 0 }],
    [2, { backUp: 10, restoreShip: 5, restoreShore: 5, cloneShip: 0 }],
    [4, { backUp: 0, restoreShip: 0, restoreShore: 0, cloneShip: 10 }],
    [1, { backUp: 8, restoreShip: 4, restoreShore: 4, cloneShip: 4 }],
  ] as const);
  return {
    ...drawn,
    ships: 1,
    deeds: Math.max(drawn.deeds, dice.between(6, 12)),
    weights: { ...drawn.weights, newComputer: 0, ...kinds },
  };
}

/** Both sides at work on one record, urgent and not, while much is lost: what overtakes what is put to the test. */
function duel(dice: Dice, drawn: Profile): Profile {
  const none = Object.fromEntries(deeds.map((deed) => [deed, 0])) as Record<Deed, number>;
  return {
    ...drawn,
    ships: 1,
    deeds: dice.between(8, 16),
    span: 30_000,
    records: 1,
    ashore: 0.5,
    urgent: 0.5,
    network: { ...drawn.network, lost: 0.3, slow: false },
    weights: { ...none, write: 10, cut: 1 },
  };
}

function drawAny(dice: Dice, length: 'short' | 'middling' | 'long'): Profile {
  const maybe = (chance: number, value: number): number => (dice.chance(chance) ? value : 0);
  const deedCount = {
    short: dice.between(2, 6),
    middling: dice.between(8, 18),
    long: dice.between(40, 90),
  };
  const ships = length === 'short' ? dice.weighted([[9, 1] as const, [1, 2] as const]) : dice.between(1, 2);
  return {
    ships,
    gateways: dice.weighted([
      [3, 1],
      [1, 2],
    ] as const),
    deeds: deedCount[length],
    span: dice.weighted([
      [3, 3_000],
      [4, 30_000],
      [3, 300_000],
    ] as const),
    records: dice.between(1, 4),
    ashore: dice.pick([0, 0.3, 0.5, 0.5]),
    urgent: dice.pick([0, 0.2, 0.5]),
    clockGrain: dice.weighted([
      [3, 1],
      [1, 60_000],
    ] as const),
    acquainted: dice.chance(0.75),
    ownDisk: dice.chance(0.02),
    network: {
      lost: maybe(0.35, dice.pick([0.03, 0.1, 0.3])),
      doubled: maybe(0.35, dice.pick([0.05, 0.3])),
      late: maybe(0.35, dice.pick([0.05, 0.3])),
      forgotten: maybe(0.25, dice.pick([0.05, 0.3])),
      slow: dice.chance(0.15),
    },
    skew: null,
    attack: null,
    sizes: null,
    database: {
      conflict: maybe(0.15, 0.1),
      unknownOutcome: maybe(0.15, 0.1),
      slow: dice.chance(0.15),
    },
    weights: {
      write: 30,
      bulkWrite: maybe(0.15, 4),
      ask: maybe(0.2, 6),
      killShip: maybe(0.3, 4),
      killShipAtBoundary: maybe(0.35, 8),
      killGateway: maybe(0.3, 4),
      killGatewayAtBoundary: maybe(0.35, 8),
      cut: maybe(0.35, 5),
      blackHole: maybe(0.2, 3),
      killBroker: maybe(0.2, 3),
      databaseAway: maybe(0.2, 3),
      diskFull: maybe(0.08, 3),
      clockJump: maybe(0.25, 4),
      newComputer: maybe(0.1, 2),
      backUp: 0,
      restoreShip: 0,
      restoreShore: 0,
      emptyShore: 0,
      cloneShip: 0,
      sendNow: maybe(0.15, 3),
      updateShip: 0,
      updateOffice: 0,
    },
  };
}
