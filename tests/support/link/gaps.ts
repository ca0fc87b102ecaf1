import type { Seeded } from '../seeded.ts';
import type { GapKind, GapSpec } from './profiles.ts';

/** A span in which nothing passes; milliseconds since the link began. */
export interface Gap {
  kind: GapKind;
  from: number;
  to: number;
}

/** The spans in which a link carries nothing: those that come by themselves, at a phase from the seed, and added ones. */
export class Gaps {
  readonly #spec: GapSpec | null;
  readonly #firstAt: number;
  readonly #added: Gap[] = [];

  constructor(spec: GapSpec | null, chance: Seeded) {
    this.#spec = spec;
    this.#firstAt = spec === null ? 0 : chance.next() * (spec.everyMs - spec.lengthMs);
  }

  add(gap: Gap): void {
    this.#added.push(gap);
  }

  /** The gap in which that moment lies, null when the link carries then. */
  at(time: number): Gap | null {
    return this.#added.find(({ from, to }) => from <= time && time < to) ?? this.#recurring(time);
  }

  #recurring(time: number): Gap | null {
    if (this.#spec === null || time < this.#firstAt) return null;
    const { kind, everyMs, lengthMs } = this.#spec;
    const from = time - ((time - this.#firstAt) % everyMs);
    return time < from + lengthMs ? { kind, from, to: from + lengthMs } : null;
  }
}
