import { describe, expect, test } from 'vitest';
import { orderChange } from '#shared/records/work-order-status.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import {
  isOutstanding,
  mayBecome,
  statusTransitions,
  workOrderStatuses,
  type WorkOrderStatus,
} from '#shared/records/work-order-status.ts';

const signing = { at: '2026-03-01T14:02:11.000Z', by: 'M. Santos, Second engineer' };
const pairs = workOrderStatuses.flatMap((from) => workOrderStatuses.map((to) => ({ from, to })));
const allowed = new Set([
  'open → in_progress',
  'open → on_hold',
  'open → completed',
  'open → cancelled',
  'in_progress → open',
  'in_progress → on_hold',
  'in_progress → completed',
  'in_progress → cancelled',
  'on_hold → open',
  'on_hold → in_progress',
  'on_hold → completed',
  'on_hold → cancelled',
  'completed → in_progress',
  'cancelled → open',
]);

describe('the status of a work order', () => {
  test.each(pairs)('from $from to $to', ({ from, to }) => {
    const expected = from === to || allowed.has(`${from} → ${to}`);
    expect(mayBecome(from, to)).toBe(expected);
    expect('written' in orderChange({ status: from }, { status: to }, signing)).toBe(expected);
  });

  test('can be reached from every other, so that no mistake is for good', () => {
    for (const start of workOrderStatuses) {
      const reached = new Set<WorkOrderStatus>([start]);
      for (const status of reached) for (const next of statusTransitions[status]) reached.add(next);
      expect(reached.size).toBe(workOrderStatuses.length);
    }
  });

  test('says that nothing is left to do just for those that a stale edit cannot reopen', () => {
    const closed = workOrderStatuses.filter((status) => !isOutstanding(status));
    expect(closed).toEqual(workOrderSpec.fields.status.terminal);
  });
});

describe('a change of status', () => {
  const written = (from: WorkOrderStatus, status: WorkOrderStatus) =>
    orderChange({ status: from }, { status }, signing);

  test('to completed says who and when, from wherever it comes', () => {
    for (const from of ['open', 'in_progress', 'on_hold'] as const)
      expect(written(from, 'completed')).toEqual({
        written: { status: 'completed', completedAt: signing.at, completedBy: signing.by },
      });
  });

  test('back from completed takes that back', () => {
    expect(written('completed', 'in_progress')).toEqual({
      written: { status: 'in_progress', completedAt: null, completedBy: null },
    });
  });

  test('between others, or to what it is already, writes nothing else', () => {
    expect(written('open', 'on_hold')).toEqual({ written: { status: 'on_hold' } });
    expect(written('cancelled', 'open')).toEqual({ written: { status: 'open' } });
    expect(written('completed', 'completed')).toEqual({ written: { status: 'completed' } });
  });

  test('leaves what else was given as it is', () => {
    expect(orderChange({ status: 'open' }, { title: 'Overhaul' }, signing)).toEqual({
      written: { title: 'Overhaul' },
    });
  });

  test('that is not allowed writes nothing and says why', () => {
    expect(written('completed', 'cancelled')).toEqual({
      refused: 'An order that is completed cannot become cancelled. Nothing was saved.',
    });
    expect(written('cancelled', 'completed')).toHaveProperty('refused');
  });
});

describe('work that was done before it is signed off', () => {
  const done = '2026-02-27T08:00:00Z';
  const change = (from: WorkOrderStatus, changes: Record<string, string | null>) =>
    orderChange({ status: from }, changes, signing);

  test('is completed when it was done, by whoever signs it off', () => {
    expect(change('open', { status: 'completed', completedAt: done })).toEqual({
      written: { status: 'completed', completedAt: '2026-02-27T08:00:00.000Z', completedBy: signing.by },
    });
    expect(change('open', { status: 'completed', completedAt: null })).toEqual({
      written: { status: 'completed', completedAt: signing.at, completedBy: signing.by },
    });
  });

  test('is written the same way whatever it was given as, and was done by a ship of our time', () => {
    expect(
      change('open', { status: 'completed', completedAt: '2026-02-27T08:00:00.123456789Z' }),
    ).toMatchObject({
      written: { completedAt: '2026-02-27T08:00:00.123Z' },
    });
    expect(change('open', { status: 'completed', completedAt: '0000-01-01T00:00:00Z' })).toMatchObject({
      refused: expect.stringContaining('too long ago') as string,
    });
  });

  test('was not done at a time that is still to come', () => {
    expect(change('open', { status: 'completed', completedAt: '2026-03-01T14:02:12Z' })).toMatchObject({
      refused: expect.stringContaining('still to come') as string,
    });
  });

  test('has no such time without being signed off, and keeps the one it was signed off with', () => {
    for (const [from, changes] of [
      ['open', { completedAt: done }],
      ['open', { status: 'cancelled', completedAt: done }],
      ['completed', { completedAt: done }],
      ['completed', { status: 'in_progress', completedAt: done }],
    ] as const)
      expect(change(from, changes)).toMatchObject({
        refused: expect.stringContaining('as the order is signed off') as string,
      });
    expect(change('completed', { completedAt: null, notes: 'x' })).toEqual({ written: { notes: 'x' } });
  });
});
