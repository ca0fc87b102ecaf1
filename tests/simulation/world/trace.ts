/** Thrown where something that was promised does not hold. */
export class Broken extends Error {
  /** Which promise, in a word or two: the same for every way in which it can break. */
  readonly promise: string;

  constructor(promise: string, message: string) {
    super(message);
    this.name = 'Broken';
    this.promise = promise;
  }
}

/**
 * What happened, step by step: a running hash, so that two runs can be compared, and, when asked for, the lines that
 * a person reads.
 */
export class Trace {
  readonly lines: string[] = [];
  readonly #kept: boolean;
  #hash = 0x811c9dc5;
  steps = 0;

  /** @param kept whether lines are kept */
  constructor(kept: boolean) {
    this.#kept = kept;
  }

  /**
   * @param at virtual milliseconds
   * @param figure anything that a run which went another way would have another value of
   * @param detail asked for only when lines are kept
   */
  add(at: number, who: string, what: string, figure: number, detail?: () => string): void {
    this.steps += 1;
    let hash = this.#hash;
    hash = Math.imul(hash ^ Math.round(at * 16), 0x01000193);
    hash = Math.imul(hash ^ figure, 0x01000193);
    for (let index = 0; index < who.length; index += 1)
      hash = Math.imul(hash ^ who.charCodeAt(index), 0x01000193);
    for (let index = 0; index < what.length; index += 1)
      hash = Math.imul(hash ^ what.charCodeAt(index), 0x01000193);
    this.#hash = hash >>> 0;
    if (!this.#kept) return;
    const told = detail === undefined ? '' : `  ${detail()}`;
    this.lines.push(
      `${String(this.steps).padStart(6)}  ${(at / 1_000).toFixed(3).padStart(10)} s  ${who.padEnd(12)} ${what}${told}`,
    );
  }

  /** A line for the reader, which is no step. */
  note(at: number, who: string, text: () => string): void {
    if (this.#kept)
      this.lines.push(`        ${(at / 1_000).toFixed(3).padStart(10)} s  ${who.padEnd(12)} · ${text()}`);
  }

  get hash(): string {
    return this.#hash.toString(16).padStart(8, '0');
  }
}
