import { ShoreFailure } from './failure.ts';

/** Writers that share one transaction at most. */
const mostTogether = 64;
/** Writers that may wait for one vessel; whoever comes then is sent away before anything is done. */
const mostWaiting = 2_000;

/**
 * The writers of this gateway, by vessel. Whoever comes first writes at once; those who come meanwhile write together
 * when that is done, in the order in which they came.
 *
 * - For one vessel, one group of this gateway is being written at a time. Other gateways are kept apart by the
 *   vessel's lock.
 * - Nobody waits for company: a group is whoever is there.
 */
export class WaitingWrites<W> {
  /** Of each vessel that somebody is writing for, those who wait. */
  readonly #waiting = new Map<string, W[]>();

  /**
   * @param write writes for a group, and tells each of it the outcome; never rejects
   * @throws {ShoreFailure} `unavailable` when too many wait already
   */
  add(vesselId: string, writer: W, write: (group: readonly W[]) => Promise<void>): void {
    const waiting = this.#waiting.get(vesselId);
    if (waiting === undefined) {
      const line = [writer];
      this.#waiting.set(vesselId, line);
      void this.#writeAll(vesselId, line, write);
    } else if (waiting.length < mostWaiting) {
      waiting.push(writer);
    } else {
      throw new ShoreFailure(
        'unavailable',
        'Too many write for this vessel just now. Nothing was saved. Try again soon.',
        { retryable: true },
      );
    }
  }

  async #writeAll(vesselId: string, line: W[], write: (group: readonly W[]) => Promise<void>): Promise<void> {
    while (line.length > 0) await write(line.splice(0, mostTogether));
    this.#waiting.delete(vesselId);
  }
}
