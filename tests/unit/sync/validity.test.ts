import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { recordSpecs, recordsVersion } from '#shared/records/catalogue.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { longestText, type Change } from '#shared/sync/change.ts';
import { applyChange, emptyState } from '#shared/sync/merge.ts';
import { validateChange } from '#shared/sync/validity.ts';
import { changeOf, changes, orderValues } from './changes.ts';

const parked = (given: Partial<Change>): string => {
  const verdict = validateChange(changeOf(given));
  return verdict.decision === 'park' ? verdict.reason : `not parked, but: ${verdict.decision}`;
};

describe('a change from the other end', () => {
  test.each<[string, Partial<Change>]>([
    ['raises an order with all its fields', { operation: 'create' }],
    ['sets one field', { fields: { title: 'Renew both gaskets' } }],
    ['sets several fields', { fields: { status: 'completed', completedBy: 'M. Santos', actualHours: 2.5 } }],
    ['sets none, to take a delete back', { fields: {} }],
    ['deletes', { operation: 'delete' }],
    [
      'deletes an order of which nothing is known',
      { operation: 'delete', recordId: '0190a5b0-0000-7000-8000-0000000000ff' },
    ],
  ])('is applied when it %s', (_, given) => {
    expect(validateChange(changeOf(given))).toEqual({ decision: 'apply', spec: workOrderSpec });
  });

  test('is not applied with a text longer than the other end takes, whatever the field', () => {
    const long = [
      'x'.repeat(longestText + 1),
      `2026-03-14T16:30:00.${'1'.repeat(longestText)}Z`,
      `WO-2026-${'0'.repeat(longestText)}1`,
    ];
    for (const spec of recordSpecs)
      for (const [name, { kind }] of Object.entries(spec.fields))
        for (const value of kind === 'text' ? long : []) {
          const change = changeOf({ entity: spec.entity, fields: { [name]: value } });
          expect(validateChange(change).decision, `${spec.entity}.${name}`).toBe('park');
        }
  });

  test.each<[string, Partial<Change>, RegExp]>([
    ['is of a kind nobody knows', { entity: 'spare_part' }, /no kind of record called 'spare_part'/],
    ['has the name of something else', { entity: 'constructor' }, /no kind of record called 'constructor'/],
    [
      'names its record in capital letters',
      { recordId: '0190A5B0-0000-7000-8000-0000000000FF' },
      /capital letters/,
    ],
    ['raises an order without a title', { operation: 'create', fields: withoutTitle() }, /^title: /],
    ['leaves the title empty', { fields: { title: '   ' } }, /^title: /],
    ['sets a field that there is not', { fields: { colour: 'red' } }, /colour/],
    ['sets a field with the name of something else', { fields: { constructor: 'x' } }, /constructor/],
    ['sets a status that there is not', { fields: { status: 'forgotten' } }, /^status: /],
    ['sets a number where a text belongs', { fields: { title: 7 } }, /^title: /],
    ['empties what must not be empty', { fields: { priority: null } }, /^priority: /],
    ['names a day that does not exist', { fields: { dueDate: '2026-02-30' } }, /^dueDate: /],
    ['works less than no time', { fields: { actualHours: -1 } }, /^actualHours: /],
    [
      'holds a character that Postgres cannot',
      { fields: { notes: 'a\u0000b' } },
      /^notes: .*cannot be stored/,
    ],
    ['holds half a character', { fields: { title: 'a\ud83d' } }, /^title: .*cannot be stored/],
    ['has a title without end', { fields: { title: 'x'.repeat(201) } }, /^title: /],
  ])('is kept aside, with the reason, when it %s', (_, given, reason) => {
    expect(parked(given)).toMatch(reason);
  });

  test('waits for the update when a newer program wrote it, whatever it holds', () => {
    const version = recordsVersion + 1;
    expect(validateChange(changeOf({ version, entity: 'spare_part' }))).toEqual({ decision: 'later' });
    expect(validateChange(changeOf({ version, fields: { colour: 'red' } }))).toEqual({ decision: 'later' });
    expect(validateChange(changeOf({ version, operation: 'delete' }))).toEqual({ decision: 'later' });
  });

  test('is always judged, and what is to be applied can be', () => {
    const anything = fc.oneof(
      changes,
      fc
        .tuple(changes, fc.constantFrom(...recordSpecs))
        .map(([change, { entity }]) => ({ ...change, entity, version: 1 })),
      fc.tuple(changes, fc.subarray(Object.entries(orderValues()))).map(([change, fields]) => ({
        ...change,
        entity: 'work_order',
        version: 1,
        fields: Object.fromEntries(fields),
      })),
    );
    fc.assert(
      fc.property(anything, (change) => {
        const verdict = validateChange(change);
        if (verdict.decision === 'apply') applyChange(verdict.spec, emptyState, change);
        expect(['apply', 'later', 'park']).toContain(verdict.decision);
      }),
      runs(300),
    );
  });

  test('is judged in a fraction of a millisecond, so that a month of changes blocks nothing', () => {
    const change = changeOf({ fields: { status: 'completed', actualHours: 2 } });
    validateChange(change);
    const start = performance.now();
    for (let count = 0; count < 1_000; count += 1) validateChange(change);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

function withoutTitle(): Change['fields'] {
  const { title: _, ...fields } = orderValues();
  return fields;
}
