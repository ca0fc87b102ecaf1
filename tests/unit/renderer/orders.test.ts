import { describe, expect, test } from 'vitest';
import { newWorkOrder, workOrderChanges } from '#shared/contract/work-orders.ts';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { mayBecome, workOrderStatuses } from '#shared/records/work-order-status.ts';
import {
  narrowings,
  sortedBy,
  startFilter,
  toListInput,
  viewOf,
  withView,
} from '../../../src/renderer/features/work-orders/list/order-filter.ts';
import {
  broughtUpToDate,
  changedFields,
  emptyForm,
  formOf,
  toAllChanges,
  toNewOrder,
  withTheirs,
} from '../../../src/renderer/features/work-orders/form/order-form-values.ts';
import { statusPath } from '../../../src/renderer/features/work-orders/order/status-path.ts';

const today = '2026-11-22';
const pump = '0190f6a0-0000-7000-8000-000000000001';
const chief = '0190f6a0-0000-7000-8000-000000000002';

const order: WorkOrder = {
  id: '0190f6a0-0000-7000-8000-000000000003',
  number: 'WO-2026-000012',
  title: 'Seal weeping',
  description: '',
  equipmentId: pump,
  equipmentCode: '721.01',
  equipmentName: 'Sea water pump',
  type: 'corrective',
  priority: 'normal',
  status: 'open',
  dueDate: '2026-12-01',
  assigneeId: null,
  assigneeName: null,
  estimatedHours: 2,
  actualHours: null,
  notes: '',
  completedAt: null,
  completedBy: null,
  createdAt: '2026-11-20T08:00:00.000Z',
  createdBy: 'Chief',
  updatedAt: '2026-11-20T08:00:00.000Z',
  updatedBy: 'Chief',
  sync: 'local',
  versions: {},
  conflicts: [],
};

describe('Taking back a status', () => {
  test('goes only over steps that are allowed, whatever lies between', () => {
    for (const from of workOrderStatuses)
      for (const to of workOrderStatuses) {
        let at = from;
        for (const step of statusPath(from, to) ?? []) {
          expect(mayBecome(at, step), `${at} to ${step}`).toBe(true);
          at = step;
        }
        expect(at).toBe(to);
      }
  });

  test('reopens a completed order through in progress', () => {
    expect(statusPath('completed', 'open')).toEqual(['in_progress', 'open']);
    expect(statusPath('open', 'open')).toEqual([]);
  });
});

describe('The filter of the list', () => {
  test('starts with what is outstanding, the most pressing first', () => {
    expect(toListInput(startFilter, today)).toEqual({
      status: ['open', 'in_progress', 'on_hold'],
      sort: 'dueDate',
      direction: 'asc',
    });
    expect(viewOf(startFilter)).toBe('outstanding');
    expect(narrowings(startFilter)).toBe(0);
  });

  test('asks for overdue orders by the day on board', () => {
    expect(toListInput(withView(startFilter, 'overdue'), today)).toMatchObject({ dueBefore: today });
    expect(toListInput(withView(startFilter, 'all'), today)).not.toHaveProperty('status');
  });

  test('knows a view by its statuses, and counts one picked by hand as a narrowing', () => {
    const picked = { ...startFilter, status: ['on_hold', 'open'] as const, search: '  pump ' };
    expect(viewOf(picked)).toBeNull();
    expect(narrowings(picked)).toBe(1);
    expect(toListInput(picked, today)).toMatchObject({ search: 'pump', status: ['on_hold', 'open'] });
  });

  test('turns round on the second click, and starts with the newest where that is meant', () => {
    const byTitle = sortedBy(startFilter, 'title');
    expect(byTitle).toMatchObject({ sort: 'title', direction: 'asc' });
    expect(sortedBy(byTitle, 'title').direction).toBe('desc');
    expect(sortedBy(byTitle, 'updatedAt').direction).toBe('desc');
  });
});

describe('The form of an order', () => {
  test('becomes what the vessel takes, with dates and hours as people write them', () => {
    const input = toNewOrder(
      {
        ...emptyForm,
        title: ' Seal ',
        equipment: { id: pump, label: '721.01 Pump' },
        dueDate: '1 Dec',
        estimatedHours: '2,5',
      },
      today,
    );
    expect(newWorkOrder.parse(input)).toMatchObject({
      title: 'Seal',
      equipmentId: pump,
      dueDate: '2026-12-01',
      estimatedHours: 2.5,
      assigneeId: null,
    });
  });

  test.each([
    ['title', { title: '  ' }],
    ['dueDate', { title: 'x', dueDate: '31 Feb' }],
    ['estimatedHours', { title: 'x', estimatedHours: 'two' }],
    ['estimatedHours', { title: 'x', estimatedHours: '-1' }],
  ])('is refused for its %s', (field, values) => {
    const parsed = newWorkOrder.safeParse(toNewOrder({ ...emptyForm, ...values }, today));
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });

  test('writes only what the person changed', () => {
    const values = { ...formOf(order), title: 'Seal leaking', actualHours: '3' };
    const all = workOrderChanges.parse(toAllChanges(values, today));
    expect(changedFields(order, all)).toEqual({ title: 'Seal leaking', actualHours: 3 });
    expect(changedFields(order, workOrderChanges.parse(toAllChanges(formOf(order), today)))).toEqual({});
  });

  test('takes over what others changed meanwhile, except where both did', () => {
    const old = formOf(order);
    const mine = { ...old, title: 'Mine', description: 'My description' };
    const fresh = { ...old, title: 'Theirs', priority: 'high' as const, assigneeId: chief };
    const now = broughtUpToDate(mine, old, fresh);
    expect(now).toMatchObject({
      title: 'Mine',
      description: 'My description',
      priority: 'high',
      assigneeId: chief,
    });
    expect(withTheirs(now, fresh, 'title').title).toBe('Theirs');
  });

  test('keeps one’s own equipment apart from the other’s by the name of the record’s field', () => {
    const old = formOf(order);
    const mine = { ...old, equipment: null };
    const fresh = { ...old, equipment: { id: chief, label: 'Other' } };
    expect(broughtUpToDate(mine, old, fresh).equipment).toBeNull();
    expect(withTheirs(mine, fresh, 'equipmentId').equipment).toEqual({ id: chief, label: 'Other' });
  });
});
