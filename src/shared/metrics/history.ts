/** One reading of every figure, by name; null where it could not be had. */
export type Reading = Readonly<Record<string, number | null>>;

export interface Resolution {
  /** A point for so many milliseconds. */
  everyMs: number;
  /** Points that are kept. */
  keep: number;
}

/** Ten seconds for an hour, a minute for six, five minutes for a day. */
export const dayOfHistory: readonly Resolution[] = [
  { everyMs: 10_000, keep: 360 },
  { everyMs: 60_000, keep: 360 },
  { everyMs: 300_000, keep: 288 },
];

/** Of several readings: their mean for rates, the most for what one waits for, the least for whether something is there. */
export type Fold = 'mean' | 'most' | 'least';

export interface Points {
  /** Milliseconds from one point to the next where nothing was missed. */
  everyMs: number;
  /** When each point began, monotonic milliseconds, growing. */
  at: number[];
  /** A value, or null, for each point of `at`. */
  series: Record<string, (number | null)[]>;
}

/** Names beyond so many are passed over: no sender of anything may fill the memory with series. */
const mostNames = 300;

interface Point {
  at: number;
  values: ReadonlyMap<string, number>;
}

interface Gathering {
  slot: number;
  sums: Map<string, { sum: number; count: number; most: number; least: number }>;
}

/**
 * Readings over time at falling resolution, in bounded memory.
 *
 * Invariants:
 * - each resolution holds at most `keep` points, in order of time;
 * - a point is made of all readings of its time, as `fold` says for the name.
 */
export class History {
  readonly #tiers: readonly { resolution: Resolution; points: Point[]; gathering: Gathering | null }[];
  readonly #fold: (name: string) => Fold;

  constructor(resolutions: readonly Resolution[], fold: (name: string) => Fold) {
    this.#tiers = resolutions.map((resolution) => ({ resolution, points: [], gathering: null }));
    this.#fold = fold;
  }

  /** @param at monotonic milliseconds */
  add(at: number, reading: Reading): void {
    for (const tier of this.#tiers) {
      const slot = Math.floor(at / tier.resolution.everyMs);
      if (tier.gathering !== null && tier.gathering.slot !== slot) {
        tier.points.push(this.#pointOf(tier.gathering, tier.resolution));
        if (tier.points.length > tier.resolution.keep) tier.points.shift();
        tier.gathering = null;
      }
      tier.gathering ??= { slot, sums: new Map() };
      gather(tier.gathering, reading);
    }
  }

  /** What there is of the last `spanMs`, at the finest resolution that reaches so far back. @param now monotonic ms */
  read(now: number, spanMs: number): Points {
    const fits = this.#tiers.find(({ resolution }) => resolution.everyMs * resolution.keep >= spanMs);
    const tier = fits ?? this.#tiers.at(-1);
    if (tier === undefined) return { everyMs: spanMs, at: [], series: {} };
    const running = tier.gathering === null ? [] : [this.#pointOf(tier.gathering, tier.resolution)];
    const points = [...tier.points, ...running].filter(({ at }) => at >= now - spanMs);
    const names = new Set(points.flatMap(({ values }) => [...values.keys()]));
    const series = Object.fromEntries(
      [...names].map((name) => [name, points.map(({ values }) => values.get(name) ?? null)]),
    );
    return { everyMs: tier.resolution.everyMs, at: points.map(({ at }) => at), series };
  }

  #pointOf({ slot, sums }: Gathering, { everyMs }: Resolution): Point {
    const values = new Map<string, number>();
    for (const [name, { sum, count, ...ends }] of sums) {
      const fold = this.#fold(name);
      values.set(name, fold === 'mean' ? sum / count : ends[fold]);
    }
    return { at: slot * everyMs, values };
  }
}

function gather({ sums }: Gathering, reading: Reading): void {
  for (const [name, value] of Object.entries(reading)) {
    if (value === null || !Number.isFinite(value)) continue;
    const so = sums.get(name);
    if (so !== undefined) {
      so.sum += value;
      so.count += 1;
      so.most = Math.max(so.most, value);
      so.least = Math.min(so.least, value);
    } else if (sums.size < mostNames) sums.set(name, { sum: value, count: 1, most: value, least: value });
  }
}
