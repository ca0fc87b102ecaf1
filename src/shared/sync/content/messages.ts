import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { largestAttachment } from '../../domain/largest-attachment.ts';
import { ByteReader, ByteWriter, ColumnsError } from '../columns/bytes.ts';
import { WireError } from '../frame.ts';
import { rangesOf, unionOf, nothingReceived, type ReceivedRanges } from '../received-ranges.ts';
import { crc32 } from './crc32.ts';

/**
 * What ship and shore say of contents on the topic `content`. Photos do not compress, so nothing of this is;
 * `docs/protocol.md` has it byte by byte. The ship drives both ways: it offers and sends what shore lacks, and asks for
 * what it lacks itself. Shore answers and keeps nothing but the bytes.
 */
const mark = 0xa8;
export const contentVersion = 1;

/** Longest piece that is taken, bytes. */
export const pieceLimit = 64 * 1024;
/** Of all of these what is held can be longest: eight bytes for a range. */
export const contentFrameLimit = 192 * 1024;
/** Most contents in one offer. */
export const offerLimit = 64;

/** Some bytes of a content. */
export interface Piece {
  readonly kind: 'piece';
  readonly sha256: string;
  /** Of the whole content. */
  readonly size: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The ship has these and asks what shore holds of them. Each is answered by a `held` with this attempt. */
export interface Offer {
  readonly kind: 'offer';
  readonly attempt: number;
  readonly contents: readonly { sha256: string; size: number }[];
}

/**
 * - `partial`: more is welcome
 * - `complete`: held whole, and right
 * - `unnamed`: no attachment that shore knows of has it; later perhaps
 * - `damaged`: all was there and was not what its SHA-256 says; all of it is to be sent again
 * - `too_large`, `wrong_type`: will not be taken
 */
export const contentOutcomes = [
  'partial',
  'complete',
  'unnamed',
  'damaged',
  'too_large',
  'wrong_type',
] as const;
export type ContentOutcome = (typeof contentOutcomes)[number];

/** What shore holds of a content, committed: after a piece, and in answer to an offer. */
export interface HeldContent {
  readonly kind: 'held';
  readonly sha256: string;
  readonly outcome: ContentOutcome;
  /** Of the offer that this answers; 0 after a piece. */
  readonly attempt: number;
  readonly held: ReceivedRanges;
}

/** The ship asks for some bytes of a content. They come as pieces. */
export interface Want {
  readonly kind: 'want';
  readonly sha256: string;
  readonly offset: number;
  readonly length: number;
}

/** Shore does not hold what was asked for. */
export interface Lacking {
  readonly kind: 'lacking';
  readonly sha256: string;
}

export type ContentMessage = Piece | Offer | HeldContent | Want | Lacking;

const kinds = ['piece', 'offer', 'held', 'want', 'lacking'] as const;

export function encodeContent(message: ContentMessage): Uint8Array {
  const out = new ByteWriter();
  for (const byte of [mark, contentVersion, kinds.indexOf(message.kind) + 1]) out.byte(byte);
  if (message.kind === 'offer') {
    out.unsigned(message.attempt);
    out.unsigned(message.contents.length);
    for (const { sha256, size } of message.contents) {
      out.raw(hexToBytes(sha256));
      out.unsigned(size);
    }
    return out.done();
  }
  out.raw(hexToBytes(message.sha256));
  if (message.kind === 'piece') {
    out.unsigned(message.size);
    out.unsigned(message.offset);
    out.fixed32(crc32(message.bytes));
    out.raw(message.bytes);
  } else if (message.kind === 'want') {
    out.unsigned(message.offset);
    out.unsigned(message.length);
  } else if (message.kind === 'held') {
    out.byte(contentOutcomes.indexOf(message.outcome));
    out.unsigned(message.attempt);
    const ranges = rangesOf(message.held);
    out.unsigned(ranges.length);
    let end = 0;
    for (const [first, last] of ranges) {
      out.unsigned(first - 1 - end);
      out.unsigned(last - first + 1);
      end = last;
    }
  }
  return out.done();
}

/**
 * Reads a message on the topic `content`.
 * @throws WireError for anything else, a piece whose checksum is another included; nothing of it is to be stored
 */
export function decodeContent(frame: Uint8Array): ContentMessage {
  if (frame.length > contentFrameLimit)
    throw new WireError(
      'oversize',
      `A message of contents of ${frame.length} bytes; at most ${contentFrameLimit} are taken`,
    );
  if (frame.length < 4 || frame[0] !== mark)
    throw new WireError('malformed', 'This is no ARUS message of contents');
  if (frame[1] !== contentVersion)
    throw new WireError(
      'unknown_version',
      `A message of contents of version ${frame[1]}; this program speaks version ${contentVersion}`,
    );
  try {
    return read(new ByteReader(frame.subarray(3)), kinds[(frame[2] ?? 0) - 1], frame.length);
  } catch (cause) {
    if (cause instanceof ColumnsError)
      throw new WireError('malformed', `A message of contents is damaged: ${cause.message}`);
    throw cause;
  }
}

function read(
  from: ByteReader,
  kind: (typeof kinds)[number] | undefined,
  frameLength: number,
): ContentMessage {
  if (kind === undefined) throw new ColumnsError('there is no such kind of message');
  if (kind === 'offer') {
    const attempt = from.unsigned();
    const contents = Array.from({ length: from.count(offerLimit) }, () => ({
      sha256: bytesToHex(from.raw(32)),
      size: sizeIn(from),
    }));
    return ended(from, { kind, attempt, contents });
  }
  const sha256 = bytesToHex(from.raw(32));
  if (kind === 'lacking') return ended(from, { kind, sha256 });
  if (kind === 'want')
    return ended(from, {
      kind,
      sha256,
      offset: from.count(largestAttachment),
      length: from.count(largestAttachment),
    });
  if (kind === 'held') return ended(from, readHeld(from, sha256));
  return readPiece(from, sha256, frameLength);
}

function readPiece(from: ByteReader, sha256: string, frameLength: number): Piece {
  const size = sizeIn(from);
  const offset = from.count(size);
  const checksum = from.fixed32();
  const length = Math.max(0, frameLength - (3 + 32 + bytesOf(size) + bytesOf(offset) + 4));
  const bytes = from.raw(length);
  if (length === 0 || length > pieceLimit || offset + length > size)
    throw new ColumnsError(`${length} bytes at ${offset} of ${size}`);
  if (crc32(bytes) !== checksum) throw new ColumnsError('the checksum of a piece is another');
  return { kind: 'piece', sha256, size, offset, bytes };
}

function readHeld(from: ByteReader, sha256: string): HeldContent {
  const outcome = contentOutcomes[from.byte()];
  if (outcome === undefined) throw new ColumnsError('there is no such outcome');
  const attempt = from.unsigned();
  const ranges: [number, number][] = [];
  let end = 0;
  for (let left = from.count(frameRanges); left > 0; left -= 1) {
    const first = end + from.count(largestAttachment) + 1;
    end = first + from.count(largestAttachment) - 1;
    if (end < first || end > largestAttachment) throw new ColumnsError('a range that holds nothing');
    ranges.push([first, end]);
  }
  return {
    kind: 'held',
    sha256,
    outcome,
    attempt,
    held: unionOf(nothingReceived, { upTo: 0, beyond: ranges }),
  };
}

/** Pieces are 4 KiB and more: the largest content has at most so many gaps, with room. */
const frameRanges = largestAttachment / 4_096 + 16;

function sizeIn(from: ByteReader): number {
  const size = from.count(largestAttachment);
  if (size === 0) throw new ColumnsError('a content of no bytes');
  return size;
}

function ended<M extends ContentMessage>(from: ByteReader, message: M): M {
  if (!from.isAtEnd) throw new ColumnsError('something follows the message');
  return message;
}

/** How many bytes `unsigned` takes. */
function bytesOf(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) count += 1;
  return count;
}
