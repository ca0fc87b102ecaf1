import type { Environment } from '../ports.ts';

/** No broker takes less than this, or none that a hello gets through; bytes of payload. */
export const smallestMessage = 256;

/** A broker's word on a size is tried again after this: its keeper may have raised it. Milliseconds. */
const saidForMs = 86_400_000;
/** A guess is tried again after this, and after twice as long each time that it proves right. */
const guessedForMs = 600_000;
const longestGuessMs = 86_400_000;

/**
 * How large a message may be, learnt from what became of others, and kept over connections.
 *
 * - What the broker refused by its size is not sent again in one message for a day.
 * - Where connections end without a word, twice running and with a message of that size on its way, or where one is lost
 *   twice while smaller ones come through, its size is taken for the reason. A bad link does the same, so that is
 *   forgotten after ten minutes, and believed for longer each time that it comes out again.
 */
export class MessageSize {
  readonly #environment: Pick<Environment, 'monotonic'>;
  #said: { most: number; until: number } | null = null;
  #guessed: { most: number; until: number; waitMs: number } | null = null;
  /** The size with which a message was last lost. */
  #lost: number | null = null;

  constructor(environment: Pick<Environment, 'monotonic'>) {
    this.#environment = environment;
  }

  /** Bytes of payload; infinity where nothing is known. */
  get most(): number {
    const now = this.#environment.monotonic();
    const said = this.#said !== null && now < this.#said.until ? this.#said.most : Infinity;
    const guessed = this.#guessed !== null && now < this.#guessed.until ? this.#guessed.most : Infinity;
    return Math.min(said, guessed);
  }

  /** The broker does not take so many bytes. */
  refused(bytes: number): void {
    this.#lost = null;
    this.#said = { most: halfOf(bytes), until: this.#environment.monotonic() + saidForMs };
  }

  /** A message of so many bytes was lost, and nobody said why. */
  lost(bytes: number): void {
    const before = this.#lost;
    this.#lost = bytes;
    if (before === null || bytes <= smallestMessage || bytes < before / 2 || bytes > before * 2) return;
    this.#lost = null;
    const waitMs = Math.min(longestGuessMs, (this.#guessed?.waitMs ?? guessedForMs / 2) * 2);
    this.#guessed = { most: halfOf(bytes), until: this.#environment.monotonic() + waitMs, waitMs };
  }

  /** A message of so many bytes came through. */
  taken(bytes: number): void {
    if (this.#lost !== null && bytes >= this.#lost) this.#lost = null;
    // Larger ones than were thought possible come through: it was the link.
    if (this.#guessed !== null && bytes > this.#guessed.most * 2) this.#guessed = null;
  }
}

function halfOf(bytes: number): number {
  return Math.max(smallestMessage, Math.floor(bytes / 2));
}
