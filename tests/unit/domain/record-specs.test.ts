import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newWorkOrder } from '#shared/contract/work-orders.ts';
import { crewMemberFields } from '#shared/records/crew-member.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import {
  columnOf,
  laneOf,
  lanes,
  titleOf,
  type FieldKind,
  type FieldSpec,
  type RecordSpec,
} from '#shared/records/record.ts';
import { recordSpecs, recordsVersion, specOf } from '#shared/records/catalogue.ts';
import { descriptionLimit, notesLimit, workOrderFields, workOrderSpec } from '#shared/records/work-order.ts';
import { changeSchema, canonicalText } from '#shared/sync/change.ts';
import { applyChange, emptyState, materialise } from '#shared/sync/merge.ts';
import { changeOf, office, orderValues, ship } from '../sync/changes.ts';

const specs: readonly RecordDeclaration[] = recordSpecs;
const fields = specs.flatMap((spec) =>
  Object.entries(spec.fields).map(([name, field]) => ({
    label: `${spec.entity}.${name}`,
    spec,
    name,
    field,
  })),
);

const schemaOf = (spec: RecordSpec, name: string): z.ZodType => {
  const schema: unknown = spec.schema.shape[name];
  if (!(schema instanceof z.ZodType)) throw new Error(`${spec.entity} has no schema for ${name}`);
  return schema;
};

const samples: Record<FieldKind, readonly unknown[]> = {
  text: [
    'A',
    'open',
    'hours',
    'reading',
    'normal',
    'planned',
    '2026-03-01',
    '2026-03-01T10:00:00.000Z',
    'WO-2026-000001',
    '0190a5b0-0000-7000-8000-000000000001',
    'image/jpeg',
    'a1'.repeat(32),
  ],
  integer: [1],
  real: [1, 1.5],
  boolean: [true, false],
};

/** Which kinds of value a field's schema lets in at all. */
const kindsOf = (schema: z.ZodType): FieldKind[] =>
  (['text', 'real', 'boolean'] as const).filter((kind) =>
    samples[kind].some((value) => schema.safeParse(value).success),
  );

describe('every kind of record', () => {
  test('is found by its name, which no other has', () => {
    expect(new Set(specs.map((spec) => spec.entity)).size).toBe(specs.length);
    for (const spec of specs) expect(specOf(spec.entity)).toBe(spec);
    expect(specOf('no_such_thing')).toBeUndefined();
    expect(specOf('constructor')).toBeUndefined();
    expect(recordsVersion).toBeGreaterThanOrEqual(1);
  });

  test.each(specs)('$entity has the same fields for merging as for checking', (spec) => {
    expect(Object.keys(spec.fields).sort()).toEqual(Object.keys(spec.schema.shape).sort());
  });

  test.each(specs)(
    '$entity has a column of its own for each field, and none that every table has',
    (spec) => {
      const columns = Object.keys(spec.fields).map(columnOf);
      const ofEveryTable = ['id', 'vessel_id', 'deleted', 'updated_at', 'updated_by', 'versions'];
      expect(new Set([...columns, ...ofEveryTable]).size).toBe(columns.length + ofEveryTable.length);
      for (const column of columns) expect(column).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(spec.entity).toMatch(/^[a-z][a-z_]*$/);
    },
  );

  test.each(specs)('$entity is called by texts that each of its records has', (spec) => {
    for (const name of spec.title) expect(spec.fields[name]).toMatchObject({ kind: 'text', nullable: false });
    // Nobody calls a thing by milliseconds.
    const isMoment = (name: string): boolean => spec.fields[name]?.type === 'instant';
    const values = Object.fromEntries(
      spec.title.map((name) => [name, isMoment(name) ? '2026-03-01T14:02:11.000Z' : `The ${name}`]),
    );
    const called = spec.title.map((name) => (isMoment(name) ? '2026-03-01 14:02 UTC' : `The ${name}`));
    expect(titleOf(spec, values)).toBe(called.join(' '));
  });

  test.each(specs)('$entity can be sent: its name and its fields are such as a change may carry', (spec) => {
    const values = Object.fromEntries(Object.keys(spec.fields).map((name) => [name, null]));
    expect(changeSchema.safeParse(changeOf({ entity: spec.entity, fields: values })).success).toBe(true);
  });

  test.each(specs)('$entity reads the same in the journal whatever the order of its fields', (spec) => {
    const names = Object.keys(spec.fields);
    const text = canonicalText(
      changeOf({ entity: spec.entity, fields: Object.fromEntries(names.map((name) => [name, 1])) }),
    );
    const turned = canonicalText(
      changeOf({
        entity: spec.entity,
        fields: Object.fromEntries(names.toReversed().map((name) => [name, 1])),
      }),
    );
    expect(turned).toBe(text);
    const places = names.toSorted().map((name) => text.indexOf(`"${name}":1`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});

describe('every field', () => {
  test.each(fields)('$label holds the kind of value that its schema lets in', ({ spec, name, field }) => {
    const kind = field.kind === 'integer' ? 'real' : field.kind;
    expect(kindsOf(schemaOf(spec, name))).toEqual([kind]);
  });

  test.each(fields)(
    '$label may be empty in the database just where its schema lets it be',
    ({ spec, name, field }) => {
      expect(schemaOf(spec, name).safeParse(null).success).toBe(field.nullable);
      expect(schemaOf(spec, name).safeParse(undefined).success).toBe(false);
    },
  );

  test.each(fields)('$label merges by a rule that fits what it holds', ({ spec, name, field }) => {
    const rules: Record<FieldSpec['merge'], () => void> = {
      clock: () => expect(field.terminal).toBeUndefined(),
      grows: () => expect(['integer', 'real']).toContain(field.kind),
      append: () => expect(field.kind).toBe('text'),
      terminal: () => {
        expect(field.terminal?.length).toBeGreaterThan(0);
        for (const value of field.terminal ?? [])
          expect(schemaOf(spec, name).safeParse(value).success).toBe(true);
      },
    };
    expect.hasAssertions();
    rules[field.merge]();
  });

  test.each(fields.filter(({ field }) => field.follows !== undefined))(
    '$label follows a field of its record that follows none, and merges as a single value',
    ({ spec, field }) => {
      const leading: FieldSpec | undefined = spec.fields[field.follows ?? ''];
      expect(leading).toBeDefined();
      expect(leading?.follows).toBeUndefined();
      expect(['grows', 'append']).not.toContain(field.merge);
    },
  );

  test.each(fields.filter(({ field }) => field.kind === 'text'))(
    '$label takes no text that a database cannot hold',
    ({ spec, name }) => {
      expect(schemaOf(spec, name).safeParse('Pump\u0000').success).toBe(false);
      expect(schemaOf(spec, name).safeParse('Pump \ud83d').success).toBe(false);
    },
  );
});

describe('what people read', () => {
  test.each(specs)(
    '$entity and each of its fields has a name, and no two fields the same',
    ({ fields, names }) => {
      const labels = Object.values(fields).map(({ label }) => label);
      for (const words of [names.one, names.many, ...labels]) expect(words).toMatch(/^[A-Z]\S/);
      expect(new Set(labels).size).toBe(labels.length);
    },
  );

  test.each(fields.filter(({ field }) => field.type === 'choice'))(
    '$label has words for each value that it lets in, and for no other',
    ({ field }) => {
      const values = Object.entries(field.words ?? {});
      expect(values.length).toBeGreaterThan(1);
      for (const [value, words] of values) {
        expect(field.shape.safeParse(value).success).toBe(true);
        expect(words.trim()).not.toBe('');
      }
      expect(field.shape.safeParse('no such value').success).toBe(false);
    },
  );

  test.each(fields.filter(({ field }) => field.type === 'reference'))(
    '$label points to a kind of record that there is',
    ({ field, spec }) => {
      const { refersTo, refersToKindIn } = field;
      if (refersToKindIn === undefined) expect(specOf(refersTo ?? '')).toBeDefined();
      else expect(spec.fields[refersToKindIn]?.kind).toBe('text');
    },
  );
});

describe('urgency', () => {
  test('a change that leaves an order critical is urgent, and no other', () => {
    expect(laneOf(workOrderSpec, orderValues({ priority: 'critical' }))).toBe('urgent');
    expect(laneOf(workOrderSpec, orderValues({ priority: 'high' }))).toBe('normal');
    expect(laneOf(workOrderSpec, {})).toBe('normal');
  });

  test.each(specs)('$entity names a field and a value that it has, where it can be urgent', (spec) => {
    const { urgentWhen } = spec;
    const known =
      urgentWhen === null || schemaOf(spec, urgentWhen.field).safeParse(urgentWhen.equals).success;
    expect(known).toBe(true);
    expect(lanes).toContain(laneOf(spec, {}));
  });
});

describe('a work order', () => {
  test('can still be read and changed when two people filled its notes to the limit at the same time', () => {
    const create = changeOf({ operation: 'create' });
    const merged = [
      create,
      changeOf({ origin: ship, number: 2, fields: { notes: numbered('ship') } }),
      changeOf({ origin: office, fields: { notes: numbered('office') }, seen: { [ship]: 1 } }),
      changeOf({ origin: 'v000002', fields: { notes: numbered('spare') }, seen: { [ship]: 1 } }),
    ].reduce((state, change) => applyChange(workOrderSpec, state, change), emptyState);
    const values = materialise(workOrderSpec, merged);
    expect(String(values?.['notes']).length).toBeGreaterThan(2 * notesLimit);
    expect(workOrderFields.safeParse(values).success).toBe(true);
  });

  test('cannot be raised with a text that a database cannot hold', () => {
    expect(newWorkOrder.safeParse({ title: 'Renew gasket' }).success).toBe(true);
    for (const wrong of [
      { title: 'Renew\u0000gasket' },
      { title: 'x', notes: '\u0000' },
      { title: 'x', description: '\ud83d' },
    ])
      expect(newWorkOrder.safeParse(wrong).success).toBe(false);
  });
});

describe('a person with the longest name and rank', () => {
  const name = 'N'.repeat(120);
  const rank = 'R'.repeat(60);

  test('may be entered, and what they sign is taken by the other end', () => {
    expect(crewMemberFields.safeParse({ name, rank, onBoard: true }).success).toBe(true);
    const signed = `${name}, ${rank}`;
    expect(changeSchema.safeParse(changeOf({ actorName: signed })).success).toBe(true);
    expect(workOrderFields.safeParse(orderValues({ createdBy: signed, completedBy: signed })).success).toBe(
      true,
    );
  });

  test('may not have one that is a character longer', () => {
    expect(crewMemberFields.safeParse({ name: `${name}N`, rank, onBoard: true }).success).toBe(false);
    expect(crewMemberFields.safeParse({ name, rank: `${rank}R`, onBoard: true }).success).toBe(false);
  });
});

test('the longest texts of an order fit into one change', () => {
  const fields = orderValues({ description: 'ж'.repeat(descriptionLimit), notes: 'ж'.repeat(notesLimit) });
  expect(changeSchema.safeParse(changeOf({ operation: 'create', fields: { ...fields } })).success).toBe(true);
});

function numbered(writer: string): string {
  const lines: string[] = [];
  for (let length = 0; ;) {
    const line = `${writer} noted reading ${lines.length}`;
    if ((length += line.length + 1) > notesLimit) return lines.join('\n');
    lines.push(line);
  }
}
