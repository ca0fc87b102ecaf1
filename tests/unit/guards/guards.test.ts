import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';
import { guards } from '../../guards/guards.ts';
import { patched } from '../../simulation/planted/plant.ts';

// `npm run guards` runs the tests; here it is only seen that it can.
test.each(guards)('$name: what is taken out stands in the source, once', ({ patches, test: { file } }) => {
  expect(patches.length).toBeGreaterThan(0);
  for (const patch of patches) {
    const source = readFileSync(join(projectRoot, patch.file), 'utf8');
    expect(patched(source, patch)).not.toBe(source);
  }
  expect(existsSync(join(projectRoot, file))).toBe(true);
});

test('guards have names of their own', () => {
  expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
});
