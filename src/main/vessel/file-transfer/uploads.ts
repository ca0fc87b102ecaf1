import { joined } from '#shared/file-transfer/bytes.ts';
import { partLimit } from '#shared/file-transfer/header.ts';
import { ContractFailure } from '../contract-failure.ts';

/** Files on their way from a screen at once. */
const mostUploads = 2;

/** Files that a screen hands over piece by piece, in memory until they are imported. */
export class Uploads {
  readonly #pieces = new Map<string, Uint8Array[]>();

  /** @returns bytes so far */
  add(upload: string, piece: number, content: Uint8Array): number {
    if (piece === 0) this.#begin(upload);
    const pieces = this.#pieces.get(upload);
    if (pieces === undefined || pieces.length !== piece) {
      this.#pieces.delete(upload);
      throw new ContractFailure(
        'stale',
        'The file did not arrive in order. Nothing was taken in. Choose it once more.',
      );
    }
    const bytes = pieces.reduce((sum, each) => sum + each.length, content.length);
    if (bytes > partLimit) {
      this.#pieces.delete(upload);
      throw new ContractFailure(
        'too_large',
        'This file is larger than any that ARUS makes. Nothing was taken in.',
      );
    }
    pieces.push(content);
    return bytes;
  }

  /** The whole file, which is let go here. */
  take(upload: string): Uint8Array {
    const pieces = this.#pieces.get(upload);
    this.#pieces.delete(upload);
    if (pieces !== undefined) return joined(...pieces);
    throw new ContractFailure(
      'not_found',
      'The file did not arrive. Nothing was taken in. Choose it once more.',
    );
  }

  #begin(upload: string): void {
    this.#pieces.delete(upload);
    const [oldest] = this.#pieces.keys();
    if (oldest !== undefined && this.#pieces.size >= mostUploads) this.#pieces.delete(oldest);
    this.#pieces.set(upload, []);
  }
}
