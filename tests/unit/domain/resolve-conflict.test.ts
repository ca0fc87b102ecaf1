import { describe, expect, test } from 'vitest';
import { conflictResolution } from '#shared/sync/resolve-conflict.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { fieldsToWrite } from '#shared/sync/conflicts.ts';
import { emptyState, applyChange } from '#shared/sync/merge.ts';
import { contestedFields, encodeState } from '#shared/sync/record-state-json.ts';
import { changeOf, office, orderValues, ship } from '../sync/changes.ts';

const now = { at: '2026-03-02T08:00:00.000Z', by: 'A. Rossi' };
const done = { completedAt: '2026-03-01T11:00:00.000Z', completedBy: 'B. Silva' };
const status = {
  field: 'status',
  values: [{ value: 'completed', also: done }, { value: 'in_progress' }],
};
const title = { field: 'title', values: [{ value: 'Ours' }, { value: 'Theirs' }] };
const decide = (
  place: Parameters<typeof conflictResolution>[1],
  take: Parameters<typeof conflictResolution>[2],
) => conflictResolution(workOrderSpec, place, take, now);

describe('a decision between values', () => {
  test('takes one of them, with what its writer left in the fields that go with it', () => {
    expect(decide(title, { index: 1 })).toMatchObject({ ok: true, values: { title: 'Theirs' } });
    expect(decide(status, { index: 0 })).toMatchObject({ values: { status: 'completed', ...done } });
    expect(decide(status, { index: 1 })).toMatchObject({
      values: { status: 'in_progress', completedAt: null, completedBy: null },
    });
    expect(decide(title, { index: 2 })).toMatchObject({ ok: false });
  });

  test('may be a value that nobody wrote, by the rules of its field', () => {
    expect(decide(title, { value: ' Agreed ' })).toMatchObject({
      values: { title: 'Agreed' },
      isTyped: true,
    });
    expect(decide(title, { value: '' })).toMatchObject({ ok: false });
    expect(decide(title, { value: 7 })).toMatchObject({ ok: false });
    expect(decide({ ...title, field: 'nowhere' }, { value: 'x' })).toMatchObject({ ok: false });
  });

  test('that is typed as one of them is the same as taking it', () => {
    expect(decide(status, { value: 'completed' })).toMatchObject({ values: done, isTyped: false });
  });

  test('of a status may go on from where one of them stands, and says who completed and when', () => {
    expect(decide(status, { value: 'on_hold' })).toMatchObject({
      values: { status: 'on_hold', completedAt: null, completedBy: null },
    });
    const open = { field: 'status', values: [{ value: 'open' }, { value: 'on_hold' }] };
    expect(decide(open, { value: 'completed' })).toMatchObject({
      values: { status: 'completed', completedAt: now.at, completedBy: now.by },
    });
    const closed = { field: 'status', values: [{ value: 'completed', also: done }, { value: 'cancelled' }] };
    expect(decide(closed, { value: 'on_hold' })).toMatchObject({ ok: false });
  });
});

describe('what a change has to name', () => {
  const current = orderValues({ status: 'completed', ...done });
  const write = (changes: Parameters<typeof fieldsToWrite>[1], contested: string[] = []) =>
    fieldsToWrite(workOrderSpec, changes, { current, contested });

  test('is what differs, and what is contested even where it stays', () => {
    expect(write({ title: current.title, priority: 'high' })).toEqual({ priority: 'high' });
    expect(write({ title: current.title }, ['title'])).toEqual({ title: current.title });
    expect(write({ priority: 'normal' }, ['title'])).toEqual({});
  });

  test('is, with a status, what goes with it and is contested', () => {
    expect(write({ status: 'completed' }, ['status', 'completedAt'])).toEqual({
      status: 'completed',
      completedAt: done.completedAt,
    });
  });

  test('is read of a stored record without its values', () => {
    const raised = changeOf({ operation: 'create' });
    const apart = [
      raised,
      changeOf({ number: 2, fields: { title: 'Ours' } }),
      changeOf({ origin: office, number: 1, fields: { title: 'Theirs' }, seen: { [ship]: [1, [5, 7]] } }),
    ].reduce((state, change) => applyChange(workOrderSpec, state, change), emptyState);
    expect(contestedFields(JSON.stringify(encodeState(apart)))).toEqual(['title']);
    const plain = applyChange(workOrderSpec, emptyState, { ...raised, seen: { [office]: [1, [5, 7]] } });
    expect(contestedFields(JSON.stringify(encodeState(plain)))).toEqual([]);
  });
});
