import { describe, expect, test } from 'vitest';
import { createCursorWindow } from '../../../src/renderer/lib/cursor-window.ts';

interface Row {
  id: string;
  text: string;
}

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

function listOf(length: number) {
  const timers: (() => void)[] = [];
  const reads: { cursor: string | null; limit: number }[] = [];
  let all: readonly Row[] = Array.from({ length }, (_, index) => ({ id: `r${index}`, text: '' }));
  let failing = false;
  const window = createCursorWindow<Row, { words: string }>({
    query: { words: '' },
    pageSize: 100,
    read(_query, cursor, limit) {
      reads.push({ cursor, limit });
      if (failing) return Promise.reject(new Error('Not there'));
      const from = Number(cursor ?? 0);
      const items = all.slice(from, from + limit);
      const next = from + items.length;
      return Promise.resolve({ items, nextCursor: next < all.length ? String(next) : null });
    },
    idOf: ({ id }) => id,
    differs: (before, now) => before.text !== now.text,
    clock: {
      now: () => 0,
      after(_ms, action) {
        timers.push(action);
        return () => void timers.splice(timers.indexOf(action), 1);
      },
    },
  });
  return {
    window,
    reads,
    state: () => window.store.getState(),
    change: (next: (rows: readonly Row[]) => readonly Row[]) => (all = next(all)),
    fail: (is: boolean) => (failing = is),
    tick: () => timers.shift()?.(),
  };
}

describe('A list that is read from its start on', () => {
  test('knows its length once it is at its end, and shows room for more until then', async () => {
    const { window, state, reads } = listOf(250);
    await window.reload();
    expect(state()).toMatchObject({ total: 140, isPartial: true });
    window.show(90, 139);
    await settled();
    expect(state().rows.at(150)?.id).toBe('r150');
    window.show(200, 239);
    await settled();
    expect(state()).toMatchObject({ total: 250, isPartial: false });
    expect(reads.map(({ cursor }) => cursor)).toEqual([null, '100', '200']);
    window.show(240, 249);
    await settled();
    expect(reads.length).toBe(3);
  });

  test('holds fifty thousand rows, as far as somebody has come', async () => {
    const { window, state } = listOf(50_000);
    await window.reload();
    for (let last = 99; last < 50_000; last += 100) {
      window.show(last - 40, last);
      await settled();
    }
    expect(state()).toMatchObject({ total: 50_000, isPartial: false });
    expect(state().rows.at(49_999)?.id).toBe('r49999');
  });

  test('keeps what is looked at where it is when a row comes in above, and marks what changed', async () => {
    const { window, state, change, tick } = listOf(80);
    await window.reload();
    window.show(10, 30);
    change((rows) => [
      { id: 'new', text: '' },
      ...rows.map((row) => (row.id === 'r12' ? { ...row, text: 'changed' } : row)),
    ]);
    window.refresh(['r12']);
    tick();
    await settled();
    expect(state().shift.by).toBe(1);
    expect([...state().marked.keys()]).toEqual(['r12']);
    expect(state().total).toBe(81);
  });

  test('says why it could not be read, and reads again when asked', async () => {
    const { window, state, fail } = listOf(5);
    fail(true);
    await window.reload();
    expect(state()).toMatchObject({ total: null, error: new Error('Not there') });
    fail(false);
    await window.reload();
    expect(state()).toMatchObject({ total: 5, error: null });
  });

  test('starts over with another question', async () => {
    const { window, state } = listOf(5);
    await window.reload();
    window.setQuery({ words: 'pump' });
    expect(state().total).toBe(null);
    await settled();
    expect(state().total).toBe(5);
  });
});
