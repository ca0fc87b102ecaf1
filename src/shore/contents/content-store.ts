import type { ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { Piece } from '#shared/sync/content/messages.ts';

/** Bytes ashore of the attachments of vessels, each under its vessel and SHA-256. A gateway keeps none of them. */
export interface ContentStore {
  /** What the vessel's attachments that stand say of a content; null where none has it. */
  named(vesselId: string, sha256: string): Promise<NamedContent | null>;
  /** What is held of it; null for nothing. */
  standing(vesselId: string, sha256: string): Promise<ContentStanding | null>;
  /**
   * Stores what is not held of a piece, in one transaction; with the last of them the whole is checked, and dropped
   * where it is not what it should be.
   * @param named what attachments say of it, with its size
   */
  takePiece(vesselId: string, piece: Piece, named: NamedContent, now: number): Promise<TakenPiece>;
  /** Stores a content that came whole and was checked; in place of what was held of it. */
  putWhole(vesselId: string, sha256: string, bytes: Uint8Array, now: number): Promise<void>;
  /** Bytes of a content that is held whole, fewer than `length` at its end; null for any other. */
  read(
    vesselId: string,
    sha256: string,
    span: { offset: number; length: number },
  ): Promise<Uint8Array | null>;
  /** Takes away what no attachment has and nobody touched since. @returns how many contents */
  sweep(before: number): Promise<number>;
}

export interface NamedContent {
  size: number;
  /** What it has to be by its content. */
  mediaType: string;
  /** The kind of record that names it, and their ids. */
  entity: string;
  ids: readonly string[];
}

export interface ContentStanding {
  size: number;
  received: ReceivedRanges;
  complete: boolean;
}

export interface TakenPiece {
  outcome: 'partial' | 'complete' | 'damaged' | 'wrong_type';
  received: ReceivedRanges;
  /** Bytes of the piece that were not held before. */
  fresh: number;
}
