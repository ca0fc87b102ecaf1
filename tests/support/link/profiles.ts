/** One direction of a link. */
export interface WaySpec {
  delayMs: number;
  /** The delay of a packet lies anywhere between `delayMs - jitterMs` and `delayMs + jitterMs`. */
  jitterMs: number;
  bitsPerSecond: number;
  /** Share of packets that are lost, 0 to below 1. TCP sends them again: what shows is a stall. */
  loss: number;
}

/**
 * What comes over a link again and again. In an `outage` nothing passes and TCP lives through it: what was sent
 * arrives later. In a `black hole` bytes vanish, nothing is closed, and a connection that lost bytes is silent for good.
 */
export interface GapSpec {
  kind: GapKind;
  everyMs: number;
  lengthMs: number;
}
export type GapKind = 'outage' | 'black hole';

export interface LinkProfile {
  /** From the ship, and to it. */
  up: WaySpec;
  down: WaySpec;
  gaps: GapSpec | null;
}

const kbit = 1_000;
const minute = 60_000;

function profile(
  { delayMs, jitterMs, loss = 0 }: { delayMs: number; jitterMs: number; loss?: number },
  [up, down]: readonly [up: number, down: number],
  gaps: GapSpec | null = null,
): LinkProfile {
  const way = { delayMs, jitterMs, loss };
  return { up: { ...way, bitsPerSecond: up }, down: { ...way, bitsPerSecond: down }, gaps };
}

/** The links that ships have; delay one way, rates from and to the ship. */
export const linkProfiles = {
  leo: profile({ delayMs: 25, jitterMs: 10 }, [10_000 * kbit, 50_000 * kbit]),
  geo: profile({ delayMs: 300, jitterMs: 20, loss: 0.005 }, [64 * kbit, 128 * kbit], {
    kind: 'outage',
    everyMs: 60 * minute,
    lengthMs: minute,
  }),
  lBand: profile({ delayMs: 550, jitterMs: 100, loss: 0.01 }, [64 * kbit, 128 * kbit]),
  worst: profile({ delayMs: 700, jitterMs: 300, loss: 0.03 }, [22 * kbit, 88 * kbit], {
    kind: 'black hole',
    everyMs: 10 * minute,
    lengthMs: 70_000,
  }),
} as const satisfies Record<string, LinkProfile>;

/** Milliseconds from a question to its answer when nothing waits and nothing is lost. */
export function roundTripMs({ up, down }: LinkProfile): number {
  return up.delayMs + down.delayMs;
}

/**
 * How long TCP waits for the acknowledgement of a packet before it sends it again: RFC 6298's round trip plus
 * four times its variation, with the least that Linux takes.
 */
export function retransmissionMs(link: LinkProfile): number {
  return Math.max(200, roundTripMs(link) + 4 * Math.max(link.up.jitterMs, link.down.jitterMs));
}
