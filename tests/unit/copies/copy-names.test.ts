import { expect, test } from 'vitest';
import { newCopyName, stampIn, updateCopyName } from '#vessel/copies/copy-file.ts';

test('the moment in a copy’s name is that at which it was made', () => {
  const at = Date.UTC(2026, 10, 28, 2, 0, 0, 7);
  for (const name of [newCopyName('daily', at), newCopyName('hand', at), updateCopyName(12, at)])
    expect(stampIn(name)).toBe(at);
});

test.each(['polaris.db', 'daily-2026-13-45T99-00-00-000Z.db', 'daily-2026-11-28T02-00-00-000Z.json'])(
  '%s says no moment',
  (name) => expect(stampIn(name)).toBeNull(),
);
