import { describe, expect, test } from 'vitest';
import { tooMany } from '../../../src/main/electron/too-many-dumps.ts';
import { afterFailure } from '../../../src/main/electron/relaunches.ts';

const minute = 60_000;
const now = 1_800_000_000_000;
const ago = (...minutes: number[]): number[] => minutes.map((each) => now - each * minute);

describe('after a failure', () => {
  test('the app may start again three times within an hour', () => {
    let kept: number[] = [];
    for (let failure = 0; failure < 3; failure += 1) {
      const next = afterFailure(kept, now + failure * minute);
      expect(next).toHaveLength(failure + 1);
      kept = next ?? [];
    }
    expect(afterFailure(kept, now + 3 * minute)).toBeNull();
    expect(afterFailure(kept, now + 59 * minute)).toBeNull();
    expect(afterFailure(kept, now + 60 * minute)).toEqual([
      now + minute,
      now + 2 * minute,
      now + 60 * minute,
    ]);
  });

  test('nothing older than an hour is kept', () => {
    expect(afterFailure(ago(600, 61, 60, 59), now)).toEqual([...ago(59), now]);
  });

  test('a clock that was set back neither forgets them nor holds them for ever', () => {
    expect(afterFailure(ago(-10, -20, -30), now)).toBeNull();
    expect(afterFailure(ago(-70, -80, -90), now)).toEqual([now]);
  });
});

describe('of crash dumps', () => {
  const dump = (changedAt: number, bytes: number) => ({ file: String(changedAt), bytes, changedAt });

  test('the newest ten stay', () => {
    const dumps = Array.from({ length: 13 }, (_, index) => dump(index, 1));
    expect(tooMany(dumps)).toEqual(['2', '1', '0']);
    expect(tooMany(dumps.slice(0, 10))).toEqual([]);
  });

  test('no more than 50 MB stay, and one that is larger goes as well', () => {
    expect(tooMany([dump(3, 30_000_000), dump(2, 20_000_000), dump(1, 1)])).toEqual(['1']);
    expect(tooMany([dump(3, 50_000_001)])).toEqual(['3']);
  });
});
