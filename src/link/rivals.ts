import type { LinkFailure } from '#shared/ports.ts';

/** A connection that ends so soon may have been taken over by another program under the same name. */
const soonMs = 30_000;
const withinMs = 180_000;
const often = 3;
/** A connection that was taken over is tried again at the latest after so long, and counts as good only after that. */
const longestRivalWait = 300_000;

/**
 * Recognises another program that connects under our name: brokers let the newer one in and cut the older one, so that
 * two of them throw each other out for ever. A broker of MQTT 5 may say so; otherwise it shows by connections that are
 * granted and cut again within seconds.
 */
export class Rivals {
  readonly #clientId: string;
  readonly #suspectedWait: number;
  #lost: number[] = [];
  #sureness: 'none' | 'suspected' | 'certain' = 'none';

  /** @param suspectedWait the longest wait, ms, while another program is only suspected: a bad link looks the same */
  constructor(clientId: string, suspectedWait = 0) {
    this.#clientId = clientId;
    this.#suspectedWait = suspectedWait;
  }

  /** The longest wait before the next attempt, ms: the two would go on throwing each other out at the usual pace. */
  longestWait(usual: number): number {
    if (this.#sureness === 'none') return usual;
    return Math.max(usual, this.#sureness === 'certain' ? longestRivalWait : this.#suspectedWait);
  }

  /**
   * A connection that stood has ended.
   * @param end.lived for how long it stood, ms
   * @param now monotonic ms
   * @returns what to tell people of it
   */
  onLoss(
    failure: LinkFailure,
    { lived, isTakenOver }: { lived: number; isTakenOver: boolean },
    now: number,
  ): LinkFailure {
    if (isTakenOver) this.#sureness = 'certain';
    else if (lived >= longestRivalWait) this.#sureness = 'none';
    if (failure.code !== 'lost') return failure;
    this.#lost = this.#lost.filter((at) => now - at < withinMs);
    if (lived < soonMs) this.#lost.push(now);
    if (isTakenOver || this.#lost.length < often) return failure;
    if (this.#sureness === 'none') this.#sureness = 'suspected';
    return {
      code: 'lost',
      message:
        `${failure.message} It is the ${this.#lost.length}th time within three minutes that a connection was granted and cut ` +
        `again within seconds: probably another program is connected under the same name (${this.#clientId}). Look whether ` +
        'this one runs twice, or give one of them another name.',
    };
  }
}
