/** Stands for every sender that is no ship of this office. */
export const strangers = 'other';

/** Kinds are words of ours; more than these are a fault. */
const mostKinds = 50;

/** Messages that were refused, by kind and by the ship that sent them. Strangers are one, however many names they take. */
export class RefusedMessages {
  #known: ReadonlySet<string> = new Set();
  readonly #counts = new Map<string, Map<string, number>>();

  /** Ships of which counts are kept by name. */
  know(vessels: readonly string[]): void {
    this.#known = new Set(vessels);
  }

  /** @param sender the vessel in whose name it came; null where it came in no vessel's */
  add(kind: string, sender: string | null): void {
    const name = sender !== null && this.#known.has(sender) ? sender : strangers;
    const ofKind = this.#counts.get(kind) ?? new Map<string, number>();
    if (!this.#counts.has(kind) && this.#counts.size >= mostKinds) return;
    this.#counts.set(kind, ofKind);
    ofKind.set(name, (ofKind.get(name) ?? 0) + 1);
  }

  list(): { kind: string; sender: string; count: number }[] {
    return [...this.#counts].flatMap(([kind, senders]) =>
      [...senders].map(([sender, count]) => ({ kind, sender, count })),
    );
  }
}
