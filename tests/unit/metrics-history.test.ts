import { describe, expect, test } from 'vitest';
import { History, type Fold } from '#shared/metrics/history.ts';

const two = [
  { everyMs: 10, keep: 4 },
  { everyMs: 40, keep: 3 },
];
const folds: Readonly<Record<string, Fold>> = { latency: 'most', database: 'least' };
const fold = (name: string): Fold => folds[name] ?? 'mean';

describe('Figures over time', () => {
  test('are kept finely for a while and coarsely for longer, the mean of what is counted the worst of what is waited for, and every outage', () => {
    const history = new History(two, fold);
    for (let at = 0; at < 80; at += 10)
      history.add(at, { rate: at, latency: at, database: at === 50 ? 0 : 1 });
    expect(history.read(80, 40)).toEqual({
      everyMs: 10,
      at: [40, 50, 60, 70],
      series: { rate: [40, 50, 60, 70], latency: [40, 50, 60, 70], database: [1, 0, 1, 1] },
    });
    expect(history.read(80, 120)).toEqual({
      everyMs: 40,
      at: [0, 40],
      series: { rate: [15, 55], latency: [30, 70], database: [1, 0] },
    });
  });

  test('never grow beyond what they may hold, however long they run and however many names come', () => {
    const history = new History(two, fold);
    for (let at = 0; at < 10_000; at += 10)
      history.add(at, Object.fromEntries(Array.from({ length: 500 }, (_, each) => [`ship ${each}`, at])));
    const { at, series } = history.read(10_000, 120);
    expect(at.length).toBeLessThanOrEqual(4);
    expect(Object.keys(series).length).toBe(300);
  });

  test('a figure that could not be read is a gap, not a zero', () => {
    const history = new History(two, fold);
    history.add(0, { database: 1 });
    history.add(10, { database: null });
    history.add(20, { database: Number.NaN, other: 1 });
    expect(history.read(30, 40).series).toEqual({ database: [1, null, null], other: [null, null, 1] });
  });
});
