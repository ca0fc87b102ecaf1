import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { roundTripMs, type GapKind, type LinkProfile } from '#support/link/profiles.ts';
import { simulateLink, type SimulatedLink } from '#support/link/simulated-link.ts';
import type { TestVessel } from '#support/vessel.ts';
import { boardShip, type Copy, type Stage } from './stage.ts';

/** A moment of a drain. */
export interface Sample {
  seconds: number;
  bytesUp: number;
  changesAshore: number;
}

export interface Drain {
  /** Application bytes at the ship's end of the link: MQTT with its framing, all that went along with the changes. */
  bytesUp: number;
  bytesDown: number;
  /** From the first attempt to connect until shore's database had every change. */
  seconds: number;
  /** Until the ship knew it. */
  secondsUntilKnown: number;
  /** What nobody could be quicker than: these bytes at the link's rate, and three round trips. */
  leastSeconds: number;
  /** From the commit of an urgent change, made when half had arrived, until the ship knew that shore has it. */
  urgentSeconds: number | null;
  lost: number;
  connections: number;
  samples: readonly Sample[];
}

export interface DrainOptions {
  stage: Stage;
  profile: LinkProfile;
  /** Make an urgent change when half of the others have arrived. */
  urgent?: boolean;
  /** What befalls the link then. */
  gap?: { kind: GapKind; lengthMs: number };
  /** Give up after so many seconds. */
  withinSeconds: number;
}

/** Lets a ship that was away for three weeks send its changes over a link of that profile. */
export async function drain(options: DrainOptions): Promise<Drain> {
  const copy = await options.stage.copy();
  const link = await simulateLink({
    to: options.stage.broker.port,
    profile: options.profile,
    seed: 1,
  });
  const began = performance.now();
  const vessel = boardShip(copy.directory, { mqtt: `mqtt://127.0.0.1:${link.port}` });
  try {
    return await watch({ ...options, copy, link, vessel, began });
  } finally {
    await link.close();
    await vessel.node.close();
    await copy.remove();
  }
}

async function watch({
  stage,
  profile,
  urgent = false,
  gap,
  withinSeconds,
  copy,
  link,
  vessel,
  began,
}: DrainOptions & { copy: Copy; link: SimulatedLink; vessel: TestVessel; began: number }): Promise<Drain> {
  const seconds = (): number => (performance.now() - began) / 1_000;
  const first = stage.known.length;
  const samples: Sample[] = [{ seconds: 0, bytesUp: 0, changesAshore: 0 }];
  let expected = stage.changes.length;
  let urgentSeconds: Promise<number> | null = null;
  let halfway = false;
  let complete: number | null = null;
  for (;;) {
    const ashore = (await copy.heldAshore()) - first;
    samples.push({ seconds: seconds(), bytesUp: link.up.sent, changesAshore: ashore });
    if (!halfway && ashore >= expected / 2) {
      halfway = true;
      if (gap !== undefined) link.gap(gap.kind, gap.lengthMs);
      if (urgent) {
        expected += 1;
        urgentSeconds = sendUrgent(vessel);
      }
    }
    const status = await vessel.call('sync.status', {});
    if (complete === null && ashore === expected) complete = seconds();
    if (complete !== null && status.queue.depth === 0) break;
    if (seconds() > withinSeconds)
      throw new Error(`After ${withinSeconds} s shore had ${ashore} of ${expected} changes`);
    await wait(100);
  }
  const secondsUntilKnown = seconds();
  const { sent: bytesUp, lost } = link.up;
  return {
    bytesUp,
    bytesDown: link.down.sent,
    seconds: complete,
    secondsUntilKnown,
    leastSeconds: (8 * bytesUp) / profile.up.bitsPerSecond + (3 * roundTripMs(profile)) / 1_000,
    urgentSeconds: await urgentSeconds,
    lost,
    connections: link.connections,
    samples,
  };
}

async function sendUrgent(vessel: TestVessel): Promise<number> {
  const start = performance.now();
  const title = 'Crack in the shell plating, frame 86 port, water coming in';
  const { id } = await vessel.call('workOrders.create', { title, priority: 'critical' });
  for (;;) {
    const { sync } = await vessel.call('workOrders.get', { id });
    if (sync === 'held') return (performance.now() - start) / 1_000;
    await wait(50);
  }
}
