import { describe, expect, test } from 'vitest';
import type { Lane } from '#shared/records/record.ts';
import type { Change } from '#shared/sync/change.ts';
import { goesPastTakenAlong } from '#shore/gateway/taken-along.ts';
import { changeOf } from '../sync/changes.ts';

const change = (number: number, recordId: string, lane: Lane): Change => changeOf({ number, recordId, lane });

describe('a batch of the urgent lane', () => {
  const lane = [
    change(1, 'a', 'normal'),
    change(2, 'b', 'urgent'),
    change(3, 'c', 'normal'),
    change(4, 'a', 'urgent'),
    change(5, 'd', 'urgent'),
    change(6, 'c', 'urgent'),
    change(7, 'd', 'urgent'),
  ];
  const past = (queue: readonly Change[]): number[] =>
    queue.flatMap(({ number }, place) => (goesPastTakenAlong(queue, place) ? [number] : []));

  test('goes past what was taken along after the one before it had come into the lane', () => {
    // 1 came with 4, and 3 with 6: that 2 is held says nothing of 1, nor 4 or 5 of 3; that 3 is held says that 1 is.
    expect(past(lane)).toEqual([3, 5, 6]);
  });

  test('goes past nothing where the changes that took others along are held before it', () => {
    expect(past(lane.filter(({ number }) => number !== 1 && number !== 3))).toEqual([]);
    expect(past([])).toEqual([]);
  });

  test('waits for what was taken along by one that is not there to be seen', () => {
    expect(past(lane.filter(({ number }) => number !== 6))).toEqual([3, 4, 5, 7]);
  });
});
