import { expect, test } from 'vitest';
import { onFrom } from '#shared/sync/snapshot/onward.ts';
import { platformHash } from '#vessel/store/journal/platform-hash.ts';
import { changeOf, hashesOf } from './changes.ts';

test('an entry that came early and that the records end with has a hash then, as those after it do', () => {
  const changes = [1, 2, 3].map((number) => changeOf({ number }));
  const [, second = '', third = ''] = hashesOf(changes);
  const early = changes.slice(1).map((change) => ({ change, hash: null, claimed: null }));
  const before = { received: { upTo: 0, beyond: [[2, 3]] as [number, number][] }, hash: '' };

  const onward = onFrom({ number: 2, hash: second }, before, early, platformHash);

  expect(onward?.head).toEqual({ received: { upTo: 3, beyond: [] }, hash: third });
  expect([...(onward?.hashes ?? [])]).toEqual([
    [2, second],
    [3, third],
  ]);
});

test('of an entry that is not here no hash is told', () => {
  const [, second = ''] = hashesOf([1, 2].map((number) => changeOf({ number })));

  const onward = onFrom(
    { number: 2, hash: second },
    { received: { upTo: 0, beyond: [] }, hash: '' },
    [],
    platformHash,
  );

  expect(onward).toEqual({ head: { received: { upTo: 2, beyond: [] }, hash: second }, hashes: new Map() });
});
