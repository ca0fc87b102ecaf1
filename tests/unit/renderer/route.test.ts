import { describe, expect, test } from 'vitest';
import {
  type Route,
  formatRoute,
  parseRoute,
  startRoute,
} from '../../../src/renderer/lib/app-services/route.ts';

const id = '0190f6a0-0000-7000-8000-000000000003';

describe('The address of a page', () => {
  test.each<[string, Route]>([
    ['#/work-orders', startRoute],
    ['#/work-orders/new', { page: 'work-orders', open: { kind: 'new' }, full: false }],
    [
      `#/work-orders/${id}`,
      { page: 'work-orders', open: { kind: 'order', id, editing: false }, full: false },
    ],
    [
      `#/work-orders/${id}?edit&full`,
      { page: 'work-orders', open: { kind: 'order', id, editing: true }, full: true },
    ],
    [
      `#/equipment/${id}?full`,
      { page: 'records', entity: 'equipment', open: { kind: 'record', id, editing: false }, full: true },
    ],
    [
      `#/crew/${id}?edit`,
      { page: 'records', entity: 'crew_member', open: { kind: 'record', id, editing: true }, full: false },
    ],
    ['#/crew/new', { page: 'records', entity: 'crew_member', open: { kind: 'new' }, full: false }],
    ['#/equipment', { page: 'records', entity: 'equipment', open: null, full: false }],
    ['#/review/open', { page: 'review', state: 'open', recordId: null }],
    ['#/review/settled?record=0190a5b0', { page: 'review', state: 'settled', recordId: '0190a5b0' }],
    ['#/sync/problems', { page: 'sync', tab: 'problems' }],
    ['#/sync/link', { page: 'sync', tab: 'link' }],
  ])('%s is read and written alike', (address, route) => {
    expect(parseRoute(address)).toEqual(route);
    expect(formatRoute(route)).toBe(address);
  });

  test.each(['', '#', '#/nowhere', '#nonsense', '#/sync/everything'])(
    '%s leads somewhere that exists',
    (address) => {
      expect(['work-orders', 'sync']).toContain(parseRoute(address).page);
    },
  );
});
