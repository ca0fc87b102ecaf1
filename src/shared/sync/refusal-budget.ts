/** Refused messages that a sender has free, and after how long it has another one. */
const free = 30;
const anotherAfterMs = 2_000;
/** How long a sender is passed over when it has used them up; twice as long each time, for as long as it goes on. */
const firstPauseMs = 30_000;
const longestPauseMs = 300_000;
/** After a pause it has so many free again. */
const freeAfterPause = 5;
/** Senders remembered; those that were quiet longest are forgotten. */
const mostSenders = 1_000;

interface Sender {
  left: number;
  /** When `left` was counted, and when the pause ends; monotonic ms. */
  at: number;
  passedUntil: number;
  pauseMs: number;
}

/**
 * Bounds what messages that cannot be taken cost: unpacking them, saying so in the log, writing it down. A sender that
 * goes on with them is passed over unread for a while, and comes back by itself, at the latest five minutes after the
 * last refused message. Whoever misuses a ship's name holds up that ship alone, and for no longer than it goes on;
 * what its own program sent meanwhile stays in its queue and is sent again.
 */
export class RefusalBudget {
  readonly #monotonic: () => number;
  readonly #senders = new Map<string, Sender>();

  /** @param monotonic as in `Environment` */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Whether this sender's messages are passed over now. */
  isPassedOver(name: string): boolean {
    const sender = this.#senders.get(name);
    return sender !== undefined && this.#monotonic() < sender.passedUntil;
  }

  /**
   * A message was refused.
   * @returns for how many ms the sender is passed over from now on; null while it has some left
   */
  refused(name: string): number | null {
    const now = this.#monotonic();
    const sender = this.#senders.get(name) ?? {
      left: free,
      at: now,
      passedUntil: 0,
      pauseMs: firstPauseMs,
    };
    if (now < sender.passedUntil) return null;
    const earned = Math.floor((now - sender.at) / anotherAfterMs);
    if (earned > 0) {
      sender.at = now;
      sender.left = Math.min(free, sender.left + earned);
      if (sender.left === free) sender.pauseMs = firstPauseMs;
    }
    sender.left -= 1;
    this.#remember(name, sender);
    if (sender.left >= 0) return null;
    const pause = sender.pauseMs;
    sender.passedUntil = now + pause;
    sender.at = sender.passedUntil;
    sender.left = freeAfterPause;
    sender.pauseMs = Math.min(longestPauseMs, pause * 2);
    return pause;
  }

  #remember(name: string, sender: Sender): void {
    this.#senders.delete(name);
    this.#senders.set(name, sender);
    if (this.#senders.size <= mostSenders) return;
    const [oldest] = this.#senders.keys();
    if (oldest !== undefined) this.#senders.delete(oldest);
  }
}
