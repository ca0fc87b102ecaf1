import { expect, test } from 'vitest';
import { entityName, fieldName, fieldValueText } from '../../../src/renderer/records/words/field-labels.ts';

const words = {
  nameOf: (entity: string, id: string) => `${entity} ${id}`,
  instant: (iso: string) => iso,
};

test.each(['status', 'priority', 'type'])(
  'a %s that this program has no words for is shown as it is stored',
  (field) => {
    expect(fieldValueText({ entity: 'work_order', field }, 'obsolete', words)).toBe('obsolete');
  },
);

test('a choice that it knows has its own words', () => {
  expect(fieldValueText({ entity: 'work_order', field: 'status' }, 'in_progress', words)).toBe('In progress');
});

test('a field is put into words by what its own kind of record declares, never by its bare name', () => {
  const of = (entity: string, field: string) => ({ entity, field });
  expect(fieldName(of('crew_member', 'name'))).toBe('Name');
  expect(fieldName(of('crew_member', 'status'))).toBe('status');
  expect(fieldValueText(of('crew_member', 'status'), 'open', words)).toBe('open');
  expect(fieldValueText(of('attachment', 'workOrderId'), 'x', words)).toBe('work_order x');
  expect(fieldValueText(of('equipment', 'criticality'), 'A', words)).toMatch(/^A, /);
  expect(fieldValueText(of('equipment', 'runningHours'), 1_200.5, words)).not.toBe('1200.5');
  expect(fieldName(of('constructor', 'toString'))).toBe('toString');
  expect(fieldName(of('work_order', 'toString'))).toBe('toString');
  expect(entityName('spare_part')).toBe('spare_part');
});
