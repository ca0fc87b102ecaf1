import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';
import { embeddedMigrations } from '../../scripts/embed-migrations.ts';

describe.each(['src/main/vessel/store', 'src/shore/store'])('the migrations of %s', (store) => {
  test('are embedded as drizzle-kit wrote them', () => {
    const folder = join(projectRoot, store, 'migrations');
    expect(readFileSync(`${folder}.ts`, 'utf8')).toBe(embeddedMigrations(folder));
  });
});
