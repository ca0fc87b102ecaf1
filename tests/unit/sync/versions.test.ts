import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fc } from '#support/properties.ts';
import { fieldsOfCreate, versionOf, withInitials } from '#shared/records/record-version.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { recordSpecs, recordsVersion } from '#shared/records/catalogue.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { applyChange, emptyState, materialise, valueIn, type RecordState } from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { changeOf, office, orderValues, ship } from './changes.ts';

/** Work orders as a later program might have them: a field and a status more. */
const newer: RecordSpec = {
  ...workOrderSpec,
  fields: {
    ...workOrderSpec.fields,
    risk: { kind: 'text', nullable: false, merge: 'clock', since: 2, initial: 'none' },
    type: { ...workOrderSpec.fields.type, valuesSince: { dry_dock: 3 } },
  },
  schema: workOrderSpec.schema.extend({ risk: z.enum(['none', 'low', 'high']) }),
};

const fold = (spec: RecordSpec, changes: readonly ReturnType<typeof changeOf>[]): RecordState =>
  changes.reduce((state, change) => applyChange(spec, state, change), emptyState);

describe('a change says which version of the records one has to know for it', () => {
  test('the first, where it names nothing that came later', () => {
    expect(versionOf(newer, { title: 'Renew gasket', type: 'planned' })).toBe(1);
    expect(versionOf(newer, {})).toBe(1);
  });

  test('that of a later field, or of a later value of a choice', () => {
    expect(versionOf(newer, { title: 'Renew gasket', risk: 'low' })).toBe(2);
    expect(versionOf(newer, { type: 'dry_dock', risk: 'low' })).toBe(3);
    expect(versionOf({ ...newer, since: 4 }, { title: 'x' })).toBe(4);
  });

  test('a create that leaves a later field as it is initially is understood by an older program', () => {
    const named = fieldsOfCreate(newer, { ...orderValues(), risk: 'none' });
    expect(versionOf(newer, named)).toBe(1);
    expect(workOrderSpec.schema.strict().safeParse(named).success).toBe(true);
    expect(fieldsOfCreate(newer, { ...orderValues(), risk: 'high' })).toHaveProperty('risk', 'high');
  });
});

describe('a newer program takes what an older one wrote', () => {
  const create = changeOf({ operation: 'create', fields: { ...orderValues() } });
  const update = changeOf({ origin: office, number: 1, seen: { [ship]: 1 }, fields: { title: 'Newer' } });

  test('with initial values where the older knows no field', () => {
    const state = fold(newer, [create, update]);
    expect(materialise(newer, state)).toEqual({ ...orderValues(), title: 'Newer', risk: 'none' });
    expect(valueIn(newer, state, 'risk')).toBe('none');
  });

  test('and both know the same of the record, so their digests are the same', () => {
    expect(canonicalJson(encodeState(fold(newer, [create, update])))).toBe(
      canonicalJson(encodeState(fold(workOrderSpec, [create, update]))),
    );
  });

  test('in a database that was there before the field, as if it had folded everything anew', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('none', 'low', 'high'), { maxLength: 3 }),
        fc.constantFrom('none', 'high'),
        fc.boolean(),
        (risks, first, older) => {
          const begun = older
            ? create
            : changeOf({ operation: 'create', fields: { ...orderValues(), risk: first } });
          const changes = risks.map((risk, index) =>
            changeOf({ origin: office, number: index + 1, seen: { [ship]: 1 }, fields: { risk } }),
          );
          let state = emptyState;
          for (const change of [begun, ...changes]) {
            // As it stands in a database: the row has the column's default.
            const row = withInitials(newer, materialise(newer, state) ?? {});
            const stored = JSON.stringify(encodeState(state));
            const known = state === emptyState ? emptyState : decodeState(newer, stored, row);
            expect(canonicalJson(encodeState(known))).toBe(canonicalJson(JSON.parse(stored)));
            state = applyChange(newer, known, change);
          }
          const risk = risks.at(-1) ?? (older ? 'none' : first);
          expect(materialise(newer, state)).toMatchObject({ risk });
          expect(state).toEqual(fold(newer, [begun, ...changes]));
        },
      ),
    );
  });
});

test.each<RecordSpec>([...recordSpecs])(
  'what came later to $entity says since when, and how it begins',
  (spec) => {
    expect(spec.since ?? 1).toBeLessThanOrEqual(recordsVersion);
    for (const field of Object.values(spec.fields)) {
      expect(field.initial !== undefined).toBe((field.since ?? 1) > (spec.since ?? 1));
      for (const since of [field.since ?? 1, ...Object.values(field.valuesSince ?? {})])
        expect(since).toBeLessThanOrEqual(recordsVersion);
    }
  },
);
