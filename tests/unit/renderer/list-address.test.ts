import { describe, expect, test } from 'vitest';
import { equipmentSpec } from '#shared/records/equipment.ts';
import {
  createListAddresses,
  followAddress,
  splitQuery,
} from '../../../src/renderer/lib/app-services/list-address.ts';
import { withListText } from '../../../src/renderer/lib/app-services/route.ts';
import {
  filterText,
  parseFilter,
  startFilter,
  withView,
} from '../../../src/renderer/features/work-orders/list/order-filter.ts';
import {
  filterText as officeFilterText,
  firstFilter,
  parseFilter as parseOfficeFilter,
} from '../../../src/renderer/office/orders/order-filter.ts';
import { firstQuery, parseQuery, queryText } from '../../../src/renderer/records/list/query-text.ts';

const id = '0190f6a0-0000-7000-8000-000000000003';

describe('what a list shows, in the address', () => {
  test('is nothing for what it shows at first', () => {
    expect(filterText(startFilter)).toBe('');
    expect(officeFilterText(firstFilter)).toBe('');
    expect(queryText(equipmentSpec, firstQuery(equipmentSpec))).toBe('');
  });

  test('is read as it was written', () => {
    const overdue = {
      ...withView(startFilter, 'overdue'),
      priority: ['critical', 'high'],
      type: ['planned'],
      equipment: { id, label: '651.01 Main engine & gear' },
      assigneeId: id,
      search: 'Kovač ?&#',
      sort: 'number',
      direction: 'desc',
    } as const;
    expect(parseFilter(filterText(overdue))).toEqual(overdue);
    const picked = { ...startFilter, status: ['on_hold'] } as const;
    expect(parseFilter(filterText(picked))).toEqual(picked);
    const office = { ...firstFilter, view: 'completed', priority: ['low'], search: 'pump' } as const;
    expect(parseOfficeFilter(officeFilterText(office))).toEqual(office);
    const query = {
      search: 'pump',
      filter: { criticality: ['A', 'B'] },
      sort: 'name',
      direction: 'desc',
    } as const;
    expect(parseQuery(equipmentSpec, queryText(equipmentSpec, query))).toEqual(query);
  });

  test('is as at first where somebody wrote nonsense there', () => {
    const nonsense =
      'view=sunk&status=lost&priority=most&sort=versions&direction=up&equipment=x&assignee=&q=';
    expect(parseFilter(nonsense)).toEqual(startFilter);
    expect(parseOfficeFilter(nonsense)).toEqual(firstFilter);
    expect(parseQuery(equipmentSpec, 'sort=versions&criticality=Z&direction=up&id=1')).toEqual(
      firstQuery(equipmentSpec),
    );
    expect(parseFilter(`q=${'x'.repeat(500)}`).search).toBe('');
  });

  test('stands beside the flags of the page', () => {
    expect(withListText('#/work-orders/1?edit', 'q=pump')).toBe('#/work-orders/1?edit&q=pump');
    expect(withListText('#/work-orders', 'q=pump')).toBe('#/work-orders?q=pump');
    const { flags, list } = splitQuery('edit&q=pump&full', new Set(['edit', 'full']));
    expect(list).toBe('q=pump');
    expect([...flags.keys()]).toEqual(['edit', 'full']);
  });

  test('follows the list, and the list follows it', () => {
    const addresses = createListAddresses();
    addresses.set('equipment', 'q=pump');
    let text = '';
    let tell = (): void => {};
    followAddress(addresses, 'equipment', {
      text: () => text,
      apply: (next) => {
        text = next;
        tell();
      },
      onChanged: (listener) => void (tell = listener),
    });
    expect(text).toBe('q=pump');
    text = 'q=boiler';
    tell();
    expect(addresses.store.getState().texts.get('equipment')).toBe('q=boiler');
    addresses.set('equipment', '');
    expect(text).toBe('');
  });
});
