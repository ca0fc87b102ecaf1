import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { featureParents, folderCircles } from '../../scripts/lint/folder-circles.ts';
import { projectRoot } from '#support/project.ts';

/** Circles that there are, each with why. None may be added, and one that is gone goes from here. */
const known: Readonly<Record<string, string[][]>> = {
  // Opening the database carries out a restore that was asked for, and checking a copy opens it as the database is opened: the
  // three are one act at the start. They part once `open-database.ts` lies above all three.
  'src/main/vessel': [['copies', 'storage', 'store']],
  // An order shows what is attached to it, and an attachment that was deleted is brought back as an order is.
  'src/renderer/features': [['attachments', 'work-orders']],
};

describe('features that need one another', () => {
  test.each(featureParents)('are none in %s but those that are known', (parent) => {
    const files = globSync(`${parent}/**/*.{ts,tsx}`, { cwd: projectRoot }).map((path) => ({
      path: path.split(sep).join('/'),
      text: readFileSync(join(projectRoot, path), 'utf8'),
    }));
    expect(files.length).toBeGreaterThan(10);
    expect(folderCircles(parent, files)).toEqual(known[parent] ?? []);
  });

  test('are found over a third one, by relative paths and by names, types included', () => {
    const circle = [
      { path: 'src/shore/a/one.ts', text: `import { two } from '../b/two.ts';` },
      { path: 'src/shore/b/two.ts', text: `import type { C } from '#shore/c/three.ts';` },
      { path: 'src/shore/c/three.ts', text: `const one = await import('../a/one.ts');` },
      { path: 'src/shore/d/four.ts', text: `export * from '../a/one.ts';\nimport '../service.ts';` },
      { path: 'src/shore/service.ts', text: `import './d/four.ts';` },
    ];
    expect(folderCircles('src/shore', circle)).toEqual([['a', 'b', 'c']]);
    expect(folderCircles('src/shore', circle.slice(1))).toEqual([]);
  });
});
