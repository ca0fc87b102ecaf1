import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Cancel, Environment } from '../ports.ts';
import { ByteReader, ByteWriter, ColumnsError } from './columns/bytes.ts';
import { WireError } from './frame.ts';
import { pieceLimits } from './message-limits.ts';

/**
 * A message that is larger than a broker takes goes in pieces. Each names the message by the beginning of its SHA-256,
 * its length and where the piece stands in it; the last one goes on the message's own topic, so that of several
 * gateways exactly one takes the message. `docs/protocol.md` describes them.
 */
const mark = 0xa9;
const piecesVersion = 1;
const nameBytes = 8;
/** Mark, version, name, length and offset. */
export const pieceOverhead = 2 + nameBytes + 4 + 4;

interface Piece {
  name: string;
  length: number;
  offset: number;
  bytes: Uint8Array;
}

/** @param most bytes that one message may have, more than `pieceOverhead` */
export function piecesOf(message: Uint8Array, most: number): Uint8Array[] {
  const name = sha256(message).subarray(0, nameBytes);
  const step = most - pieceOverhead;
  return Array.from({ length: Math.ceil(message.length / step) }, (_, index) => {
    const out = new ByteWriter();
    out.byte(mark);
    out.byte(piecesVersion);
    out.raw(name);
    out.fixed32(message.length);
    out.fixed32(index * step);
    out.raw(message.subarray(index * step, (index + 1) * step));
    return out.done();
  });
}

/** Whether this is a piece, and no whole message. */
export function isPiece(payload: Uint8Array): boolean {
  return payload[0] === mark;
}

/** @throws WireError for anything that is not a piece of a message that may be taken */
function decodePiece(payload: Uint8Array, most: number): Piece {
  if (payload.length > most + pieceOverhead)
    throw new WireError('oversize', 'A piece larger than a message may be');
  if (payload[1] !== piecesVersion)
    throw new WireError('unknown_version', `A piece of version ${payload[1]} is not known`);
  try {
    const from = new ByteReader(payload.subarray(2));
    const name = bytesToHex(from.raw(nameBytes));
    const length = from.fixed32();
    const offset = from.fixed32();
    if (length > most)
      throw new WireError('oversize', `A message of ${length} bytes in pieces; at most ${most} are taken`);
    const bytes = payload.slice(pieceOverhead);
    if (bytes.length === 0 || offset + bytes.length > length)
      throw new WireError('malformed', `A piece of ${bytes.length} bytes at ${offset} of ${length}`);
    return { name, length, offset, bytes };
  } catch (cause) {
    if (cause instanceof ColumnsError)
      throw new WireError('malformed', `A piece is damaged: ${cause.message}`);
    throw cause;
  }
}

interface Incomplete {
  /** By where they begin. */
  pieces: Map<number, Uint8Array>;
  bytes: number;
  /** What it costs to keep them. */
  cost: number;
  /** When the last piece came, monotonic ms. */
  at: number;
  /** The last one came on the message's own topic. */
  isOurs: boolean;
}

/** What a piece belongs to. */
export interface PieceOf {
  /** Whose pieces are kept together, in bounds. */
  sender: string;
  /** Kind of its message; only pieces of one kind belong together. */
  kind: string;
  /** It came on the message's own topic. */
  isOwn: boolean;
  /** Longest message of this kind, bytes. */
  most: number;
}

/**
 * Puts messages together from their pieces. Whole messages pass through.
 *
 * - A message is given out once, when all of it is there and one of its pieces came on its own topic.
 * - What is given out has the SHA-256 that its pieces name, and is no longer than its kind may be.
 * - What is kept stays within `pieceLimits`, whoever sends what; nothing is kept for ever.
 */
export class PieceCollector {
  readonly #environment: Pick<Environment, 'monotonic' | 'after'>;
  /** Senders, and the messages of each, in the order in which something last came of them. */
  readonly #bySender = new Map<string, Map<string, Incomplete>>();
  #cost = 0;
  #cancelSweep: Cancel | null = null;

  constructor(environment: Pick<Environment, 'monotonic' | 'after'>) {
    this.#environment = environment;
  }

  /** What is kept of incomplete messages, bytes; 0 when there are none. */
  get kept(): number {
    return this.#cost;
  }

  /**
   * @returns the message; null while something is missing
   * @throws WireError for what is no piece
   */
  take(of: PieceOf, payload: Uint8Array): Uint8Array | null {
    if (!isPiece(payload)) {
      if (!of.isOwn) throw new WireError('malformed', 'This is no piece of a message');
      return payload;
    }
    const piece = decodePiece(payload, of.most);
    const key = `${of.kind} ${piece.name} ${piece.length}`;
    const kept = this.#touched(of.sender, key);
    kept.isOurs ||= of.isOwn;
    this.#keep(kept, piece);
    const whole = kept.isOurs && kept.bytes >= piece.length ? wholeOf(kept, piece.length) : null;
    if (whole !== null) {
      this.#drop(of.sender, key);
      if (bytesToHex(sha256(whole).subarray(0, nameBytes)) === piece.name) return whole;
      throw new WireError('malformed', 'The pieces of a message do not belong together');
    }
    this.#makeRoom(of.sender);
    this.#cancelSweep ??= this.#environment.after(pieceLimits.quietMs, () => this.#sweep());
    return null;
  }

  /** Forgets what is incomplete. */
  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    this.#bySender.clear();
    this.#cost = 0;
  }

  #touched(sender: string, key: string): Incomplete {
    const theirs = this.#bySender.get(sender) ?? new Map<string, Incomplete>();
    this.#bySender.delete(sender);
    this.#bySender.set(sender, theirs);
    let kept = theirs.get(key);
    if (kept === undefined) {
      kept = { pieces: new Map(), bytes: 0, cost: pieceLimits.bytesBesides, at: 0, isOurs: false };
      this.#cost += kept.cost;
    }
    kept.at = this.#environment.monotonic();
    theirs.delete(key);
    theirs.set(key, kept);
    return kept;
  }

  #keep(kept: Incomplete, { offset, bytes }: Piece): void {
    const before = kept.pieces.get(offset);
    const more = bytes.length - (before?.length ?? 0);
    const cost = more + (before === undefined ? pieceLimits.bytesBesides : 0);
    if (more <= 0 || kept.cost + cost > pieceLimits.bytesOfOne) return;
    if (before === undefined && kept.pieces.size >= pieceLimits.pieces) return;
    kept.pieces.set(offset, bytes);
    kept.bytes += more;
    kept.cost += cost;
    this.#cost += cost;
  }

  #makeRoom(sender: string): void {
    const theirs = this.#bySender.get(sender);
    for (const key of theirs?.keys() ?? []) {
      if ((theirs?.size ?? 0) <= pieceLimits.messages) break;
      this.#drop(sender, key);
    }
    for (const [other, ofOther] of this.#bySender) {
      if (this.#cost <= pieceLimits.bytesOfAll) break;
      for (const key of ofOther.keys()) this.#drop(other, key);
    }
  }

  #sweep(): void {
    this.#cancelSweep = null;
    const now = this.#environment.monotonic();
    for (const [sender, theirs] of this.#bySender)
      for (const [key, { at }] of theirs) if (now - at >= pieceLimits.quietMs) this.#drop(sender, key);
    if (this.#bySender.size > 0)
      this.#cancelSweep = this.#environment.after(pieceLimits.quietMs, () => this.#sweep());
  }

  #drop(sender: string, key: string): void {
    const theirs = this.#bySender.get(sender);
    this.#cost -= theirs?.get(key)?.cost ?? 0;
    theirs?.delete(key);
    if (theirs?.size === 0) this.#bySender.delete(sender);
  }
}

/** Null while something is missing. Pieces of two sizes, as from before and after a refusal, are both of use. */
function wholeOf({ pieces }: Incomplete, length: number): Uint8Array | null {
  const chain: Uint8Array[] = [];
  for (let end = 0; end < length;) {
    const next = pieces.get(end);
    if (next === undefined) return null;
    chain.push(next);
    end += next.length;
  }
  const whole = new Uint8Array(length);
  let end = 0;
  for (const piece of chain) {
    whole.set(piece, end);
    end += piece.length;
  }
  return whole;
}
