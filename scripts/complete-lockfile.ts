/**
 * Adds to package-lock.json what `npm install` leaves out and `npm ci` stumbles over. Run after `npm install`;
 * with `--check` it only says what is missing and exits 1.
 *
 * - Optional packages for other platforms that the registry did not list: a registry that mirrors only some
 *   platforms leaves them out of the lock file, and `npm ci` then refuses the lock file everywhere. Their
 *   exact versions stand in their parents' optionalDependencies; the platform is read from the name, so that
 *   npm skips them where they do not belong.
 * - That better-sqlite3 is not to be compiled (it says so itself, and brings its binaries): the lock file
 *   does not repeat it, and `npm ci` would look for Python and a compiler and fail without them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const entry = z.object({
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
// Records keep npm's order of keys, so that only the added lines differ.
const lockFile = z.record(z.string(), z.unknown());
const entryWithGyp = z.record(z.string(), z.unknown());
const lockedPackages = z.record(z.string(), z.unknown());

const path = join(import.meta.dirname, '..', 'package-lock.json');

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors: Readonly<Record<string, string>> = { arm64: 'arm64', x64: 'x64', ia32: 'ia32', arm: 'arm' };
const furtherProcessors = ['ppc64', 'riscv64', 's390x', 'loong64'];

function platform(name: string): { os: string[]; cpu: string[]; libc?: string[] } | null {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system));
  const cpu =
    Object.keys(processors).find((word) => words.includes(word)) ??
    furtherProcessors.find((word) => words.includes(word));
  if (os === undefined || cpu === undefined) return null;
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : null;
  return { os: [os], cpu: [cpu], ...(libc === null ? {} : { libc: [libc] }) };
}

function isLocked(packages: object, parent: string, name: string): boolean {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

const lock = lockFile.parse(JSON.parse(readFileSync(path, 'utf8')));
const packages = lockedPackages.parse(lock['packages']);
let added = 0;
for (const [parent, locked] of Object.entries(packages)) {
  const { dev, optionalDependencies } = entry.parse(locked);
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    if (isLocked(packages, parent, name)) continue;
    const where = platform(name);
    if (where === null || !/^\d+\.\d+\.\d+/.test(version)) {
      console.error(`Cannot tell the platform of ${name}@${version}, wanted by ${parent}.`);
      process.exitCode = 1;
      continue;
    }
    packages[`node_modules/${name}`] = {
      version,
      ...(dev === true ? { dev } : {}),
      optional: true,
      ...where,
    };
    added += 1;
  }
}
const sqlite = entryWithGyp.parse(packages['node_modules/better-sqlite3']);
if (sqlite['gypfile'] !== false) {
  packages['node_modules/better-sqlite3'] = { ...sqlite, gypfile: false };
  added += 1;
}
const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
if (process.argv.includes('--check')) {
  if (added > 0) {
    console.error(`package-lock.json lacks ${added} entries that npm ci needs: run npm run lockfile`);
    process.exitCode = 1;
  }
} else {
  if (added > 0) writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
  console.log(`package-lock.json: ${added} entries completed`);
}
