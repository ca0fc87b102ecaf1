import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { stampOf, type Change } from '#shared/sync/change.ts';
import { timeAfter } from '#shared/sync/clock.ts';
import { conflictsIn } from '#shared/sync/conflicts.ts';
import { recordDigest } from '#shared/sync/digest.ts';
import {
  applyChange,
  emptyState,
  isDeleted,
  joinStates,
  latestStamp,
  materialise,
  type RecordState,
} from '#shared/sync/merge.ts';
import { afterOwnChange, decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';
import { changeOf, receivedJsonOf, orderValues, recordId } from './changes.ts';
import { arrivals, shuffled } from './voyage.ts';

const fold = (changes: readonly Change[], from: RecordState = emptyState): RecordState =>
  changes.reduce((state, change) => applyChange(workOrderSpec, state, change), from);

/** All that is shown and all that is stored of a record, and what both ends compare. */
function picture(state: RecordState): string {
  return canonicalJson({
    state: encodeState(state),
    values: materialise(workOrderSpec, state),
    deleted: isDeleted(state),
    conflicts: conflictsIn(workOrderSpec, state),
    digest: recordDigest('work_order', recordId, state, (text) => text.padEnd(32)),
  });
}

const origin = fc.constantFrom('v000001', 'v000002', 's000001', 's000002');
/** Of numbers that there are, that there will be, and that there can never be. */
const seen: fc.Arbitrary<CausalContext> = fc.dictionary(origin, receivedJsonOf(fc.nat({ max: 8 })), {
  maxKeys: 4,
  noNullPrototype: true,
});

/** Changes of one record by people who say to have seen anything, at any time, under numbers that are given once. */
const claimed: fc.Arbitrary<Change[]> = fc
  .uniqueArray(
    fc.record({
      origin,
      number: fc.integer({ min: 1, max: 6 }),
      time: fc.integer({ min: 1, max: 6 }),
      seen,
      operation: fc.constantFrom('create', 'update', 'update', 'update', 'delete'),
      title: fc.constantFrom('Renew gasket', 'Overhaul pump', 'Clean strainer'),
      status: fc.option(fc.constantFrom('open', 'completed', 'cancelled')),
    }),
    { selector: (each) => `${each.origin}#${each.number}`, minLength: 2, maxLength: 8 },
  )
  .map((list) =>
    list.map(({ title, status, ...given }) => {
      const values = { title, ...(status === null ? {} : { status }) };
      const fields =
        given.operation === 'create'
          ? { ...orderValues(), ...values }
          : given.operation === 'delete'
            ? {}
            : values;
      return changeOf({ ...given, fields });
    }),
  );

describe('whatever people say to have seen', () => {
  test('ship and shore arrive at the same record, in whatever order the changes come', () => {
    fc.assert(
      fc.property(claimed, arrivals, (changes, order) => {
        expect(picture(fold(shuffled(changes, order)))).toBe(picture(fold(changes)));
      }),
      runs(400),
    );
  });

  test('taking a change again changes nothing', () => {
    fc.assert(
      fc.property(claimed, (changes) => {
        const state = fold(changes);
        for (const change of changes)
          expect(picture(applyChange(workOrderSpec, state, change))).toBe(picture(state));
      }),
      runs(150),
    );
  });

  test('two ends that each know a part of the changes, or both of some, know of all when their records are joined', () => {
    const known = fc.array(fc.constantFrom('ship', 'shore', 'both'), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(claimed, known, (changes, by) => {
        const ship = fold(changes.filter((_, place) => by[place] !== 'shore'));
        const shore = fold(changes.filter((_, place) => by[place] !== 'ship'));
        const all = picture(fold(changes));
        expect(picture(joinStates(workOrderSpec, ship, shore))).toBe(all);
        expect(picture(joinStates(workOrderSpec, shore, ship))).toBe(all);
      }),
      runs(400),
    );
  });

  test('a record that is read from the disk between two changes goes on the same way', () => {
    fc.assert(
      fc.property(claimed, arrivals, (changes, order) => {
        let state = emptyState;
        for (const change of shuffled(changes, order)) {
          const after = applyChange(workOrderSpec, state, change);
          const row = materialise(workOrderSpec, after);
          state = decodeState(workOrderSpec, JSON.stringify(encodeState(after)), row);
        }
        expect(picture(state)).toBe(picture(fold(changes)));
      }),
      runs(150),
    );
  });

  test('the next who writes a field has the last word, on either end, and what the disk says is what the merge says', () => {
    fc.assert(
      fc.property(claimed, fc.constantFrom('v000009', 's000009'), (changes, by) => {
        const state = fold(changes);
        if (materialise(workOrderSpec, state) === null) return;
        const everything = Object.fromEntries(
          ['v000001', 'v000002', 's000001', 's000002'].map((name) => [name, 6]),
        );
        const mine = changeOf({
          origin: by,
          number: 1,
          time: timeAfter(1, latestStamp(state)?.time ?? 0),
          seen: everything,
          fields: { title: 'As I leave it' },
        });
        const after = applyChange(workOrderSpec, state, mine);
        expect(materialise(workOrderSpec, after)?.['title']).toBe('As I leave it');
        expect(conflictsIn(workOrderSpec, after)).not.toContain('title');
        const stored = afterOwnChange(JSON.stringify(encodeState(state)), stampOf(mine), {
          operation: 'update',
          fields: ['title'],
        });
        expect(canonicalJson(JSON.parse(stored))).toBe(canonicalJson(encodeState(after)));
      }),
      runs(150),
    );
  });

  test('a claim to have seen numbers that do not exist yet freezes nothing', () => {
    const raised = changeOf({ number: 1, operation: 'create', fields: { ...orderValues() } });
    const claim = changeOf({
      origin: 'v000002',
      number: 1,
      time: raised.time + 10,
      seen: { v000001: 1_000_000, s000001: 1_000_000 },
      fields: { title: 'Poison' },
    });
    const office = changeOf({
      origin: 's000001',
      number: 1,
      time: claim.time + 1,
      seen: { v000001: 1, v000002: 1 },
      fields: { title: 'By the office' },
    });
    const crew = changeOf({
      number: 2,
      time: office.time + 1,
      seen: { v000002: 1, s000001: 1 },
      fields: { title: 'By the crew' },
    });
    for (const changes of [
      [raised, claim, office, crew],
      [raised, office, claim, crew],
      [raised, crew, claim, office],
      [claim, crew, office, raised],
    ]) {
      const state = fold(changes);
      expect(materialise(workOrderSpec, state)?.['title']).toBe('By the crew');
      expect(conflictsIn(workOrderSpec, state)).toEqual([]);
    }
    expect(materialise(workOrderSpec, fold([raised, claim, office]))?.['title']).toBe('By the office');
    expect(materialise(workOrderSpec, fold([raised, office, claim]))?.['title']).toBe('By the office');
  });
});
