import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InlineConfig, type Plugin, build } from 'vite';
import { projectRoot } from '#support/project.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import electronVite from '../../../../electron.vite.config.ts';

const catalogue = join(projectRoot, 'src/shared/records/catalogue.ts');
const declared = join(import.meta.dirname, 'spare-part.ts');

/** One line in the catalogue: what somebody adds who declares a kind. */
const oneLine: Plugin = {
  name: 'declared-here',
  enforce: 'pre',
  load(id) {
    if (id !== catalogue) return null;
    const text = readFileSync(catalogue, 'utf8');
    const first = 'export const recordSpecs = [\n';
    if (!text.includes(first)) throw new Error(`${catalogue} does not begin its list as '${first.trim()}'`);
    return `import { declaredHere } from ${JSON.stringify(declared)};\n${text.replace(first, `${first}...declaredHere,\n`)}`;
  },
};

/** Builds the page of ship and office, with the kinds of `spare-part.ts` in its catalogue. Returns its folder. */
export async function pageWithDeclared(): Promise<string> {
  const folder = temporaryDirectory('page');
  const { renderer } = electronVite as { renderer: InlineConfig };
  await build({
    ...renderer,
    configFile: false,
    logLevel: 'error',
    plugins: [oneLine, ...(renderer.plugins ?? [])],
    build: { ...renderer.build, outDir: folder, emptyOutDir: true, minify: false },
  });
  return folder;
}
