import { describe, expect, test } from 'vitest';
import { RareLog } from '#shared/rare-log.ts';
import { RefusalBudget } from '#shared/sync/refusal-budget.ts';

function clocked() {
  const clock = { now: 1_000 };
  return { clock, budget: new RefusalBudget(() => clock.now) };
}

/** Refuses messages of a sender until it is passed over. */
function useUp(budget: RefusalBudget, name: string): { refused: number; pause: number } {
  for (let refused = 1; refused <= 1_000; refused += 1) {
    const pause = budget.refused(name);
    if (pause !== null) return { refused, pause };
  }
  throw new Error('Never passed over');
}

describe('a sender whose messages are refused', () => {
  test('is passed over after some thirty, comes back by itself, and others are not touched', () => {
    const { clock, budget } = clocked();
    expect(useUp(budget, 'mv-one')).toEqual({ refused: 31, pause: 30_000 });
    expect(budget.isPassedOver('mv-one')).toBe(true);
    expect(budget.isPassedOver('mv-two')).toBe(false);
    clock.now += 29_999;
    expect(budget.isPassedOver('mv-one')).toBe(true);
    clock.now += 1;
    expect(budget.isPassedOver('mv-one')).toBe(false);
  });

  test('that goes on is passed over for longer, never for more than five minutes', () => {
    const { clock, budget } = clocked();
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const { pause } = useUp(budget, 'mv-one');
      pauses.push(pause);
      clock.now += pause;
      expect(budget.isPassedOver('mv-one')).toBe(false);
    }
    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000, 300_000]);
  });

  test('that has been quiet begins anew', () => {
    const { clock, budget } = clocked();
    clock.now += useUp(budget, 'mv-one').pause;
    clock.now += 120_000;
    expect(useUp(budget, 'mv-one')).toEqual({ refused: 31, pause: 30_000 });
  });

  test('now and then is never passed over', () => {
    const { clock, budget } = clocked();
    for (let each = 0; each < 1_000; each += 1) {
      expect(budget.refused('mv-one')).toBeNull();
      clock.now += 2_000;
    }
  });

  test('does not fill the memory under a hundred thousand names', () => {
    const { budget } = clocked();
    for (let each = 0; each < 100_000; each += 1) budget.refused(`mv-${each}`);
    expect(useUp(budget, 'mv-99999').refused).toBe(30);
    expect(useUp(budget, 'mv-0').refused).toBe(31);
  });
});

describe('what others can cause in the log', () => {
  function logged() {
    const clock = { now: 0 };
    const lines: object[] = [];
    const log = new RareLog({
      log: { warn: (fields, message) => lines.push({ ...fields, message }) },
      monotonic: () => clock.now,
    });
    return { clock, lines, log };
  }

  test('is one line a minute of each kind and sender, with how many were left out', () => {
    const { clock, lines, log } = logged();
    for (let each = 0; each < 500; each += 1) log.warn('a', { each }, 'refused');
    log.warn('b', {}, 'refused');
    expect(lines).toEqual([{ each: 0, message: 'refused' }, { message: 'refused' }]);
    clock.now = 60_000;
    log.warn('a', { each: 500 }, 'refused');
    expect(lines.at(-1)).toEqual({ each: 500, leftOut: 499, message: 'refused' });
  });

  test('stays bounded under names that nobody has used before', () => {
    const { lines, log } = logged();
    for (let each = 0; each < 10_000; each += 1) log.warn(`kind ${each}`, {}, 'refused');
    expect(lines.length).toBeLessThanOrEqual(501);
  });
});
