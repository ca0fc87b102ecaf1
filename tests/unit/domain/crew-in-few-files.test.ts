import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';

/**
 * A kind of record that has no rules of its own shows what a kind costs. Its declaration, the catalogue and migrations, which
 * are generated, do not count; nor do pages.
 */
const own = [/^src\/renderer\//, /\/records\/(crew-member|catalogue)\.ts$/, /\/store\/migrations(\.ts$|\/)/];

test('the crew is named in three files at most besides its declaration: whoever adds a kind writes it once', () => {
  const files = globSync('src/**/*.{ts,tsx,cjs,sql}', { cwd: projectRoot })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !own.some((each) => each.test(path)));
  const naming = files.filter((path) =>
    /crew_member|crewMember/.test(readFileSync(join(projectRoot, path), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(500);
  // More than three are too many; fewer are welcome, and then say so here.
  expect(naming.sort()).toEqual([
    'src/shared/contract/crew.ts',
    'src/shared/office/records.ts',
    'src/shared/records/work-order.ts',
  ]);
});
