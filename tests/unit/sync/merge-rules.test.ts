import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { Scalar } from '#shared/json.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import type { Change } from '#shared/sync/change.ts';
import { timeAfter } from '#shared/sync/clock.ts';
import { baseOf, conflictMoves, conflictsIn } from '#shared/sync/conflicts.ts';
import {
  alternativesOf,
  applyChange,
  emptyState,
  isDeleted,
  latestStamp,
  materialise,
  type RecordState,
} from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { changeOf, office, orderValues, ship } from './changes.ts';

const fold = (changes: readonly Change[], spec: RecordSpec = workOrderSpec): RecordState =>
  changes.reduce((state, change) => applyChange(spec, state, change), emptyState);

const raised = changeOf({ origin: ship, number: 1, operation: 'create' });
/** Written on board, and nothing of the office known but what `seen` says. */
const onBoard = (number: number, fields: Record<string, Scalar>, given: Partial<Change> = {}): Change =>
  changeOf({ origin: ship, number, fields, ...given });
/** Written ashore by someone who had the order as it was raised. */
const ashore = (number: number, fields: Record<string, Scalar>, given: Partial<Change> = {}): Change =>
  changeOf({ origin: office, number, fields, seen: { [ship]: 1 }, ...given });

const minutes = (count: number): number => (Date.UTC(2026, 2, 1, 12) + count * 60_000) * 1024;
const tenYears = 10 * 365 * 86_400_000 * 1024;

function shown(changes: readonly Change[], field: string): Scalar | undefined {
  const there = materialise(workOrderSpec, fold(changes))?.[field];
  const back = materialise(workOrderSpec, fold([...changes].reverse()))?.[field];
  expect(back).toEqual(there);
  return there;
}

const inConflict = (changes: readonly Change[]): string[] => conflictsIn(workOrderSpec, fold(changes)).sort();

describe('two people who had not seen each other', () => {
  test('edit different fields: both edits stand, and there is nothing to choose', () => {
    const changes = [raised, onBoard(2, { title: 'Renew both gaskets' }), ashore(1, { priority: 'high' })];
    expect(materialise(workOrderSpec, fold(changes))).toMatchObject({
      title: 'Renew both gaskets',
      priority: 'high',
    });
    expect(inConflict(changes)).toEqual([]);
  });

  test('edit one field: the later clock is shown, and both values are kept for review', () => {
    const changes = [
      raised,
      onBoard(2, { title: 'Renew both gaskets' }, { time: minutes(5) }),
      ashore(1, { title: 'Renew gasket and seat' }, { time: minutes(9) }),
    ];
    expect(shown(changes, 'title')).toBe('Renew gasket and seat');
    expect(inConflict(changes)).toEqual(['title']);
    expect(fold(changes).heads['title']?.map((head) => head.value)).toEqual([
      'Renew gasket and seat',
      'Renew both gaskets',
    ]);
  });

  test('in the same millisecond: ship and shore still show the same one', () => {
    const changes = [
      raised,
      onBoard(2, { title: 'Ours' }, { time: minutes(5) }),
      ashore(1, { title: 'Theirs' }, { time: minutes(5) }),
    ];
    expect(shown(changes, 'title')).toBe('Ours');
    expect(inConflict(changes)).toEqual(['title']);
  });

  test('write the same value: there is nothing to choose', () => {
    const changes = [raised, onBoard(2, { title: 'Renew seat' }), ashore(1, { title: 'Renew seat' })];
    expect(shown(changes, 'title')).toBe('Renew seat');
    expect(inConflict(changes)).toEqual([]);
  });

  test('are three, on two computers of the ship and one ashore: all three values are kept', () => {
    const spare = changeOf({ origin: 'v000002', fields: { title: 'From the spare' }, seen: { [ship]: 1 } });
    const changes = [
      raised,
      onBoard(2, { title: 'From the bridge' }),
      spare,
      ashore(1, { title: 'From shore' }),
    ];
    expect(
      fold(changes)
        .heads['title']?.map((head) => head.value)
        .sort(),
    ).toEqual(['From shore', 'From the bridge', 'From the spare']);
  });
});

describe('somebody who had seen the other', () => {
  test.each([
    ['a clock ten years behind', -tenYears],
    ['the same clock', 0],
    ['a clock ten years ahead', tenYears],
  ])('wins with %s', (_, skew) => {
    const first = onBoard(
      2,
      { title: 'As the ship had it', status: 'completed', actualHours: 12 },
      { time: minutes(0) },
    );
    const second = ashore(
      1,
      { title: 'As corrected ashore', status: 'in_progress', actualHours: 7 },
      { time: timeAfter(minutes(0) + skew, first.time), seen: { [ship]: 2 } },
    );
    for (const order of [
      [raised, first, second],
      [second, first, raised],
      [first, second, raised],
    ]) {
      expect(materialise(workOrderSpec, fold(order))).toMatchObject({
        title: 'As corrected ashore',
        status: 'in_progress',
        actualHours: 7,
      });
      expect(inConflict(order)).toEqual([]);
    }
  });

  test('settles a conflict by writing a third value, everywhere and for good', () => {
    const changes = [
      raised,
      onBoard(2, { title: 'Ours' }),
      ashore(1, { title: 'Theirs' }),
      ashore(2, { title: 'Agreed' }, { seen: { [ship]: 2 } }),
    ];
    expect(inConflict(changes)).toEqual([]);
    expect(shown(changes, 'title')).toBe('Agreed');
  });

  test('had it from a range beyond the cursor, which an urgent lane brought early', () => {
    const seenSeven = ashore(1, { title: 'After seven' }, { seen: { [ship]: [3, [7, 7]] } });
    expect(inConflict([raised, onBoard(7, { title: 'Seven' }), seenSeven])).toEqual([]);
    expect(inConflict([raised, onBoard(6, { title: 'Six' }), seenSeven])).toEqual(['title']);
    expect(inConflict([raised, onBoard(8, { title: 'Eight' }), seenSeven])).toEqual(['title']);
  });

  test('settles one of two conflicts only, when it had seen only one of two values', () => {
    const spare = changeOf({ origin: 'v000002', fields: { title: 'From the spare' }, seen: { [ship]: 1 } });
    const changes = [
      raised,
      onBoard(2, { title: 'From the bridge' }),
      spare,
      ashore(1, { title: 'Settled' }, { seen: { [ship]: 2 } }),
    ];
    expect(
      fold(changes)
        .heads['title']?.map((head) => head.value)
        .sort(),
    ).toEqual(['From the spare', 'Settled']);
  });
});

describe('a change that was overtaken on the way', () => {
  // On board: the order becomes critical and is given a title, then is not critical any more and gets another. The
  // second change comes through first, and somebody ashore goes on from it.
  const older = onBoard(5, { priority: 'critical', title: 'Renew gasket at once' }, { lane: 'urgent' });
  const newer = onBoard(7, { priority: 'normal', title: 'Renew gasket in port' });
  const answer = ashore(1, { title: 'Renew gasket in Rotterdam' }, { seen: { [ship]: [4, [7, 7]] } });

  test.each([
    ['as it was written', [raised, older, newer, answer]],
    ['as it came ashore', [raised, newer, answer, older]],
    ['backwards', [answer, newer, older, raised]],
  ])('does not come back as a conflict: %s', (_, changes) => {
    expect(shown(changes, 'title')).toBe('Renew gasket in Rotterdam');
    expect(inConflict(changes)).toEqual([]);
    expect(canonicalJson(encodeState(fold(changes)))).toBe(
      canonicalJson(encodeState(fold([raised, older, newer, answer]))),
    );
  });

  test('is in conflict all the same when nobody who had seen it set the field', () => {
    const other = onBoard(5, { title: 'Renew gasket at once' }, { lane: 'urgent' });
    const elsewhere = onBoard(7, { priority: 'normal' });
    expect(inConflict([raised, elsewhere, answer, other])).toEqual(['title']);
    expect(inConflict([raised, other, elsewhere, answer])).toEqual(['title']);
  });

  test('costs nothing once somebody has written who had all of it', () => {
    const settled = onBoard(8, { title: 'Done in Rotterdam' }, { seen: { [office]: 1 } });
    expect(fold([raised, newer, answer, older]).overruled).not.toEqual({});
    expect(fold([raised, newer, answer, older, settled]).overruled).toEqual({});
  });

  test('that contradicts itself, by a number given out twice, does not empty a field', () => {
    const ours = onBoard(2, { title: 'Ours' }, { seen: { [office]: 9 } });
    const theirs = ashore(9, { title: 'Theirs' }, { seen: { [ship]: 2 } });
    for (const order of [
      [raised, ours, theirs],
      [theirs, ours, raised],
    ])
      expect(fold(order).heads['title']?.length).toBeGreaterThan(0);
  });
});

describe('an order that was signed off', () => {
  const completed = onBoard(
    2,
    { status: 'completed', completedAt: '2026-03-01T11:00:00.000Z' },
    { time: minutes(1) },
  );

  test('does not reopen by an edit that had not seen the sign-off, however late its clock', () => {
    const stale = ashore(1, { status: 'on_hold' }, { time: minutes(600) });
    expect(shown([raised, completed, stale], 'status')).toBe('completed');
    expect(inConflict([raised, completed, stale])).toEqual(['status']);
  });

  test('reopens when somebody who had seen the sign-off says so, however early their clock', () => {
    const reopened = ashore(
      1,
      { status: 'in_progress' },
      { time: timeAfter(minutes(-600), completed.time), seen: { [ship]: 2 } },
    );
    expect(shown([raised, completed, reopened], 'status')).toBe('in_progress');
    expect(inConflict([raised, completed, reopened])).toEqual([]);
  });

  test('stays signed off when the office cancelled it at the same time, and both are kept', () => {
    const cancelled = ashore(1, { status: 'cancelled' }, { time: minutes(600) });
    expect(shown([raised, completed, cancelled], 'status')).toBe('completed');
    expect(inConflict([raised, completed, cancelled])).toEqual(['status']);
  });

  test('a cancellation too does not reopen by a stale edit', () => {
    const cancelled = ashore(1, { status: 'cancelled' }, { time: minutes(1) });
    const stale = onBoard(2, { status: 'in_progress' }, { time: minutes(600) });
    expect(shown([raised, cancelled, stale], 'status')).toBe('cancelled');
  });

  test('of two open values the later clock stands', () => {
    const held = onBoard(2, { status: 'on_hold' }, { time: minutes(1) });
    const started = ashore(1, { status: 'in_progress' }, { time: minutes(2) });
    expect(shown([raised, held, started], 'status')).toBe('in_progress');
  });
});

describe('who completed an order, and when', () => {
  const done = (at: string, by: string) => ({ status: 'completed', completedAt: at, completedBy: by });
  const undone = { status: 'in_progress', completedAt: null, completedBy: null };
  const first = onBoard(2, done('2026-03-01T11:00:00.000Z', 'A. Rossi'));

  test('goes with the status in force, not with the later clock', () => {
    const again = [onBoard(3, undone), onBoard(4, done('2026-03-01T13:00:00.000Z', 'B. Silva'))];
    const reopened = ashore(1, undone, { seen: { [ship]: 2 }, time: minutes(600) });
    const changes = [raised, first, ...again, reopened];
    expect(shown(changes, 'status')).toBe('completed');
    expect(shown(changes, 'completedAt')).toBe('2026-03-01T13:00:00.000Z');
    expect(shown(changes, 'completedBy')).toBe('B. Silva');
    expect(inConflict(changes)).toEqual(['status']);
  });

  test('is what the one who cancelled had before them, where the cancellation is in force', () => {
    const cancelled = ashore(1, { status: 'cancelled' }, { time: minutes(1) });
    const held = onBoard(2, { status: 'on_hold' }, { time: minutes(600) });
    expect(shown([raised, cancelled, held], 'completedAt')).toBeNull();
  });

  test('is in conflict under its status when two people signed it off', () => {
    const changes = [raised, first, ashore(1, done('2026-03-01T12:00:00.000Z', 'K. Ito'))];
    expect(inConflict(changes)).toEqual(['status']);
    expect(
      alternativesOf(workOrderSpec, fold(changes), 'status').map(({ also }) => also['completedBy']),
    ).toEqual(expect.arrayContaining(['A. Rossi', 'K. Ito']));
  });

  test('is no conflict when both only reopened it', () => {
    const both = [onBoard(3, undone), ashore(1, undone, { seen: { [ship]: 2 } })];
    expect(inConflict([raised, first, ...both])).toEqual([]);
  });
});

describe('a conflict', () => {
  const ours = onBoard(2, { title: 'Ours' });
  const theirs = ashore(1, { title: 'Theirs' });

  test('begins with the second value and ends with a value whose writer had seen both', () => {
    const before = fold([raised, ours]);
    const apart = applyChange(workOrderSpec, before, theirs);
    expect(conflictMoves(workOrderSpec, before, apart)).toMatchObject([{ field: 'title', now: 'stands' }]);
    const together = applyChange(workOrderSpec, apart, ashore(2, { title: 'Ours' }, { seen: { [ship]: 2 } }));
    expect(conflictMoves(workOrderSpec, apart, together)).toMatchObject([{ field: 'title', now: 'settled' }]);
    expect(conflictMoves(workOrderSpec, together, together)).toEqual([]);
  });

  test('is none in an order that is deleted, and stands again when the delete had not seen it', () => {
    const apart = fold([raised, ours, theirs]);
    const gone = applyChange(
      workOrderSpec,
      apart,
      onBoard(3, {}, { operation: 'delete', seen: { [office]: 1 } }),
    );
    expect(conflictMoves(workOrderSpec, apart, gone)).toMatchObject([{ now: 'settled' }]);
    const back = applyChange(workOrderSpec, gone, ashore(2, { notes: 'Still leaks' }));
    expect(conflictMoves(workOrderSpec, gone, back)).toMatchObject([{ field: 'title', now: 'stands' }]);
  });

  test('tells what stood there before both, not what one of them had in between', () => {
    const between = onBoard(3, { title: 'Ours, better' });
    const changes = [raised, ours, between, theirs];
    const alternatives = alternativesOf(workOrderSpec, fold(changes), 'title');
    expect(baseOf(workOrderSpec, 'title', alternatives, changes)).toEqual({ value: orderValues().title });
    expect(baseOf(workOrderSpec, 'title', alternatives, [ours, theirs])).toBeNull();
  });
});

describe('hours that only grow', () => {
  const meter = changeOf({
    entity: 'equipment',
    operation: 'create',
    fields: {
      code: '651.01',
      name: 'Auxiliary engine 1',
      location: '',
      maker: '',
      model: '',
      serialNumber: '',
      criticality: 'A',
      runningHours: 100,
    },
  });
  const read = (
    origin: string,
    number: number,
    runningHours: number | null,
    given: Partial<Change> = {},
  ): Change =>
    changeOf({
      entity: 'equipment',
      origin,
      number,
      fields: { runningHours },
      seen: { [ship]: 1 },
      ...given,
    });

  test('never go back to the smaller of two readings, whichever was written later', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (a, b, earlier, later) => {
          const changes = [
            meter,
            read(ship, 2, a, { time: minutes(earlier) }),
            read(office, 1, b, { time: minutes(later) }),
          ];
          for (const order of [changes, [...changes].reverse()]) {
            const state = fold(order, equipmentSpec);
            expect(materialise(equipmentSpec, state)?.['runningHours']).toBe(Math.max(a, b));
            expect(conflictsIn(equipmentSpec, state)).toEqual([]);
          }
        },
      ),
    );
  });

  test('a reading beats a meter that somebody else took away without knowing of it', () => {
    const changes = [meter, read(ship, 2, 140), read(office, 1, null, { time: minutes(600) })];
    expect(materialise(equipmentSpec, fold(changes, equipmentSpec))?.['runningHours']).toBe(140);
  });

  test('of two meters taken away, none is left', () => {
    const changes = [meter, read(ship, 2, null), read(office, 1, null)];
    expect(materialise(equipmentSpec, fold(changes, equipmentSpec))?.['runningHours']).toBeNull();
  });

  test('keep a smaller reading that was written without knowing of the larger one, for people to find', () => {
    const heads = fold([meter, read(ship, 2, 140), read(office, 1, 120)], equipmentSpec).heads;
    expect(heads['runningHours']?.map(({ value }) => value)).toEqual([140, 120]);
  });

  test('may be set right by somebody who had seen the wrong reading', () => {
    const wrong = read(ship, 2, 99_999);
    const right = read(office, 1, 120, { time: wrong.time + 1, seen: { [ship]: 2 } });
    expect(materialise(equipmentSpec, fold([meter, wrong, right], equipmentSpec))?.['runningHours']).toBe(
      120,
    );
  });
});

describe('notes written line by line', () => {
  const noted = changeOf({
    operation: 'create',
    fields: { ...orderValues({ notes: 'Leak found\nParts ordered' }) },
  });

  test('keep every line of both writers, the earlier first, and lines that both had once', () => {
    const changes = [
      noted,
      onBoard(2, { notes: 'Leak found\nParts ordered\nOld gasket out' }, { time: minutes(5) }),
      ashore(1, { notes: 'Leak found\nParts ordered\nShipped by air' }, { time: minutes(3) }),
    ];
    expect(shown(changes, 'notes')).toBe('Leak found\nParts ordered\nShipped by air\nOld gasket out');
    expect(inConflict(changes)).toEqual([]);
  });

  test('keep a line that one writer wrote twice on purpose', () => {
    const changes = [
      noted,
      onBoard(2, { notes: 'Topped up 5 l\nTopped up 5 l' }, { time: minutes(5) }),
      ashore(1, { notes: 'Shipped by air' }, { time: minutes(3) }),
    ];
    expect(shown(changes, 'notes')).toBe('Shipped by air\nTopped up 5 l\nTopped up 5 l');
  });

  test('whatever two or three people write: no line is fewer times there than any of them wrote it', () => {
    const text = fc
      .array(fc.constantFrom('Checked', 'Topped up 5 l', 'Leak found', '', '  '), { maxLength: 6 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(3), { minLength: 3 }),
        (texts, clocks) => {
          const writers = [ship, office, 'v000002'];
          const changes = texts.map((notes, index) =>
            changeOf({
              origin: writers[index] ?? ship,
              number: 2,
              fields: { notes },
              seen: { [ship]: 1 },
              time: minutes(clocks[index] ?? 0),
            }),
          );
          const merged = counted(String(shown([noted, ...changes], 'notes')));
          for (const each of texts)
            for (const [line, count] of counted(each))
              expect(merged.get(line) ?? 0).toBeGreaterThanOrEqual(count);
          const written = new Set(texts.flatMap((each) => [...counted(each).keys()]));
          expect([...merged.keys()].every((line) => written.has(line))).toBe(true);
        },
      ),
    );
  });

  test('of one writer only are left exactly as they are, blank lines, doubled lines and all', () => {
    const notes = '\nChecked\nChecked\n\n\nLeak found\n';
    expect(shown([noted, onBoard(2, { notes })], 'notes')).toBe(notes);
  });

  test('are shortened when somebody who had seen them shortens them', () => {
    const tidied = ashore(1, { notes: 'Leak found' }, { seen: { [ship]: 2 } });
    expect(shown([noted, onBoard(2, { notes: 'Leak found\nParts ordered\nTypo' }), tidied], 'notes')).toBe(
      'Leak found',
    );
  });
});

describe('deleting', () => {
  const onBoardDelete = (number: number, given: Partial<Change> = {}) =>
    changeOf({ origin: ship, number, operation: 'delete', ...given });
  const ashoreDelete = (number: number, given: Partial<Change> = {}) =>
    changeOf({ origin: office, number, operation: 'delete', seen: { [ship]: 1 }, ...given });

  function deleted(changes: readonly Change[]): boolean {
    const there = isDeleted(fold(changes));
    expect(isDeleted(fold([...changes].reverse()))).toBe(there);
    return there;
  }

  test('by somebody who had seen everything deletes', () => {
    expect(deleted([raised, onBoard(2, { title: 'x' }), onBoardDelete(3)])).toBe(true);
    expect(deleted([raised, onBoard(2, { title: 'x' }), ashoreDelete(1, { seen: { [ship]: 2 } })])).toBe(
      true,
    );
  });

  test('loses against an update that its writer had not seen, and everything that was written stands', () => {
    const changes = [raised, ashoreDelete(1, { time: minutes(600) }), onBoard(2, { title: 'Still needed' })];
    expect(deleted(changes)).toBe(false);
    expect(materialise(workOrderSpec, fold(changes))).toEqual({ ...orderValues(), title: 'Still needed' });
  });

  test('a second time, having seen that update, deletes', () => {
    const changes = [
      raised,
      ashoreDelete(1),
      onBoard(2, { title: 'x' }),
      ashoreDelete(2, { seen: { [ship]: 2 } }),
    ];
    expect(deleted(changes)).toBe(true);
  });

  test('on both sides, each after an edit of its own that the other had not seen, deletes', () => {
    const changes = [
      raised,
      onBoard(2, { title: 'x' }),
      onBoardDelete(3),
      ashore(1, { title: 'y' }),
      ashoreDelete(2),
    ];
    expect(deleted(changes)).toBe(true);
    expect(deleted(changes.slice(0, 4))).toBe(false);
  });

  test('is taken back by an update of somebody who had seen it', () => {
    const changes = [
      raised,
      onBoardDelete(2),
      ashore(1, { title: 'Wanted after all' }, { seen: { [ship]: 2 } }),
    ];
    expect(deleted(changes)).toBe(false);
  });

  test('of an order whose create has not arrived yet holds when it arrives', () => {
    const changes = [ashoreDelete(1, { seen: { [ship]: 2 } }), onBoard(2, { title: 'x' })];
    expect(materialise(workOrderSpec, fold(changes))).toBeNull();
    expect(deleted([...changes, raised])).toBe(true);
  });

  test('by somebody who got an urgent change before an older one loses against what the older one wrote', () => {
    const overtaken = onBoard(2, { title: 'Crack in the casing' });
    const changes = [
      raised,
      onBoard(3, { priority: 'critical' }),
      ashoreDelete(1, { seen: { [ship]: [1, [3, 3]] } }),
    ];
    expect(deleted(changes)).toBe(true);
    expect(deleted([...changes, overtaken])).toBe(false);
    expect(deleted([...changes, overtaken, ashoreDelete(2, { seen: { [ship]: 3 } })])).toBe(true);
  });

  test('nothing is deleted that nobody deleted', () => {
    expect(deleted([raised])).toBe(false);
    expect(deleted([])).toBe(false);
  });
});

describe('an order raised twice under one id by a copied database', () => {
  test('names the same create on both ends, and keeps both titles', () => {
    const ours = changeOf({ operation: 'create', time: minutes(2) });
    const copied = changeOf({
      origin: 'v000002',
      operation: 'create',
      time: minutes(1),
      fields: { ...orderValues({ title: 'From the copy' }) },
    });
    for (const order of [
      [ours, copied],
      [copied, ours],
    ]) {
      const state = fold(order);
      expect(state.created?.origin).toBe('v000002');
      expect(state.heads['title']).toHaveLength(2);
    }
  });
});

describe('what was done to a record last', () => {
  const done = [
    raised,
    onBoard(2, { title: 'x' }, { time: minutes(2) }),
    ashore(1, { priority: 'high' }, { time: minutes(1) }),
  ];

  test('is the latest of all that is in force, a delete too', () => {
    expect(latestStamp(fold(done))).toMatchObject({ origin: ship, number: 2 });
    const deleted = changeOf({
      origin: office,
      number: 2,
      operation: 'delete',
      seen: { [ship]: 2 },
      time: minutes(3),
    });
    expect(latestStamp(fold([...done, deleted]))).toMatchObject({ origin: office, number: 2 });
  });

  test('is nothing where nothing is known', () => {
    expect(latestStamp(emptyState)).toBeNull();
  });
});

test('a field that the record does not have is a defect of the caller, and is named', () => {
  expect(() => fold([onBoard(1, { colour: 'red' })])).toThrow("work_order has no field 'colour'");
});

function counted(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) if (line.trim() !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
