import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';
import { may } from '#shared/records/may.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { bugs } from './planted/bugs.ts';
import { patched } from './planted/plant.ts';
import { runSeeds, tellSeeds } from './run-seeds.ts';
import { Dice } from './world/dice.ts';
import { editOf, newValuesOf, otherKinds } from './world/other-kinds.ts';

const seeds = Array.from({ length: 24 }, (_, index) => index + 1);
const plain = (seed: number) => ({ seed, keepTrace: false });

describe('a seed', () => {
  test('gives the same voyage every time, step by step', { timeout: 60_000 }, async () => {
    const first = await tellSeeds(seeds.map(plain));
    const again = await tellSeeds(seeds.toReversed().map(plain));
    expect(again.toReversed()).toEqual(first);
  });

  test(
    'gives another voyage than its neighbour, and every promise is kept in it',
    { timeout: 60_000 },
    async () => {
      const outcomes = await tellSeeds(seeds.map(plain));
      expect(new Set(outcomes.map(({ hash }) => hash)).size).toBe(seeds.length);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ broken: null });
    },
  );

  test('sails the same way while somebody reads along', { timeout: 60_000 }, async () => {
    const chosen = seeds.slice(0, 6);
    const quiet = await tellSeeds(chosen.map(plain));
    const told = await tellSeeds(chosen.map((seed) => ({ seed, keepTrace: true })));
    for (const [index, { hash, steps, lines }] of told.entries()) {
      expect([hash, steps]).toEqual([quiet[index]?.hash, quiet[index]?.steps]);
      expect(lines.length).toBeGreaterThanOrEqual(steps);
    }
  });

  test(
    'may have programs of two versions, and what an older one cannot apply waits for its update',
    { timeout: 120_000 },
    async () => {
      const outcomes = await tellSeeds(
        Array.from({ length: 200 }, (_, index) => ({ seed: index + 1, keepTrace: true })),
      );
      const updated = outcomes.filter(({ lines }) => lines.some((line) => line.includes('is updated')));
      const waited = updated.filter(({ lines }) => lines.some((line) => line.includes('newer_program')));
      const applied = waited.filter(({ lines }) =>
        lines.some((line) => line.includes('had waited for this version were applied')),
      );
      expect(applied.length).toBeGreaterThan(0);
    },
  );
});

test('people write every declared kind, each within its limits', () => {
  const dice = new Dice(1);
  const id = '0190a5b0-0000-7000-8000-00000000000a';
  const kinds = recordSpecs.map(({ entity }) => entity);
  expect([...otherKinds.map(({ entity }) => entity), 'work_order'].sort()).toEqual(kinds.sort());
  for (const spec of otherKinds)
    for (let count = 0; count < 50; count += 1) {
      expect(spec.schema.safeParse(newValuesOf(spec, dice, id)).success, spec.entity).toBe(true);
      const edit = editOf(spec, dice, id);
      expect(edit === null, spec.entity).toBe(!may(spec, 'change', 'vessel'));
    }
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
