import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { linkCodec } from '#link/link-codec.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { decodeFrame, encodeFrame } from '#shared/sync/frame.ts';
import { applyChange, emptyState, materialise } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { columnBody, packColumn, unpackColumn } from '#shared/sync/snapshot/column.ts';
import { packRecords, recordsBody, unpackRecords } from '#shared/sync/snapshot/columns.ts';
import { cursorText, parseCursor, stages } from '#shared/sync/snapshot/cursor.ts';
import type { Page } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { causalContexts, storableText } from '../changes.ts';
import { voyages, type Voyage } from '../voyage.ts';

const scalars = fc.oneof(
  storableText(12),
  fc.constantFrom('WO-2026-000001', 'WO-2026-000002', 'WO-2025-1', '007', '7', '-1', '1e3', ''),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('2026-02-31T10:00:00.000Z', '2026-03-01T10:00:00Z', '+275760-09-13T00:00:00.000Z'),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
);
const moments = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('a column', () => {
  test('gives back exactly what went in, whatever it is', () => {
    const kinds = [
      scalars,
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.nat().map((count) => `WO-2026-${String(count).padStart(6, '0')}`),
      fc.constantFrom('open', 'completed'),
    ];
    const lists = fc.oneof(
      ...kinds.map((kind) => fc.array(fc.tuple(kind, moments), { minLength: 1, maxLength: 12 })),
    );
    fc.assert(
      fc.property(lists, (list) => {
        const values = list.map(([value]) => value);
        const at = list.map(([, moment]) => moment);
        expect(
          unpackColumn(columnBody.parse(JSON.parse(JSON.stringify(packColumn(values, at)))), at),
        ).toEqual(values);
      }),
      runs(2_000),
    );
  });

  test('is short for instants, counted numbers and what is all the same', () => {
    expect(packColumn(['WO-2026-000009', 'WO-2026-000008'], [0, 0])).toEqual({
      counted: ['WO-2026-', 6, 9, -1],
    });
    expect(packColumn(['2026-03-01T10:00:00.250Z', null], [Date.UTC(2026, 2, 1, 10), 0])).toEqual({
      instants: [250, null],
    });
    expect(packColumn([null, null], [0, 0])).toEqual({ all: null });
  });
});

/** What one node of a voyage knows of each record, as a snapshot would carry it. */
function recordsOf(known: Voyage['nodes'][number]['known']): SnapshotRecord[] {
  return [...new Set(known.map((change) => change.recordId))].map((id): SnapshotRecord => {
    const changes = known.filter((change) => change.recordId === id);
    const state = changes.reduce((before, change) => applyChange(workOrderSpec, before, change), emptyState);
    const values = materialise(workOrderSpec, state);
    const last = changes.at(-1);
    return {
      entity: 'work_order',
      id,
      values,
      updatedAt: values === null ? 0 : (last?.at ?? 0),
      updatedBy: values === null ? '' : (last?.actorName ?? ''),
      state: encodeState(state),
      history: Object.values(state.heads).some((heads) => heads.length > 1) ? changes : [],
    };
  });
}

const throughText = (records: readonly SnapshotRecord[]): SnapshotRecord[] =>
  unpackRecords(recordsBody.parse(JSON.parse(JSON.stringify(packRecords(records)))));

describe('records in columns', () => {
  test('come back as they were, with conflicts, deletions, overruled values and creates that are still to come', () => {
    fc.assert(
      fc.property(voyages, (voyage) => {
        for (const { known } of voyage.nodes)
          for (let length = 1; length <= known.length; length += 5) {
            const records = recordsOf(known.slice(length - 1));
            expect(throughText(records)).toEqual(records);
          }
      }),
      runs(200),
    );
  });

  test('of several kinds keep their order, and ids of any version', () => {
    const record = fc
      .record({
        entity: fc.constantFrom('equipment', 'crew_member'),
        id: fc.uuid(),
        time: fc.integer({ min: 0, max: Date.UTC(2199, 0, 1) }).map((ms) => ms * 1024 + 1),
        number: fc.integer({ min: 1, max: 2 ** 40 }),
        seen: causalContexts,
        name: storableText(30),
      })
      .map(({ entity, id, time, number, seen, name }): SnapshotRecord => ({
        entity,
        id,
        values: { name },
        updatedAt: Math.floor(time / 1024),
        updatedBy: name,
        state: { c: [time, 'v1234567', number, seen], f: {}, t: { v1234567: number } },
        history: [],
      }));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        expect(throughText(records)).toEqual(records);
      }),
    );
  });

  test('whose columns are of different lengths are refused', () => {
    const [packed] = packRecords([
      {
        entity: 'equipment',
        id: '0190a5b0-0000-7000-8000-000000000001',
        values: { name: 'Pump' },
        updatedAt: 1,
        updatedBy: 'A',
        state: { c: [1024, 'v1234567', 1, {}], f: {}, t: { v1234567: 1 } },
        history: [],
      },
    ]).groups;
    if (packed === undefined) throw new Error('There is one group');
    const lists = { origins: ['v1234567'], seens: [{}] };
    expect(unpackRecords({ ...lists, groups: [packed] })).toHaveLength(1);
    expect(() => unpackRecords({ ...lists, groups: [{ ...packed, updatedAt: [] }] })).toThrow(RangeError);
    expect(() => unpackRecords({ ...lists, groups: [{ ...packed, ids: packed.ids.repeat(2) }] })).toThrow(
      RangeError,
    );
    expect(() => unpackRecords({ origins: [], seens: [], groups: [packed] })).toThrow(RangeError);
    expect(() =>
      unpackRecords({ ...lists, groups: [{ ...packed, fields: { name: { values: [] } } }] }),
    ).toThrow(RangeError);
  });
});

describe('messages of a snapshot', () => {
  test('pass through a frame', () => {
    const page: Page = {
      kind: 'page',
      vessel: 'mv-aurora',
      origin: 'v1234567',
      attempt: 3,
      start: {
        heads: [{ origin: 's1234567', upTo: 7, hash: 'a'.repeat(64) }],
        time: 9,
        total: 20,
        numbers: [],
      },
      at: '0123abcd',
      after: cursorText({ stage: 0, id: null }),
      next: cursorText({ stage: 2, id: '0190a5b0-0000-7000-8000-000000000001' }),
      runEnd: null,
      version: 1,
      records: packRecords([]),
    };
    expect(decodeFrame(encodeFrame(page, linkCodec), 'mv-aurora', linkCodec)).toEqual(page);
  });

  test('name places that exist', () => {
    for (const cursor of stages.map((_, stage) => ({ stage, id: null })))
      expect(parseCursor(cursorText(cursor))).toEqual(cursor);
    for (const text of ['', '8:', '0', '0:x', '-1:', '0:0190a5b0']) expect(parseCursor(text)).toBeNull();
  });
});
