import type { Scalar } from '#shared/json.ts';
import { latestInstant } from '#shared/sync/change.ts';
import { latestApplied, latestHybridTime } from '#shared/sync/clock.ts';
import { highestNumber } from '#shared/sync/numbers.ts';
import type { Dice } from './dice.ts';

/** Values at the limits of what a message may say, just beyond them, and far beyond. */
export const edgeTimes: readonly number[] = [
  0,
  1,
  -1,
  latestApplied('vessel'),
  latestApplied('vessel') + 1,
  latestApplied('shore'),
  latestApplied('shore') + 1,
  latestHybridTime - 1,
  latestHybridTime,
  latestHybridTime + 1,
  Number.MAX_SAFE_INTEGER,
];

export const edgeNumbers: readonly number[] = [
  -1,
  0,
  1,
  2,
  7,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  highestNumber - 1,
  highestNumber,
  highestNumber + 1,
  2 ** 50,
  Number.MAX_SAFE_INTEGER,
];

export const edgeInstants: readonly number[] = [
  0,
  -1,
  1,
  latestInstant,
  latestInstant + 1,
  253_402_300_800_000,
];

const edgeTexts: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  'null',
  '../../etc/passwd',
  "'; DROP TABLE sync_journal; --",
  '<img src=x onerror=alert(1)>',
  'x'.repeat(41),
  'x'.repeat(121),
  'x'.repeat(501),
  'x'.repeat(4_001),
];

const edgeScalars: readonly unknown[] = [null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', 'x', [], {}, [[]]];

/** What somebody sets in a record who keeps to no rule; most of it is refused by one. */
export const edgeFields: readonly Readonly<Record<string, Scalar>>[] = [
  { number: 'WO-2026-999999' },
  { number: 'WO-2026-499999' },
  { number: 'WO-9999-000001' },
  { number: '' },
  { title: '' },
  { title: 'x'.repeat(5_000) },
  { title: 7 },
  { title: null },
  { status: 'sunk' },
  { status: 'completed', completedAt: 'yesterday' },
  { actualHours: 1e308 },
  { actualHours: -1 },
  { notes: 'n'.repeat(9_000) },
  { dueDate: '2026-13-45' },
  { equipmentId: 'none' },
  { equipmentId: '0190a5b0-0000-7000-8000-ffffffffffff' },
  { surprise: true },
  { __proto__x: 1 },
  {},
];

/** Any value of the same kind, or of another one. */
function edgeOf(dice: Dice, value: unknown): unknown {
  // Copies: what is put in may be bent next.
  const anyScalar = (): unknown => structuredClone(dice.pick(edgeScalars));
  if (dice.chance(0.15)) return anyScalar();
  if (typeof value === 'number') return dice.pick(dice.chance(0.6) ? edgeNumbers : edgeTimes);
  if (typeof value === 'string') {
    const [first = '0'] = value;
    if (/^[0-9a-f]{8,}$/.test(value)) return dice.pick([value.replaceAll(first, 'e'), value.slice(1), 'zz']);
    return dice.pick(edgeTexts);
  }
  if (typeof value === 'boolean' || value === null) return anyScalar();
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return dice.pick([
      items.toReversed(),
      [...items, ...items],
      [],
      Array.from({ length: 1_100 }, () => items[0] ?? 0),
    ]);
  }
  return anyScalar();
}

/**
 * The same with one to three things in it replaced, left out or put in: anywhere, however deep.
 * @param value plain JSON; it is left as it is
 */
export function bent<T>(dice: Dice, value: T): T {
  const copy = structuredClone(value);
  for (let count = dice.between(1, 3); count > 0; count -= 1) bendOnce(dice, copy);
  return copy;
}

function bendOnce(dice: Dice, root: unknown): void {
  let at: unknown = root;
  for (let depth = 0; depth < 6; depth += 1) {
    if (typeof at !== 'object' || at === null) return;
    const holder = at as Record<string, unknown>;
    const keys = Object.keys(holder);
    if (keys.length === 0) {
      holder['unasked'] = 1;
      return;
    }
    const key = dice.pick(keys);
    const below = holder[key];
    const goesOn = typeof below === 'object' && below !== null && dice.chance(0.6);
    if (goesOn) {
      at = below;
      continue;
    }
    if (dice.chance(0.08)) delete holder[key];
    else if (dice.chance(0.04)) holder['unasked'] = 1;
    else holder[key] = edgeOf(dice, below);
    return;
  }
}

/** A held range, or what claims to be one. */
export function edgeReceived(dice: Dice, near: number): unknown {
  return dice.pick<unknown>([
    near + 1,
    near + 1_000,
    highestNumber,
    highestNumber + 1,
    2 ** 31,
    -1,
    0,
    1.5,
    [near, [near + 2, near + 2]],
    [0, [near + 2, highestNumber]],
    [near, [near + 9, near + 3]],
    [near, [near, near + 3]],
    [0, [2, 2], [4, 4], [6, 1_000_000]],
    [near],
    'all',
    null,
  ]);
}

/** Bytes that say something else than they did. */
export function damaged(dice: Dice, frame: Uint8Array): Uint8Array {
  switch (dice.below(5)) {
    case 0:
      return frame.slice(0, dice.below(frame.length + 1));
    case 1:
      return new Uint8Array([...frame, ...dice.bytes(dice.between(1, 40))]);
    case 2:
      return dice.bytes(dice.between(0, 60));
    case 3:
      return new Uint8Array([
        0xa7,
        dice.pick([0, 1, 2, 255]),
        ...new TextEncoder().encode('['.repeat(3_000)),
      ]);
    default: {
      const other = frame.slice();
      for (let count = dice.between(1, 4); count > 0 && other.length > 0; count -= 1)
        other[dice.below(other.length)] = dice.below(256);
      return other;
    }
  }
}
