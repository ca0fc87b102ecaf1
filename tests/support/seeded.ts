/** Chance from a seed: the same seed gives the same run of it. */
export interface Seeded {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`, both among them. */
  between(least: number, most: number): number;
  /** One of `list`, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** `list` in another order. */
  shuffled<T>(list: readonly T[]): T[];
}

/** The generator mulberry32: one word of state, good enough for choosing moments. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick(list) {
      const chosen = list[between(0, list.length - 1)];
      if (chosen === undefined) throw new Error('There is nothing to pick from');
      return chosen;
    },
    shuffled(list) {
      const rest = [...list];
      return list.map(() => {
        const [taken] = rest.splice(between(0, rest.length - 1), 1);
        if (taken === undefined) throw new Error('There is nothing to pick from');
        return taken;
      });
    },
  };
}
