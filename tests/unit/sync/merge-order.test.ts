import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { FieldSpec } from '#shared/records/record.ts';
import type { Scalar } from '#shared/json.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { stampOf, type Change } from '#shared/sync/change.ts';
import { baseOf, conflictsIn } from '#shared/sync/conflicts.ts';
import {
  alternativesOf,
  applyChange,
  emptyState,
  isConflict,
  isDeleted,
  latestStamp,
  materialise,
  type RecordState,
} from '#shared/sync/merge.ts';
import {
  afterOwnChange,
  decodeState,
  encodeState,
  latestTimeIn,
  numbersOf,
} from '#shared/sync/record-state-json.ts';
import { happenedBefore } from '#shared/sync/causal-context.ts';
import { changeOf, orderValues } from './changes.ts';
import { arrivals, shuffled, voyages } from './voyage.ts';

const fieldSpecs: Readonly<Record<string, FieldSpec>> = workOrderSpec.fields;

function specOfField(name: string): FieldSpec {
  const field = fieldSpecs[name];
  if (field === undefined) throw new Error(`There is no field ${name}`);
  return field;
}

const fold = (changes: readonly Change[]): RecordState =>
  changes.reduce((state, change) => applyChange(workOrderSpec, state, change), emptyState);

/** All that a screen shows of a record, and all that is stored beside it. */
function picture(state: RecordState): unknown {
  return {
    state: canonicalJson(encodeState(state)),
    values: canonicalJson(materialise(workOrderSpec, state)),
    deleted: isDeleted(state),
    conflicts: conflictsIn(workOrderSpec, state)
      .map((name) => canonicalJson([name, alternativesOf(workOrderSpec, state, name)]))
      .sort(),
    latest: latestStamp(state),
  };
}

const sawChange = (later: Change, earlier: Change): boolean =>
  later !== earlier && happenedBefore(earlier, stampOf(later));

/** Changes that set `field`, and whose writers nobody followed who had seen them. */
function unseenSetters(changes: readonly Change[], field: string): Change[] {
  const setters = changes.filter((change) => field in change.fields);
  return setters.filter((change) => !setters.some((other) => sawChange(other, change)));
}

/** The same changes with clocks that have nothing to do with what happened. */
function withClocks(changes: readonly Change[], keys: readonly number[]): Change[] {
  return changes.map((change, index) => ({ ...change, time: ((keys[index % keys.length] ?? 0) % 7) + 1 }));
}

describe('ship and shore arrive at the same record', () => {
  test('whatever the order in which changes arrive, and however often', () => {
    fc.assert(
      fc.property(voyages, arrivals, arrivals, ({ records }, first, second) => {
        for (const changes of records) {
          const straight = picture(fold(changes));
          expect(picture(fold(shuffled(changes, first)))).toEqual(straight);
          expect(picture(fold(shuffled(changes, second)))).toEqual(straight);
        }
      }),
      runs(120),
    );
  });

  test('even where clocks say the opposite of what happened, or all the same', () => {
    fc.assert(
      fc.property(voyages, arrivals, arrivals, ({ records }, clocks, order) => {
        for (const changes of records) {
          const strange = withClocks(changes, clocks);
          const once = fold(strange);
          const again = fold(shuffled(strange, order));
          expect(canonicalJson(encodeState(again))).toBe(canonicalJson(encodeState(once)));
          expect(materialise(workOrderSpec, again)).toEqual(materialise(workOrderSpec, once));
          expect(isDeleted(again)).toBe(isDeleted(once));
        }
      }),
      runs(120),
    );
  });

  test('also on a node that knows only part of it, in the order in which it came to know that', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records, nodes }, order) => {
        for (const { known } of nodes)
          for (const changes of records) {
            const here = known.filter((change) => changes.includes(change));
            const inOrderMade = changes.filter((change) => here.includes(change));
            expect(picture(fold(here))).toEqual(picture(fold(inOrderMade)));
            expect(picture(fold(shuffled(here, order)))).toEqual(picture(fold(inOrderMade)));
          }
      }),
      runs(120),
    );
  });

  test('and taking a change a second time changes nothing at all', () => {
    fc.assert(
      fc.property(voyages, ({ records }) => {
        for (const changes of records) {
          const state = fold(changes);
          for (const change of changes)
            expect(picture(applyChange(workOrderSpec, state, change))).toEqual(picture(state));
        }
      }),
      runs(120),
    );
  });
});

describe('nothing anybody wrote is lost', () => {
  test('each value that nobody overwrote knowingly is kept, and no other', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          const state = fold(shuffled(changes, order));
          for (const field of Object.keys(workOrderSpec.fields)) {
            const kept = (state.heads[field] ?? []).map(({ stamp, value }) => labelled(stamp, value));
            const expected = unseenSetters(changes, field).map((change) =>
              labelled(change, change.fields[field]),
            );
            expect(kept.sort()).toEqual(expected.sort());
          }
        }
      }),
      runs(150),
    );
  });

  test('what is not shown is in a conflict, among the lines of a text, or a smaller number of hours', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          const state = fold(shuffled(changes, order));
          const shown = materialise(workOrderSpec, state) ?? {};
          for (const [name, heads] of Object.entries(state.heads)) {
            const field = specOfField(name);
            for (const { value } of heads) {
              if (shown[name] === value || isConflict(workOrderSpec, state, field.follows ?? name)) continue;
              if (field.merge === 'append')
                expect(linesOf(shown[name])).toEqual(expect.arrayContaining(linesOf(value)));
              else expect(Number(shown[name])).toBeGreaterThan(Number(value ?? -1));
            }
          }
        }
      }),
      runs(150),
    );
  });

  test('the value shown is always one that somebody wrote, but for a text put together from several', () => {
    fc.assert(
      fc.property(voyages, ({ records }) => {
        for (const changes of records) {
          const { notes: _, ...values } = materialise(workOrderSpec, fold(changes)) ?? {};
          for (const [name, value] of Object.entries(values)) {
            expect(unseenSetters(changes, name).map(({ fields }) => fields[name])).toContain(value);
          }
        }
      }),
      runs(120),
    );
  });

  test('a record is deleted when all that stands in it, and the last that each node did to it, had been seen by somebody who deleted it', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          const deletions = changes.filter((change) => change.operation === 'delete');
          const edits = changes.filter((change) => change.operation !== 'delete');
          const last = new Map(edits.map((edit) => [edit.origin, edit]));
          const standing = Object.keys(workOrderSpec.fields).flatMap((field) => unseenSetters(edits, field));
          const survives = [...last.values(), ...standing].some(
            (edit) => !deletions.some((deletion) => sawChange(deletion, edit)),
          );
          expect(isDeleted(fold(shuffled(changes, order)))).toBe(!survives);
        }
      }),
      runs(120),
    );
  });

  test('also not where an urgent change of it was all that the deleter had seen of what came last', () => {
    const order = changeOf({ number: 1, operation: 'create', fields: { ...orderValues() } });
    const renamed = changeOf({ number: 2, fields: { title: 'Renew gasket' } });
    const urgent = changeOf({ number: 3, fields: { priority: 'critical' }, lane: 'urgent' });
    const deletion = changeOf({
      origin: 's000001',
      number: 1,
      seen: { v000001: [1, [3, 3]] },
      operation: 'delete',
      fields: {},
    });
    expect(isDeleted(fold([order, urgent, deletion]))).toBe(true);
    expect(isDeleted(fold([order, urgent, deletion, renamed]))).toBe(false);
    expect(isDeleted(fold([order, renamed, urgent, deletion]))).toBe(false);
  });
});

describe('who completed an order and when', () => {
  test('is as the one left it whose status is in force, whatever else was written at the same time', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          const state = fold(shuffled(changes, order));
          const shown = materialise(workOrderSpec, state) ?? {};
          expect(shown['completedAt'] !== null).toBe(shown['status'] === 'completed');
          const [leading] = alternativesOf(workOrderSpec, state, 'status');
          const wrote = changes.find(({ origin, number, fields }) => {
            const { stamp } = leading ?? {};
            return 'completedBy' in fields && origin === stamp?.origin && number === stamp.number;
          });
          if (wrote !== undefined)
            expect(shown).toMatchObject({
              completedAt: wrote.fields['completedAt'],
              completedBy: wrote.fields['completedBy'],
            });
        }
      }),
      runs(200),
    );
  });

  test('is never to be decided apart from the status', () => {
    fc.assert(
      fc.property(voyages, ({ records }) => {
        for (const changes of records) {
          const contested = conflictsIn(workOrderSpec, fold(changes));
          expect(contested).not.toContain('completedAt');
          expect(contested).not.toContain('completedBy');
        }
      }),
      runs(120),
    );
  });
});

describe('what stood there before a conflict', () => {
  test('is what all of its writers had before them, whatever the order of things', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          const state = fold(changes);
          for (const name of conflictsIn(workOrderSpec, state)) {
            const alternatives = alternativesOf(workOrderSpec, state, name);
            const base = baseOf(workOrderSpec, name, alternatives, changes);
            expect(baseOf(workOrderSpec, name, alternatives, shuffled(changes, order))).toEqual(base);
            const common = changes.filter(
              (change) =>
                name in change.fields &&
                alternatives.every(
                  ({ stamp }) =>
                    happenedBefore(change, stamp) &&
                    !(stamp.origin === change.origin && stamp.number === change.number),
                ),
            );
            if (base === null) expect(common).toEqual([]);
            else expect(unseenSetters(common, name).map(({ fields }) => fields[name])).toContain(base.value);
          }
        }
      }),
      runs(120),
    );
  });
});

describe('a record and its versions survive the disk', () => {
  test('which changes of an origin have a part in it is read from what is stored', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          const quoting = changes.map((change) => ({
            ...change,
            fields: { ...change.fields, title: `"t":{"${change.origin}":99} [1,"${change.origin}",98` },
          }));
          const state = fold(shuffled(quoting, order));
          const stamps = [
            ...Object.values(state.heads).flatMap((heads) => heads.map(({ stamp }) => stamp)),
            ...Object.values(state.deletions),
            ...(state.created === null ? [] : [state.created]),
          ];
          for (const origin of new Set(changes.map((change) => change.origin))) {
            const touched = state.touched[origin];
            const expected = stamps.filter((stamp) => stamp.origin === origin).map(({ number }) => number);
            if (touched !== undefined) expected.push(touched);
            expect(numbersOf(JSON.stringify(encodeState(state)), origin)).toEqual(new Set(expected));
          }
        }
      }),
      runs(120),
    );
  });

  test('what is stored beside the row, and the row, give the whole state back', () => {
    fc.assert(
      fc.property(voyages, arrivals, fc.nat(60), ({ records }, order, count) => {
        for (const changes of records) {
          // A part of them: the create may be missing, and the record have no row yet.
          const state = fold(shuffled(changes, order).slice(0, count));
          const row = materialise(workOrderSpec, state);
          const text = JSON.stringify(encodeState(state));
          expect(canonicalJson(decodeState(workOrderSpec, text, row))).toBe(canonicalJson(state));
        }
      }),
      runs(120),
    );
  });

  test('a change applied to what was read back does the same as one applied before', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          let stored = emptyState;
          for (const change of shuffled(changes, order)) {
            const state = applyChange(workOrderSpec, stored, change);
            const row: Record<string, Scalar> | null = materialise(workOrderSpec, state);
            stored = decodeState(workOrderSpec, JSON.stringify(encodeState(state)), row);
          }
          expect(picture(stored)).toEqual(picture(fold(changes)));
        }
      }),
      runs(120),
    );
  });
});

describe('a node that writes a record', () => {
  test('stores of it what it would have stored of a change that came from elsewhere', () => {
    fc.assert(
      fc.property(voyages, ({ records, nodes }) => {
        for (const { origin, known } of nodes)
          for (const changes of records) {
            let state = emptyState;
            for (const change of known.filter((each) => changes.includes(each))) {
              const before = state;
              state = applyChange(workOrderSpec, state, change);
              if (change.origin !== origin) continue;
              const isNew = before.created === null;
              const text = isNew ? '' : JSON.stringify(encodeState(before));
              const own = afterOwnChange(text, stampOf(change), {
                operation: change.operation,
                fields: Object.keys(change.fields),
              });
              expect(canonicalJson(JSON.parse(own))).toBe(canonicalJson(encodeState(state)));
            }
          }
      }),
      runs(150),
    );
  });

  test('finds the latest time in what is stored, whatever people wrote', () => {
    const note = JSON.stringify([9e15, 'v000001', '[9000000000000000,"v000001"']);
    fc.assert(
      fc.property(voyages, ({ records }) => {
        for (const changes of records) {
          const written = changes.map((change) =>
            'notes' in change.fields ? { ...change, fields: { ...change.fields, notes: note } } : change,
          );
          const state = fold(written);
          const stamps = Object.values(state.heads).flatMap((heads) => heads.map(({ stamp }) => stamp));
          if (state.created !== null) stamps.push(state.created);
          stamps.push(...Object.values(state.deletions));
          const latest = Math.max(0, ...stamps.map(({ time }) => time));
          expect(latestTimeIn(JSON.stringify(encodeState(state)))).toBe(latest);
        }
      }),
      runs(100),
    );
  });
});

function labelled({ origin, number }: Pick<Change, 'origin' | 'number'>, value: Scalar | undefined): string {
  return canonicalJson([origin, number, value]);
}

function linesOf(value: Scalar | undefined): string[] {
  return String(value ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}
