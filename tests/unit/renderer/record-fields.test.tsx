import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { recordSpecs } from '#shared/records/catalogue.ts';
import {
  type FieldDeclaration,
  type RecordDeclaration,
  defineRecord,
  field,
  orNothing,
} from '#shared/records/define-record.ts';
import { FieldEditor } from '../../../src/renderer/records/fields/field-editor.tsx';
import { entryOf, isSame, readEntry } from '../../../src/renderer/records/fields/field-entry.ts';
import { longestOf } from '../../../src/renderer/records/fields/field-limits.ts';
import { planColumns, templateOf } from '../../../src/renderer/records/list/column-plan.ts';
import { fieldValueText } from '../../../src/renderer/records/words/field-labels.ts';
import { shipTime } from '../../../src/renderer/lib/format.ts';
import { sparePart } from '../../integration/records/support/spare-part.ts';

const id = '0190f6a0-0000-7000-8000-000000000003';

/** A kind with a field of every type, each once as it has to be and once as it may be left out. */
const toy = defineRecord({
  entity: 'toy',
  names: { one: 'Toy', many: 'Toys' },
  title: ['code', 'name'],
  fields: {
    code: field.text('Code', z.string().min(1).max(8)),
    name: field.text('Name', z.string().min(1)),
    story: field.lines('Story', z.string().max(2_000)),
    size: field.choice('Size', { s: 'Small', l: 'Large, for two' }),
    worn: field.hours('Worn', z.number().min(0).max(10)),
    pieces: field.whole('Pieces', z.number().int().min(0)),
    loud: field.flag('Loud'),
    bought: field.day('Bought', z.iso.date()),
    seen: field.instant('Seen', z.iso.datetime()),
    owner: field.reference('Owner', 'crew_member'),
    maybeStory: orNothing(field.lines('Other story', z.string())),
    maybeSize: orNothing(field.choice('Other size', { s: 'Small' })),
    maybeWorn: orNothing(field.hours('Otherwise worn', z.number())),
    maybePieces: orNothing(field.whole('Other pieces', z.number().int())),
    maybeLoud: orNothing(field.flag('Otherwise loud')),
    maybeBought: orNothing(field.day('Otherwise bought', z.iso.date())),
    maybeSeen: orNothing(field.instant('Otherwise seen', z.iso.datetime())),
    maybeOwner: orNothing(field.reference('Other owner', 'crew_member')),
  },
  urgentWhen: null,
});

const kinds: readonly RecordDeclaration[] = [...recordSpecs, sparePart, toy];
const allFields = kinds.flatMap((spec) =>
  Object.entries(spec.fields).map(([name, declared]): [string, string, FieldDeclaration] => [
    spec.entity,
    name,
    declared,
  ]),
);

const time = shipTime('Europe/Oslo');
const labels = {
  instant: time.instant,
  instantAt: time.instantAt,
  utc: time.utc,
  today: () => '2026-12-01',
  nameOf: (entity: string, of: string) => `${entity} ${of}`,
  find: () => Promise.resolve([]),
};

const samples: Readonly<Record<FieldDeclaration['type'], (declared: FieldDeclaration) => unknown>> = {
  text: () => 'Words',
  lines: () => 'One line\nand another',
  choice: ({ words }) => Object.keys(words ?? {})[0],
  hours: () => 2.5,
  number: () => 14.25,
  whole: () => 12,
  flag: () => true,
  day: () => '2027-03-14',
  instant: () => '2027-03-14T13:02:00.000Z',
  reference: () => id,
};

function editorOf(entity: string, name: string, declared: FieldDeclaration, value: unknown): string {
  return renderToStaticMarkup(
    createElement(FieldEditor, {
      of: { entity, field: name },
      declared,
      entry: entryOf(declared, value, labels),
      labels,
      onChange: () => {},
    }),
  );
}

describe('Every field of every kind that is declared', () => {
  test.each(allFields)('%s.%s has an editor under its own name', (entity, name, declared) => {
    expect(editorOf(entity, name, declared, samples[declared.type](declared))).toContain(declared.label);
    expect(editorOf(entity, name, declared, null)).toContain(declared.label);
  });

  test.each(allFields)('%s.%s is read from its editor as it was put in', (_entity, _name, declared) => {
    const value = samples[declared.type](declared);
    // What a shape asks besides of a number or a code is no matter of the editor.
    const anyOfIts: FieldDeclaration = { ...declared, shape: z.unknown() };
    expect(readEntry(anyOfIts, entryOf(declared, value, labels), labels)).toEqual({ value });
    if (declared.nullable)
      expect(readEntry(declared, entryOf(declared, null, labels), labels)).toEqual({ value: null });
  });

  test.each(allFields)('%s.%s is put into words', (entity, name, declared) => {
    const words = fieldValueText({ entity, field: name }, samples[declared.type](declared), labels);
    expect(words).not.toBe('');
    expect(words).not.toBe('nothing');
  });
});

test.each(kinds.map((spec) => [spec.entity, spec] as const))('%s has a list', (_entity, spec) => {
  const plan = planColumns(spec);
  expect(plan.length).toBeGreaterThan(0);
  expect(plan.length).toBeLessThanOrEqual(8);
  expect(plan.map((column) => column.field)).toEqual(expect.arrayContaining([...spec.title]));
  expect(plan.some(({ declared }) => declared.type === 'lines')).toBe(false);
  for (const room of ['narrow', 'wide', 'widest'] as const)
    expect(templateOf(plan, room).startsWith('12px ')).toBe(true);
});

describe('What is wrong with an entry', () => {
  const wrong = (declared: FieldDeclaration, entry: string) => readEntry(declared, entry, labels);

  test('is said in words for the person at the form', () => {
    const { fields } = toy;
    expect(wrong(fields.code, '')).toEqual({ wrong: 'Code is needed' });
    expect(wrong(fields.code, 'much too long')).toEqual({ wrong: 'At most 8 characters; this has 13' });
    expect(wrong(fields.worn, 'two')).toEqual({ wrong: 'Hours as a number from 0 up, such as 2.5' });
    expect(wrong(fields.worn, '11')).toEqual({ wrong: 'At most 10 h' });
    expect(wrong(fields.pieces, '-1')).toEqual({ wrong: 'At least 0' });
    expect(wrong(fields.pieces, '1.5')).toEqual({ wrong: 'A whole number, such as 12' });
    expect(wrong(fields.bought, '31 Feb')).toMatchObject({ wrong: expect.stringMatching(/^Not a date/) });
    expect(wrong(fields.seen, 'noon')).toMatchObject({
      wrong: expect.stringMatching(/^Not a date and time/),
    });
    expect(wrong(fields.loud, '')).toEqual({ wrong: 'Choose one: this is needed' });
    expect(readEntry(fields.owner, null, labels)).toEqual({ wrong: 'Choose one: this is needed' });
  });

  test('is not asked of what is written another way', () => {
    expect(wrong(toy.fields.worn, ' 2,5 ')).toEqual({ value: 2.5 });
    expect(wrong(toy.fields.bought, '+1')).toEqual({ value: '2026-12-02' });
    // Oslo's clocks stand two hours ahead in summer.
    expect(wrong(toy.fields.seen, '14 Jul 2026 9:30')).toEqual({ value: '2026-07-14T07:30:00.000Z' });
  });
});

test('a value that this program does not know is shown as it is stored, and left alone', () => {
  const { size } = toy.fields;
  expect(editorOf('toy', 'size', size, 'xl')).toContain('xl');
  expect(isSame(entryOf(size, 'xl', labels), 'xl')).toBe(true);
});

test('the longest text that a field takes is known where its declaration says so', () => {
  expect(longestOf(toy.fields.code)).toBe(8);
  expect(longestOf(toy.fields.name)).toBe(null);
});
