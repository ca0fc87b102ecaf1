import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '#support/project.ts';
import { bugs, type Bug } from './bugs.ts';

/**
 * Puts a bug into the product's modules as they are loaded from now on in this thread. No file is changed, and nothing
 * outside of a test can do it.
 * @throws where there is no bug of that name
 */
export function plant(name: string): void {
  const bug = bugs.find((each) => each.name === name);
  if (bug === undefined) throw new Error(`There is no planted bug called '${name}'`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      // In the newer program's modules as well, which are told apart by what follows their name.
      const [plain] = url.split('?');
      const patches = bug.patches.filter(({ file }) => urlOf(file) === plain);
      if (patches.length === 0) return loaded;
      const { source } = loaded;
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source ?? new Uint8Array());
      return { ...loaded, source: patches.reduce(patched, text) };
    },
  });
}

/** @throws where the text that is to be replaced is not there exactly once: the bug would not be in */
export function patched(source: string, { file, from, to }: Bug['patches'][number]): string {
  const parts = source.split(from);
  if (parts.length !== 2)
    throw new Error(`${file} has ${parts.length - 1} places that read '${from}'; one is to be replaced`);
  return parts.join(to);
}

function urlOf(file: string): string {
  return pathToFileURL(join(projectRoot, file)).href;
}
