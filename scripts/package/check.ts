/**
 * Program: packs the app for Linux with a stand-in where Electron's binary belongs, looks into the archive for
 * what must and must not be in it, reads the fuses back, and boots the app from exactly the files of the archive,
 * away from this checkout, so that a missing file or dependency is found here and not on a ship. Prints figures;
 * exits 1 with everything that is wrong.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { z } from 'zod';
import { ensureBuilt } from '../built.ts';
import { projectRoot, runStep } from '../run-step.ts';
import { boot } from './boot.ts';
import { layElectronStandIn } from './electron-stand-in.ts';

const processor = process.arch;
/** Everything in the archive is one of these. */
const allowed = [
  /^package\.json$/,
  /^out\/main\/[\w-]+\.js$/,
  /^out\/preload\/preload\.cjs$/,
  /^out\/renderer\/(index\.html|[\w-]+\.(js|svg|png))$/,
  /^out\/renderer\/assets\/[\w.-]+\.(js|css|woff2|svg|png)$/,
  /^node_modules\/better-sqlite3\/(LICENSE|package\.json|lib\/[\w/-]+\.js)$/,
  new RegExp(`^node_modules/better-sqlite3/prebuilds/linux-${processor}\\.node$`),
];
/** Each of these is there. */
const needed = [
  /^package\.json$/,
  /^out\/main\/main\.js$/,
  /^out\/preload\/preload\.cjs$/,
  /^out\/renderer\/index\.html$/,
  /^out\/renderer\/theme\.js$/,
  /^out\/renderer\/assets\/.+\.js$/,
  /^out\/renderer\/assets\/.+\.css$/,
  /^out\/renderer\/assets\/.+\.woff2$/,
  /^node_modules\/better-sqlite3\/LICENSE$/,
  /^node_modules\/better-sqlite3\/lib\/index\.js$/,
  new RegExp(`^node_modules/better-sqlite3/prebuilds/linux-${processor}\\.node$`),
];

const fuses = new Map([
  [FuseV1Options.RunAsNode, false],
  [FuseV1Options.EnableCookieEncryption, true],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
  [FuseV1Options.EnableNodeCliInspectArguments, false],
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, true],
  [FuseV1Options.OnlyLoadAppFromAsar, true],
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, false],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, false],
]);

const packedManifest = z.looseObject({
  name: z.literal('arus'),
  productName: z.literal('ARUS'),
  version: z.string(),
  type: z.literal('module'),
  main: z.literal('./out/main/main.js'),
  dependencies: z.strictObject({ 'better-sqlite3': z.string() }),
  devDependencies: z.undefined().optional(),
  scripts: z.undefined().optional(),
});

const wrong: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'arus-package-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

if (process.platform !== 'linux') fail(['the package can be checked on Linux only']);
if (!(await ensureBuilt())) fail(['the app does not build']);

const electronManifest = join(projectRoot, 'node_modules', 'electron', 'package.json');
const electron = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(electronManifest, 'utf8')));
layElectronStandIn(join(folder, 'electron'), electron.version);
const overrides = [
  `-c.electronDist=${join(folder, 'electron')}`,
  `-c.directories.output=${join(folder, 'dist')}`,
];
const packed = await runStep({
  name: 'pack',
  command: ['electron-builder', '--linux', 'dir', `--${processor}`, '--publish', 'never', ...overrides],
});
if (!packed) fail(['electron-builder could not pack the app']);

const [name = ''] = readdirSync(join(folder, 'dist')).filter((entry) => entry.endsWith('-unpacked'));
const installed = join(folder, 'dist', name);
const archive = join(installed, 'resources', 'app.asar');

const appFolder = join(folder, 'app');
extractAll(archive, appFolder);
const files = listPackage(archive, { isPack: false })
  .map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
  .filter((path) => statSync(join(appFolder, path)).isFile());
for (const file of files) {
  if (!allowed.some((pattern) => pattern.test(file))) wrong.push(`does not belong into the package: ${file}`);
}
for (const pattern of needed) {
  if (!files.some((file) => pattern.test(file))) wrong.push(`missing in the package: ${pattern.source}`);
}
for (const file of files.filter((path) => /\.(c?js|css|html|json)$/.test(path))) {
  const content = readFileSync(join(appFolder, file), 'utf8');
  if (content.includes(projectRoot)) wrong.push(`names the folder that it was built in: ${file}`);
  if (/\/[/*]# sourceMappingURL=(?!data:)/.test(content) && !file.startsWith('out/main/')) {
    wrong.push(`points to a source map that is not there: ${file}`);
  }
}
const manifest = packedManifest.safeParse(JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8')));
if (!manifest.success) wrong.push(`package.json: ${z.prettifyError(manifest.error)}`);

const outside = readdirSync(`${archive}.unpacked`, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => entry.name);
if (outside.join() !== `linux-${processor}.node`) wrong.push(`beside the archive lies ${outside.join(', ')}`);
if (readdirSync(join(installed, 'locales')).join() !== 'en-US.pak') wrong.push('languages that no one needs');

const wire: Partial<Record<FuseV1Options, FuseState>> = await getCurrentFuseWire(join(installed, 'arus'));
for (const [fuse, on] of fuses) {
  if (wire[fuse] !== (on ? FuseState.ENABLE : FuseState.DISABLE)) {
    wrong.push(`fuse ${FuseV1Options[fuse]} is not ${on ? 'on' : 'off'}`);
  }
}

if (wrong.length === 0) {
  const figures = await boot(appFolder, join(folder, 'home')).catch((error: unknown) => {
    wrong.push(`the packed app does not work: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (figures !== undefined) {
    console.log(
      [
        `${files.length} files, ${megabytes(sum(files.map((file) => statSync(join(appFolder, file)).size)))} MB`,
        `archive ${megabytes(statSync(archive).size)} MB, beside it ${outside.join(', ')}`,
        `${fuses.size} fuses read back (in a stand-in for the binary)`,
        `page up after ${figures.upMs} ms, ${figures.pageFiles} files of it served, order kept through a restart`,
      ].join('\n'),
    );
  }
}
if (wrong.length > 0) fail(wrong);

function fail(reasons: readonly string[]): never {
  for (const reason of reasons) console.error(`package: ${reason}`);
  process.exit(1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(2);
}
