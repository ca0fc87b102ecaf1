import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { defineRecord, field } from '#shared/records/define-record.ts';
import { assertFieldNames } from '#shared/records/field-names.ts';
import { columnOf } from '#shared/records/record.ts';

const reserved = [
  'id',
  'vesselId',
  'updatedAt',
  'updatedBy',
  'sync',
  'versions',
  'conflicts',
  'referenced',
  'confirmed',
  'deleted',
  'entry',
  'vessel',
  'basis',
];

const declare = (name: string): unknown =>
  defineRecord({
    entity: 'spare_part',
    names: { one: 'Spare part', many: 'Spare parts' },
    title: [name],
    fields: { [name]: field.text('Any', z.string()) },
    urgentWhen: null,
  });

describe('the fields of a record', () => {
  test.each(recordSpecs.map(({ entity, fields }) => [entity, Object.keys(fields)] as const))(
    'of %s have names that nothing else has, and a column each',
    (entity, names) => {
      expect(() => assertFieldNames(entity, names)).not.toThrow();
      expect(names.filter((name) => reserved.includes(name))).toEqual([]);
      expect(new Set(names.map(columnOf)).size).toBe(names.length);
    },
  );

  test.each(reserved)('are not called %s', (name) => {
    expect(() => declare(name)).toThrow(`no field may be called '${name}'`);
  });

  test.each(['due_date', 'DueDate', 'due date', '', '2nd', "x'; --"])('are not called %j', (name) => {
    expect(() => declare(name)).toThrow("called like 'dueDate'");
  });

  test('are called anything else', () => {
    for (const name of ['name', 'dueDate', 'sha256', 'thumbnailSha256', 'x'])
      expect(() => declare(name)).not.toThrow();
  });
});
