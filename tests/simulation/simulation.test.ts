import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';
import { onFreshTurn } from './fresh-turn.ts';
import { bugs } from './planted/bugs.ts';
import { patched } from './planted/plant.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

const seeds = Array.from({ length: 24 }, (_, index) => index + 1);

describe('a seed', () => {
  test('gives the same voyage every time, step by step', async () => {
    for (const seed of seeds) {
      const first = await onFreshTurn(() => runSeed(seed));
      const again = await onFreshTurn(() => runSeed(seed));
      expect([again.hash, again.steps, again.changes]).toEqual([first.hash, first.steps, first.changes]);
    }
  });

  test('gives another voyage than its neighbour', async () => {
    const hashes = new Set<string>();
    for (const seed of seeds) hashes.add((await onFreshTurn(() => runSeed(seed))).hash);
    expect(hashes.size).toBe(seeds.length);
  });

  test('sails the same way while somebody reads along', async () => {
    for (const seed of seeds.slice(0, 6)) {
      const plain = await onFreshTurn(() => runSeed(seed));
      const told = await onFreshTurn(() => runSeed(seed, { keepTrace: true }));
      expect([told.hash, told.steps]).toEqual([plain.hash, plain.steps]);
      expect(told.lines.length).toBeGreaterThanOrEqual(told.steps);
    }
  });

  test('keeps every promise', async () => {
    for (const seed of seeds)
      expect(await onFreshTurn(() => runSeed(seed)), `seed ${seed}`).toMatchObject({ broken: null });
  });
});

describe('planted bugs', () => {
  test('are patches of what stands in the sources', () => {
    for (const { patches } of bugs)
      for (const patch of patches) {
        const source = readFileSync(join(projectRoot, patch.file), 'utf8');
        expect(patched(source, patch)).not.toBe(source);
      }
  });

  test('a patch whose text is not there any more fails', () => {
    const patch = { file: 'src/some.ts', from: 'what stood here once', to: '' };
    expect(() => patched('something else', patch)).toThrow(/0 places/);
    expect(() => patched(`${patch.from} ${patch.from}`, patch)).toThrow(/2 places/);
  });

  test('are found, and a failing seed fails again at the same step', { timeout: 120_000 }, async () => {
    const sail = (first: number, count: number) =>
      runSeeds({ first, count, workers: 1, bug: 'delete-on-puback', stopAtFirst: true });
    const [found] = (await sail(1, 2_000)).broken;
    expect(found?.promise).toBe('acknowledged means committed ashore');
    const [again] = (await sail(found?.seed ?? 0, 1)).broken;
    expect(again).toEqual(found);
  });
});
