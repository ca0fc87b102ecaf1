import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/renderer/lib/clock.ts';
import { createListSelection } from '../../../src/renderer/lib/list-selection.ts';
import { type RowWindow, createRowWindow } from '../../../src/renderer/lib/row-window.ts';

interface Row {
  id: string;
  due: number;
  words: string;
}

/** Timers that a test runs by hand. */
function handClock(): Clock & { pass(milliseconds: number): Promise<void> } {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after(milliseconds, action) {
      const timer = { at: now + milliseconds, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async pass(milliseconds) {
      now += milliseconds;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { action } of due) action();
      await settled();
    },
  };
}

/** Long enough after the last movement for what is looked at to be asked for, and the answers. */
const atRest = (): Promise<void> => clock.pass(100);

/** Lets every answer that is on its way arrive. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

let table: Row[];
let reads: { offset: number; limit: number }[];
let readTakesMs: number;
let clock: ReturnType<typeof handClock>;
let rows: RowWindow<Row, { text: string }>;

const sorted = (text: string): Row[] =>
  table
    .filter(({ words }) => words.includes(text))
    .toSorted((a, b) => a.due - b.due || a.id.localeCompare(b.id));
const at = (index: number): Row | undefined => rows.store.getState().rows.at(index);

beforeEach(async () => {
  table = Array.from({ length: 5_000 }, (_, index) => ({
    id: `id-${index}`,
    due: index,
    words: `order ${index}`,
  }));
  reads = [];
  readTakesMs = 0;
  clock = handClock();
  rows = createRowWindow<Row, { text: string }>({
    query: { text: '' },
    pageSize: 50,
    async read({ text }, offset, limit) {
      reads.push({ offset, limit });
      await new Promise<void>((resolve) => {
        if (readTakesMs === 0) resolve();
        else clock.after(readTakesMs, resolve);
      });
      const all = sorted(text);
      return { items: all.slice(offset, offset + limit), total: all.length };
    },
    async readOne(id) {
      await Promise.resolve();
      return table.find((row) => row.id === id) ?? null;
    },
    idOf: ({ id }) => id,
    differs: (before, now) => before.words !== now.words || before.due !== now.due,
    clock,
  });
  rows.show(0, 20);
  await atRest();
});

describe('A long list', () => {
  test('knows how long it is and holds what is looked at', () => {
    expect(rows.store.getState().total).toBe(5_000);
    expect(at(0)?.id).toBe('id-0');
    expect(at(3_000)).toBeUndefined();
  });

  test('reads what is jumped to, and forgets what is far away', async () => {
    for (let first = 0; first < 5_000; first += 50) {
      rows.show(first, first + 20);
      await atRest();
    }
    expect(at(4_960)?.id).toBe('id-4960');
    expect(at(0)).toBeUndefined();
  });

  test('does not read what was only scrolled past', async () => {
    reads = [];
    for (let first = 0; first < 4_900; first += 100) rows.show(first, first + 20);
    await atRest();
    expect(at(4_800)?.id).toBe('id-4800');
    expect(reads.length).toBeLessThan(8);
  });

  test('does not read what was only scrolled past, even when every answer is faster than the hand', async () => {
    reads = [];
    for (let first = 100; first < 4_900; first += 100) {
      rows.show(first, first + 20);
      await clock.pass(16);
    }
    await atRest();
    expect(at(4_800)?.id).toBe('id-4800');
    // 48 places in 768 ms, each with a page of its own: read at most ten times a second, each time with two neighbours.
    expect(reads.length).toBeLessThan(30);
  });

  test('starts over with another query, and passes over answers to the one before', async () => {
    rows.show(4_000, 4_020);
    rows.setQuery({ text: 'order 42' });
    await settled();
    expect(rows.store.getState().total).toBe(111);
    expect(at(0)?.words).toBe('order 42');
  });

  test('says why it could not be read, and reads again when asked', async () => {
    let fails = true;
    const failing = createRowWindow<Row, null>({
      query: null,
      pageSize: 50,
      read: () =>
        fails
          ? Promise.reject(new Error('no node'))
          : Promise.resolve({ items: table.slice(0, 50), total: 50 }),
      readOne: () => Promise.resolve(null),
      idOf: ({ id }) => id,
      differs: () => false,
      clock,
    });
    failing.show(0, 10);
    await settled();
    expect(failing.store.getState().error?.message).toBe('no node');
    fails = false;
    await failing.reload();
    await settled();
    expect(failing.store.getState()).toMatchObject({ error: null, total: 50 });
  });
});

describe('When records change elsewhere', () => {
  const change = (id: string, values: Partial<Row>): void => {
    table = table.map((row) => (row.id === id ? { ...row, ...values } : row));
  };

  test('a row says what it is now, in the place it had, and is marked for a while', async () => {
    change('id-7', { words: 'changed', due: 4_999.5 });
    rows.refresh(['id-7']);
    await clock.pass(200);
    expect(at(7)).toMatchObject({ id: 'id-7', words: 'changed' });
    expect(at(8)?.id).toBe('id-8');
    await clock.pass(10_000);
    expect(rows.store.getState().marked.size).toBe(0);
  });

  test('a row whose words changed is marked, one whose way to shore moved on is not', async () => {
    change('id-3', { words: 'new words' });
    rows.refresh(['id-3', 'id-4']);
    await clock.pass(200);
    expect([...rows.store.getState().marked.keys()]).toEqual(['id-3']);
  });

  test('many changes close together are read once', async () => {
    reads = [];
    for (let count = 0; count < 100; count += 1) rows.refresh([`id-${count}`]);
    await clock.pass(200);
    await settled();
    expect(reads).toHaveLength(1 + 1); // what is on screen, and then what lies next to it
  });

  test('changes that never stop are shown all the same', async () => {
    // Each answer comes later than the next change.
    readTakesMs = 400;
    for (let round = 0; round < 40; round += 1) {
      change('id-1', { words: `round ${round}` });
      rows.refresh(['id-1']);
      await clock.pass(160);
    }
    expect(at(1)?.words).toMatch(/^round 3\d$/);
  });

  test('a row that comes in above asks the list to move, so that what is looked at stays', async () => {
    rows.show(1_000, 1_020);
    await settled();
    table = [{ id: 'new', due: -1, words: 'raised ashore' }, ...table];
    rows.refresh(['new']);
    await clock.pass(200);
    expect(rows.store.getState().shift.by).toBe(1);
    expect(at(1_001)?.id).toBe('id-1000');
  });

  test('the chosen row is the one that stays where it is', async () => {
    const selection = createListSelection(rows, ({ id }) => id);
    rows.show(1_000, 1_020);
    await settled();
    selection.choose('id-1010');
    table = table.filter(({ id }) => id !== 'id-1005');
    rows.refresh(['id-1005']);
    await clock.pass(200);
    expect(rows.store.getState().shift.by).toBe(-1);
    expect(selection.store.getState()).toMatchObject({ id: 'id-1010', index: 1_009 });
  });
});

describe('Choosing a row', () => {
  test('moves by one, by many, to the ends, and stops there', async () => {
    const selection = createListSelection(rows, ({ id }) => id);
    selection.moveBy(1);
    expect(selection.store.getState()).toMatchObject({ index: 0, id: 'id-0' });
    selection.moveBy(5);
    expect(selection.store.getState().id).toBe('id-5');
    selection.moveBy(-99);
    expect(selection.store.getState().id).toBe('id-0');
    selection.moveTo(99_999);
    expect(selection.store.getState()).toMatchObject({ index: 4_999, id: null });
    rows.show(4_980, 4_999);
    await atRest();
    expect(selection.store.getState().id).toBe('id-4999');
  });
});
