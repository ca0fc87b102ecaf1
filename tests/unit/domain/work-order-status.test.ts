import { describe, expect, test } from 'vitest';
import { statusConsequences } from '#shared/domain/work-order-status.ts';
import {
  isOutstanding,
  mayBecome,
  statusTransitions,
  workOrderSpec,
  workOrderStatuses,
  type WorkOrderStatus,
} from '#shared/domain/work-order.ts';

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
    expect(statusConsequences({ status: from }, to, signing) !== null).toBe(expected);
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
  test('to completed says who and when, from wherever it comes', () => {
    for (const status of ['open', 'in_progress', 'on_hold'] as const)
      expect(statusConsequences({ status }, 'completed', signing)).toEqual({
        completedAt: signing.at,
        completedBy: signing.by,
      });
  });

  test('back from completed takes that back', () => {
    expect(statusConsequences({ status: 'completed' }, 'in_progress', signing)).toEqual({
      completedAt: null,
      completedBy: null,
    });
  });

  test('between others, or to what it is already, writes nothing else', () => {
    expect(statusConsequences({ status: 'open' }, 'on_hold', signing)).toEqual({});
    expect(statusConsequences({ status: 'cancelled' }, 'open', signing)).toEqual({});
    expect(statusConsequences({ status: 'completed' }, 'completed', signing)).toEqual({});
  });

  test('that is not allowed writes nothing', () => {
    expect(statusConsequences({ status: 'completed' }, 'cancelled', signing)).toBeNull();
    expect(statusConsequences({ status: 'cancelled' }, 'completed', signing)).toBeNull();
  });
});
