import type { JsonLimits } from '../bounded-json.ts';

/** What comes in frames (`frame.ts`). */
export const frameKinds = [
  'batch',
  'ack',
  'hello',
  'compare',
  'telemetry',
  'ask',
  'page',
  'base',
  'identity',
] as const;
export type FrameKind = (typeof frameKinds)[number];

/** What a file that travels by hand has frames of. */
export const framesInFiles: readonly FrameKind[] = ['batch', 'ack', 'hello'];

/** A frame of any kind is at most so long, bytes on the wire. */
export const frameLimit = 256 * 1024;
/** A frame of any kind unpacks to at most so many bytes. */
export const contentLimit = 4 * 1024 * 1024;

/** Origins of one vessel: one for each computer that ever wrote for it, and each life of one. */
export const originLimit = 1_000;
/** Beyond these a new one is not taken: what tells of all of them has to stay within what the other end takes. */
export const originsToTake = 800;
/** Ranges held beyond cursors, in one list: what urgent changes leave behind them while others wait. */
export const rangeLimit = 50_000;

interface MessageLimit extends Required<JsonLimits> {
  /** Bytes on the wire. */
  readonly packed: number;
  /** Bytes after decompression. */
  readonly plain: number;
}

/** Places in lists are commas and opening brackets: a range has three, an origin's name with its figure one. */
const rangesAndOrigins = 3 * rangeLimit + 4 * originLimit;

/**
 * The largest message of each kind that our programs make, with room. Whoever reads one looks at these first: a
 * message that is longer on the wire, unpacks to more, or has more in it, is refused before anything is made of it.
 * A batch has columns, whose own limits are in `columns/unfolded.ts`.
 */
export const messageLimits: Readonly<Record<FrameKind, MessageLimit>> = {
  batch: { packed: frameLimit, plain: contentLimit, depth: 0, items: 0, names: 0 },
  ack: {
    packed: frameLimit,
    plain: 2 * 1024 * 1024,
    depth: 12,
    items: 2 * rangesAndOrigins + 10_000,
    names: originLimit + 8_000,
  },
  hello: {
    packed: frameLimit,
    plain: 1024 * 1024,
    depth: 12,
    items: rangesAndOrigins + 6 * originLimit,
    names: 4 * originLimit,
  },
  compare: { packed: frameLimit, plain: contentLimit, depth: 16, items: 200_000, names: 100_000 },
  telemetry: { packed: 4 * 1024, plain: 16 * 1024, depth: 8, items: 1_000, names: 1_000 },
  ask: { packed: 64 * 1024, plain: 128 * 1024, depth: 8, items: 4 * originLimit, names: 2 * originLimit },
  page: { packed: frameLimit, plain: contentLimit, depth: 24, items: 200_000, names: 100_000 },
  base: { packed: frameLimit, plain: contentLimit, depth: 24, items: 200_000, names: 100_000 },
  identity: { packed: 4 * 1024, plain: 16 * 1024, depth: 4, items: 100, names: 100 },
};

/** What is kept of messages that come in pieces (`pieces.ts`) until the rest of them is there. */
export const pieceLimits = {
  /** Of one sender; of more the one that has waited longest is let go. Whoever sent it sends it again. */
  messages: 4,
  /** Of one message: more than the smallest size makes of the largest one. */
  pieces: 2_048,
  /** Of one message, with what it costs to keep each piece: room for two sizes of the largest one. */
  bytesOfOne: 3 * frameLimit,
  /** Of all senders; of more those that have been quiet longest lose theirs. */
  bytesOfAll: 32 * 1024 * 1024,
  /** What it costs to keep a piece, and to keep a message, besides their bytes. */
  bytesBesides: 128,
  /** After this without another piece a message is let go, ms. */
  quietMs: 600_000,
} as const;

/** A key for files by hand as text: under 300 characters. */
export const keyTextLimit = 1024;
