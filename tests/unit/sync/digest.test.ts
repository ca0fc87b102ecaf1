import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import type { Change } from '#shared/sync/change.ts';
import { emptyDigest, isSamePosition, recordDigest, xorDigests } from '#shared/sync/digest.ts';
import { applyChange, emptyState, materialise, type RecordState } from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import { changeOf, orderValues } from './changes.ts';
import { arrivals, shuffled, voyages } from './voyage.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const id = '0190a5b0-0000-7000-8000-00000000000a';

const fold = (changes: readonly Change[]): RecordState =>
  changes.reduce((state, change) => applyChange(workOrderSpec, state, change), emptyState);

const digestOf = (state: RecordState): string => recordDigest('work_order', id, state, sha256);

describe('the digest of a record', () => {
  test('is the same whatever the order and the number of times in which its changes arrived', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, keys) => {
        for (const changes of records)
          expect(digestOf(fold(shuffled(changes, keys)))).toBe(digestOf(fold(changes)));
      }),
      runs(300),
    );
  });

  test('differs exactly where anything known of the record does', () => {
    fc.assert(
      fc.property(voyages, ({ records, nodes }) => {
        for (const changes of records) {
          const states = nodes.map(({ known }) => fold(known.filter((change) => changes.includes(change))));
          const digests = new Set(states.map(digestOf));
          expect(digests.size).toBe(new Set(states.map((state) => canonicalJson(encodeState(state)))).size);
        }
      }),
      runs(300),
    );
  });

  test('is the same after a stay in a database', () => {
    fc.assert(
      fc.property(voyages, ({ records, nodes }) => {
        for (const changes of records)
          for (const { known } of nodes) {
            const state = fold(known.filter((change) => changes.includes(change)));
            const stored = JSON.stringify(encodeState(state));
            expect(digestOf(decodeState(workOrderSpec, stored, materialise(workOrderSpec, state)))).toBe(
              digestOf(state),
            );
          }
      }),
      runs(200),
    );
  });

  test('takes in a deletion, a value, its kind, and a change of a record whose create has not arrived', () => {
    const create = changeOf({ recordId: id, number: 1, operation: 'create', fields: { ...orderValues() } });
    const update = (fields: Change['fields']): Change =>
      changeOf({ recordId: id, number: 2, operation: 'update', fields });
    const states = [
      fold([]),
      fold([create]),
      fold([create, changeOf({ recordId: id, number: 2, operation: 'delete', fields: {} })]),
      fold([create, update({ title: 'Other' })]),
      fold([create, update({ actualHours: 1 })]),
      fold([create, update({ actualHours: null })]),
      fold([update({ title: 'Other' })]),
    ];
    expect(new Set(states.map(digestOf)).size).toBe(states.length);
    expect(recordDigest('equipment', id, fold([create]), sha256)).not.toBe(digestOf(fold([create])));
  });

  test('does not hang on the order of keys', () => {
    const state = fold([
      changeOf({ recordId: id, number: 1, operation: 'create', fields: { ...orderValues() } }),
    ]);
    const turned: RecordState = {
      ...state,
      heads: Object.fromEntries(Object.entries(state.heads).toReversed()),
    };
    expect(digestOf(turned)).toBe(digestOf(state));
  });
});

describe('the digest of many records', () => {
  const digest = fc.string({
    unit: fc.constantFrom('0', '1', '7', '8', '9', 'a', 'e', 'f'),
    minLength: 32,
    maxLength: 32,
  });

  test('is the same in any order, and a record taken out is as if it had never been in', () => {
    fc.assert(
      fc.property(fc.array(digest), arrivals, (digests, keys) => {
        const total = digests.reduce(xorDigests, emptyDigest);
        const order = digests.map((each, index) => ({ each, key: keys[index % keys.length] ?? 0 }));
        const turned = order.sort((a, b) => a.key - b.key).map(({ each }) => each);
        expect(turned.reduce(xorDigests, emptyDigest)).toBe(total);
        for (const each of digests) expect(xorDigests(xorDigests(total, each), each)).toBe(total);
        expect(total).toHaveLength(32);
      }),
    );
  });
});

describe('the position of a digest', () => {
  test('is the same when the same is held, however it is written down', () => {
    expect(isSamePosition({ v000001: 5, s000001: 2 }, { s000001: 2, v000001: 5, v000002: 0 })).toBe(true);
    expect(isSamePosition({ v000001: 5 }, { v000001: 6 })).toBe(false);
    expect(isSamePosition({ v000001: [5, [7, 7]] }, { v000001: 5 })).toBe(false);
    expect(isSamePosition({}, { s000001: 1 })).toBe(false);
  });
});
