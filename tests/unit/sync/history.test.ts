import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { Change } from '#shared/sync/change.ts';
import { historyOf, historyPage, placeOf, type Entry } from '#shared/sync/history.ts';
import { applyChange, emptyState } from '#shared/sync/merge.ts';
import { changeOf, office, orderValues, ship } from './changes.ts';
import { arrivals, shuffled, voyages } from './voyage.ts';

const entry = (change: Change): Entry => ({ change, applied: 'applied' });
const minutes = (count: number): number => (Date.UTC(2026, 2, 1, 12) + count * 60_000) * 1024;
const raised = changeOf({ operation: 'create', time: minutes(0) });
const ours = changeOf({ number: 2, fields: { title: 'Ours' }, time: minutes(1) });
const theirs = changeOf({
  origin: office,
  number: 1,
  fields: { title: 'Theirs' },
  seen: { [ship]: 1 },
  time: minutes(2),
});
const told = (changes: readonly Change[]) => historyOf(workOrderSpec, changes.map(entry));

describe('the history of a record', () => {
  test('tells of two who had not seen each other what each had before them, which is the same', () => {
    expect(told([theirs, raised, ours]).map(({ fields }) => fields[0])).toMatchObject([
      { field: 'number' },
      { from: { value: orderValues().title }, to: 'Ours', inForce: true, conflict: null },
      { from: { value: orderValues().title }, to: 'Theirs', inForce: true, conflict: 'opened' },
    ]);
  });

  test('says which change settled what stood against each other, also for the value in force', () => {
    const settled = changeOf({
      number: 3,
      fields: { title: 'Theirs' },
      seen: { [office]: 1 },
      time: minutes(3),
    });
    expect(told([raised, ours, theirs, settled]).at(-1)?.fields).toMatchObject([
      { from: { value: 'Theirs' }, to: 'Theirs', conflict: 'settled' },
    ]);
  });

  test('says of a value that lost that it is kept aside', () => {
    const high = changeOf({ number: 2, fields: { actualHours: 9 }, time: minutes(1) });
    const low = changeOf({
      origin: office,
      number: 1,
      fields: { actualHours: 4 },
      seen: { [ship]: 1 },
      time: minutes(2),
    });
    expect(told([raised, high, low]).at(-1)?.fields).toMatchObject([
      { to: 4, inForce: false, conflict: null },
    ]);
  });

  test('lists what is not applied, and does not count it as what stood there', () => {
    const later = changeOf({ number: 2, fields: { title: 'From the future' }, time: minutes(1) });
    const after = changeOf({ number: 3, fields: { title: 'Now' }, time: minutes(2) });
    const events = historyOf(workOrderSpec, [
      entry(raised),
      { change: later, applied: 'later' },
      entry(after),
    ]);
    expect(events.map(({ fields }) => fields.at(0)?.from ?? null).slice(1)).toEqual([
      null,
      { value: orderValues().title },
    ]);
  });

  test('names the delete that lost, and the change that brought the record back', () => {
    const deleted = changeOf({ number: 2, operation: 'delete', time: minutes(1) });
    const back = changeOf({ ...theirs, fields: { title: 'Still needed' } });
    expect(told([raised, deleted, back]).map((event) => event.overridesDelete)).toEqual([false, false, true]);
    const late = { ...deleted, time: minutes(9) };
    expect(told([raised, late, back]).at(-1)?.overridesDelete).toBe(true);
  });

  test('goes on from what came without its changes', () => {
    const start = applyChange(workOrderSpec, emptyState, raised);
    expect(historyOf(workOrderSpec, [entry(ours)], start)[0]?.fields).toMatchObject([
      { from: { value: orderValues().title } },
    ]);
  });

  test('is the same whatever the order in which a journal has it, and tells each change once', () => {
    fc.assert(
      fc.property(voyages, arrivals, ({ records }, order) => {
        for (const changes of records) {
          const once = [...new Set(shuffled(changes, order))];
          expect(told(once)).toEqual(told(changes));
          expect(told(changes)).toHaveLength(changes.length);
        }
      }),
      runs(60),
    );
  });

  test('comes page by page, newest first, each change on one page', () => {
    const many = Array.from({ length: 11 }, (_, index) =>
      changeOf({ number: index + 2, fields: { title: `Title ${index}` }, time: minutes(index + 1) }),
    );
    const events = told([raised, ...many]);
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page: ReturnType<typeof historyPage> = historyPage(events, { cursor, limit: 5 });
      pages.push(page.events.map(placeOf));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages.map((page) => page.length)).toEqual([5, 5, 2]);
    expect(pages.flat()).toEqual(events.map(placeOf).toReversed());
    expect(historyPage(events, { cursor: 'of another record', limit: 5 }).events).toEqual([]);
  });
});
