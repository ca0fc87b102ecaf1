import type { Seeded } from '#support/seeded.ts';

/** The processes that are killed. */
export const victims = ['vessel', 'gateway', 'broker', 'database'] as const;
export type Victim = (typeof victims)[number];

/** One `kill -9`: when in the round, and how long the process stays away. Milliseconds. */
export interface Kill {
  at: number;
  victim: Victim;
  awayFor: number;
  /** Kills the vessel node or the gateway once more while it starts, so long after its process began; or null. */
  againAfter: number | null;
}

/** What happens to a database that nobody killed. */
export const databaseFaults = ['cut', 'read-only', 'refused', 'crowded', 'silent'] as const;
export type DatabaseFault = (typeof databaseFaults)[number];

/** A fault of the database: when in the round, and for how long. Milliseconds. */
export interface PlannedFault {
  at: number;
  fault: DatabaseFault;
  lasts: number;
  /** Also killed, and started again, while it lasts. */
  meanwhile: Exclude<Victim, 'database'> | null;
}

/** Of most faults; a silence may last as long as it takes everybody to notice. */
const longestFault = 2_000;
const longestSilence = 7_000;

const longestAway = 1_200;
const longestStart = 1_500;

/**
 * The kills of one round, in order of time: each process at least once when there are four or more, the rest by
 * chance. A process that is away when its turn comes is killed when it is back.
 */
export function planKills(random: Seeded, { kills, within }: { kills: number; within: number }): Kill[] {
  const chosen = random.shuffled(victims).slice(0, kills);
  while (chosen.length < kills) chosen.push(random.pick(victims));
  return chosen
    .map((victim): Kill => {
      const isOurs = victim === 'vessel' || victim === 'gateway';
      return {
        at: random.between(0, within),
        victim,
        // Half of them come back at once.
        awayFor: random.next() < 0.5 ? 0 : random.between(0, longestAway),
        againAfter: isOurs && random.next() < 0.25 ? random.between(0, longestStart) : null,
      };
    })
    .toSorted((a, b) => a.at - b.at);
}

/** One fault of the database for the round, each of `faults` in its turn. */
export function planFault(
  random: Seeded,
  { round, within, faults }: { round: number; within: number; faults: readonly DatabaseFault[] },
): PlannedFault {
  const fault = faults[(round - 1) % faults.length] ?? 'cut';
  return {
    at: random.between(0, within),
    fault,
    lasts: random.between(0, fault === 'silent' ? longestSilence : longestFault),
    meanwhile: random.next() < 0.7 ? null : random.pick(['vessel', 'gateway', 'broker']),
  };
}
