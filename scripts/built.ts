import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, runStep } from './run-step.ts';

const products = [
  'out/main/main.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
  'out/renderer/office.html',
];
const sources = ['src', 'package.json', 'electron.vite.config.ts'];

/** Builds the app when it is not built, or built from older sources; returns whether it stands now. */
export async function ensureBuilt(): Promise<boolean> {
  const files = products.map((file) => join(projectRoot, file));
  const oldest = files.every((file) => existsSync(file))
    ? Math.min(...files.map((file) => statSync(file).mtimeMs))
    : 0;
  if (newestOf(sources.map((source) => join(projectRoot, source))) < oldest) return true;
  return runStep({ name: 'build', command: ['npm', 'run', '--silent', 'build'] });
}

/** When the last of these files, or of the files in these folders, was changed: milliseconds since 1970. */
function newestOf(paths: readonly string[]): number {
  return Math.max(
    0,
    ...paths.map((path) => {
      const entry = statSync(path);
      if (!entry.isDirectory()) return path.endsWith('.tsbuildinfo') ? 0 : entry.mtimeMs;
      return newestOf(readdirSync(path).map((name) => join(path, name)));
    }),
  );
}

if (import.meta.main && !(await ensureBuilt())) process.exitCode = 1;
