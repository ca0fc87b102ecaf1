import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';

const within = (folder: string): string[] =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    join(folder, name).replaceAll('\\', '/'),
  );
const pages = ['README.md', ...within('docs').filter((name) => name.endsWith('.md'))];
const files = ['src', 'tests', 'scripts', 'docs', 'resources'].flatMap(within);

/** What of a page's links leads nowhere. */
function deadLinks(page: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(projectRoot, dirname(page), target)));
}

/** Files that a page names and that are not there: by their path, or by as much of it as the page gives. */
function lostFiles(text: string): string[] {
  return [...text.matchAll(/`([\w./-]+\.(?:ts|tsx|md|css))`/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('.') && !existsSync(join(projectRoot, name)))
    .filter((name) => !files.some((file) => file.endsWith(`/${name}`)));
}

describe('the documentation', () => {
  test.each(pages)('%s leads to what is there', (page) => {
    const text = readFileSync(join(projectRoot, page), 'utf8');
    expect({ links: deadLinks(page, text), files: lostFiles(text) }).toEqual({ links: [], files: [] });
  });

  test('lists every decision, and every number that none has', () => {
    const list = readFileSync(join(projectRoot, 'docs/decisions/README.md'), 'utf8');
    const decisions = readdirSync(join(projectRoot, 'docs/decisions')).filter((name) => name !== 'README.md');
    const numbers = decisions.map((name) => Number(name.slice(0, 4)));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect([...list.matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(([, name]) => name)).toEqual(decisions.sort());
    const [, unused = ''] = /ever had the numbers ([^.]+)\./.exec(list) ?? [];
    const named = [...unused.matchAll(/(\d{4})(?:\s+to\s+(\d{4}))?/g)].flatMap(([, first, last = first]) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
    );
    expect([...numbers, ...named].sort((a, b) => a - b)).toEqual(
      Array.from({ length: Math.max(...numbers) }, (_, index) => index + 1),
    );
  });

  test('would be found out', () => {
    expect(deadLinks('docs/sync.md', 'see [x](no-such.md) and [y](https://example.com)')).toEqual([
      'no-such.md',
    ]);
    expect(lostFiles('`shared/sync/merge.ts` and `shared/sync/no-such.ts`')).toEqual([
      'shared/sync/no-such.ts',
    ]);
  });
});
