import { posix } from 'node:path';
import { projectPath } from './layer-imports.ts';

/** Folders whose subfolders are features: none of them may need another that needs it, over however many more. */
export const featureParents = ['src/shared', 'src/main/vessel', 'src/shore', 'src/renderer/features'];

/** A file by its path from the root of the project, with its text. */
export interface SourceFile {
  path: string;
  text: string;
}

const specifiers = /(?:\bfrom|\bimport)\s*\(?\s*'(?<specifier>[^']+)'/g;

/**
 * Sets of folders right below `parent` that import one another in a circle, each in the order of the alphabet. What lies in
 * `parent` itself puts features together and is none.
 */
export function folderCircles(parent: string, files: readonly SourceFile[]): string[][] {
  const needs = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    const folder = featureOf(parent, path);
    if (folder === null) continue;
    const needed = needs.get(folder) ?? new Set();
    needs.set(folder, needed);
    for (const { groups } of text.matchAll(specifiers)) {
      const target = projectPath(path, groups?.['specifier'] ?? '');
      const other = target === null ? null : featureOf(parent, target);
      if (other !== null && other !== folder) needed.add(other);
    }
  }
  const reached = new Map([...needs.keys()].map((folder) => [folder, reachable(needs, folder)]));
  const circles = new Map<string, string[]>();
  for (const [folder, from] of reached) {
    if (!from.has(folder)) continue;
    const circle = [...from].filter((other) => reached.get(other)?.has(folder) === true).sort();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

/** All that a folder needs, over others too; itself where one of those needs it. */
function reachable(needs: ReadonlyMap<string, ReadonlySet<string>>, from: string): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const other of needs.get(next) ?? []) {
      if (found.has(other)) continue;
      found.add(other);
      open.push(other);
    }
  return found;
}

function featureOf(parent: string, path: string): string | null {
  const [first = '', ...rest] = posix.relative(parent, path).split('/');
  return first === '..' || rest.length === 0 ? null : first;
}
