import { Checks } from './checks/checks.ts';
import { unsettled } from './checks/unsettled.ts';
import { doDeed } from './world/deeds.ts';
import { Trace } from './world/trace.ts';
import { World } from './world/world.ts';
import type { Deed } from './world/profile.ts';

export interface Outcome {
  seed: number;
  steps: number;
  /** Hash of everything that happened: two runs of one seed have the same. */
  hash: string;
  /** Changes that were written. */
  changes: number;
  /** Null when every promise was kept. */
  broken: { promise: string; message: string } | null;
  /** For a reader; empty unless asked for. */
  lines: readonly string[];
}

/** Ship and shore have this long, in virtual time, to settle once nothing goes wrong any more. */
const settleWithinMs = 3_600_000;
/**
 * Where shore was restored, or two computers are on board, and the only word of what that brought was lost, a ship's
 * next look brings it out.
 */
const settleCopiedWithinMs = 4 * 3_600_000;
/** Whose promises are being settled: one that fails and is awaited by nobody is a failure of the run. */
let current: World | null = null;
process.on('unhandledRejection', (reason) => current?.timeline.fail(reason));

/** Beyond this a run does not end by itself. */
const mostSteps = 200_000;

/**
 * Lives through one voyage and looks whether everything that the product promises holds. To be called from a turn of
 * the event loop of its own, not from within a promise.
 */
export function runSeed(seed: number, { keepTrace = false } = {}): Outcome {
  const trace = new Trace(keepTrace);
  const world = new World(seed, trace);
  const checks = new Checks(world);
  current = world;
  let broken: Outcome['broken'] = null;
  try {
    sail(world, checks);
  } catch (error) {
    broken =
      error instanceof Error
        ? {
            promise: 'promise' in error ? String(error.promise) : 'no failure',
            message: error.name === 'Broken' ? error.message : (error.stack ?? String(error)),
          }
        : { promise: 'no failure', message: String(error) };
  } finally {
    world.close();
  }
  const { steps, hash, lines } = trace;
  return { seed, steps, hash, changes: checks.changes, broken, lines };
}

function sail(world: World, checks: Checks): void {
  const { dice, profile, timeline } = world;
  for (const office of world.offices) office.start();
  for (const ship of world.ships) ship.start();
  const choices = Object.entries(profile.weights).map(([deed, weight]) => [weight, deed as Deed] as const);
  for (let count = 0; count < profile.deeds; count += 1)
    timeline.after(dice.fraction() * profile.span, null, () => doDeed(world, dice.weighted(choices)));
  for (let count = profile.attack?.strikes ?? 0; count > 0; count -= 1)
    timeline.after(world.attackDice.fraction() * profile.span, null, () => world.attacker?.strike());
  const end = profile.span + 1_000;
  timeline.after(end, null, () => world.heal());
  let steps = 0;
  let lookAt = end;
  while (timeline.step()) {
    checks.afterStep();
    if ((steps += 1) > mostSteps) throw checks.broken('it settles', `${mostSteps} steps, and no end`);
    if (!world.healed || timeline.now < lookAt) continue;
    // Where nothing is to happen for a while, it may be that all is done.
    if (timeline.nextAt - timeline.now > 200 && checks.isSettled()) break;
    const within = world.hasDoubles || world.attacker !== null ? settleCopiedWithinMs : settleWithinMs;
    if (timeline.now > end + within)
      throw checks.broken(
        'it settles',
        `not after ${within / 3_600_000} h in fair weather: ${unsettled(world)}`,
      );
    lookAt = timeline.now;
  }
  checks.whenSettled();
}
