import { describe, expect, test } from 'vitest';
import { withRanges, withoutNumbers } from '#shore/journal/ranges.ts';
import { newShoreOrigin } from '#shore/journal/new-vessel.ts';
import { originName, sideOf } from '#shared/sync/causal-context.ts';
import { databaseFault, databaseMessage } from '#shore/store/database-error.ts';
import { noticeText, parseNotice } from '#shore/store/notice-text.ts';
import { decodeCursor, encodeCursor } from '#shore/records/cursor.ts';

describe('ranges of numbers', () => {
  test('grow, join and shrink', () => {
    expect(withRanges([], [3, 1, 2, 7])).toEqual([
      [1, 3],
      [7, 7],
    ]);
    expect(
      withRanges(
        [
          [1, 3],
          [7, 7],
        ],
        [4, 6],
      ),
    ).toEqual([
      [1, 4],
      [6, 7],
    ]);
    expect(
      withoutNumbers(
        [
          [1, 4],
          [6, 7],
        ],
        [1, 3, 7],
      ),
    ).toEqual([
      [2, 2],
      [4, 4],
      [6, 6],
    ]);
    expect(withoutNumbers([[1, 4]], [])).toEqual([[1, 4]]);
  });
});

describe('shore’s name as a writer', () => {
  test('is one that both ends take for shore, and another each time', () => {
    let byte = 0;
    const environment = {
      randomBytes: (length: number) => Uint8Array.from({ length }, () => (byte = (byte * 7 + 13) % 256)),
    };
    const names = [newShoreOrigin(environment), newShoreOrigin(environment)];
    for (const name of names) {
      expect(originName.parse(name)).toHaveLength(11);
      expect(sideOf(name)).toBe('shore');
    }
    expect(names[0]).not.toBe(names[1]);
  });
});

describe('a failure of the database', () => {
  const failure = (code: string, message = 'x') => Object.assign(new Error(message), { code });
  test.each([
    ['40P01', 'conflict'],
    ['40001', 'conflict'],
    ['55P03', 'conflict'],
    ['57P01', 'away'],
    ['57P03', 'away'],
    ['08006', 'away'],
    ['53300', 'away'],
    ['25006', 'away'],
    ['ECONNREFUSED', 'away'],
    ['ECONNRESET', 'away'],
    ['23505', 'refused'],
    ['42501', 'refused'],
    ['22P05', 'refused'],
  ])('%s is %s, whoever wrapped it', (code, fault) => {
    expect(databaseFault(new Error('Failed query', { cause: failure(code) }))).toBe(fault);
  });
  test('of which only a sentence is known is judged by it', () => {
    expect(databaseFault(new Error('Connection terminated unexpectedly'))).toBe('away');
    expect(databaseFault(new Error('timeout exceeded when trying to connect'))).toBe('away');
    expect(databaseFault(new Error('something else'))).toBe('refused');
    expect(databaseFault('not even an error')).toBe('refused');
  });
  test('is told in the words of whoever failed first', () => {
    expect(
      databaseMessage(new Error('Failed query', { cause: failure('08006', 'the server is gone') })),
    ).toBe('the server is gone');
    expect(
      databaseMessage(new Error('x', { cause: new AggregateError([failure('ECONNREFUSED', 'refused')]) })),
    ).toBe('refused');
  });
});

describe('what one gateway tells the others', () => {
  const event = {
    vesselId: 'nordlys',
    entity: 'work_order',
    ids: ['a', 'b'],
    feed: 7,
    cause: 'shore' as const,
  };
  test('comes back as it was', () => {
    expect(parseNotice(noticeText({ gateway: 'one', events: [event] }))).toEqual({
      gateway: 'one',
      events: [event],
    });
  });
  test('leaves the ids out where Postgres would refuse the notice', () => {
    const ids = Array.from(
      { length: 200 },
      (_, index) => `0198c0de-0000-7000-8000-${String(index).padStart(12, '0')}`,
    );
    const text = noticeText({ gateway: 'one', events: [{ ...event, ids }] });
    expect(text.length).toBeLessThan(8_000);
    expect(parseNotice(text)).toEqual({ gateway: 'one', events: [{ ...event, ids: [] }] });
  });
  test('that is not ours is nothing', () => {
    expect(parseNotice('nonsense')).toBeNull();
    expect(parseNotice('{}')).toBeNull();
  });
});

describe('a cursor', () => {
  test('comes back as it was, and only to the list that gave it', () => {
    const cursor = encodeCursor('number asc', { value: 'WO-2026-000001', id: 'a', vesselId: 'nordlys' });
    expect(decodeCursor('number asc', 'string', cursor)).toEqual({
      value: 'WO-2026-000001',
      id: 'a',
      vesselId: 'nordlys',
    });
    expect(() => decodeCursor('number desc', 'string', cursor)).toThrow(/does not belong/);
    expect(() => decodeCursor('number asc', 'number', cursor)).toThrow(/does not belong/);
  });
});
