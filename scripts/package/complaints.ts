import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { z } from 'zod';
import { projectRoot } from '../run-step.ts';
import { type Packed, type Target, beside } from './pack.ts';

/** Everything in the archive is one of these. */
const allowed = [
  /^package\.json$/,
  /^out\/main\/[\w-]+\.js$/,
  /^out\/preload\/preload\.cjs$/,
  /^out\/renderer\/(index\.html|[\w-]+\.(js|svg|png))$/,
  /^out\/renderer\/assets\/[\w.-]+\.(js|css|woff2|svg|png)$/,
  /^node_modules\/better-sqlite3\/(LICENSE|package\.json|lib\/[\w/-]+\.js)$/,
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
];

export const fuses: ReadonlyMap<FuseV1Options, boolean> = new Map([
  [FuseV1Options.RunAsNode, false],
  [FuseV1Options.EnableCookieEncryption, false],
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

/** Everything that is wrong with what was packed, a sentence each. */
export async function complaints(packed: Packed, target: Target): Promise<string[]> {
  return [
    ...aboutFiles(packed, `${target.platform}-${target.processor}.node`),
    ...aboutContent(packed),
    ...(await aboutFuses(packed.binary)),
    ...aboutSharedFolder(target),
  ];
}

function aboutFiles({ files, archive, installed }: Packed, binary: string): string[] {
  const path = `node_modules/better-sqlite3/prebuilds/${binary}`;
  const outside = beside(archive);
  const languages = readdirSync(join(installed, 'locales'));
  return [
    ...files
      .filter((file) => file !== path && !allowed.some((pattern) => pattern.test(file)))
      .map((file) => `does not belong into the package: ${file}`),
    ...needed
      .filter((pattern) => !files.some((file) => pattern.test(file)))
      .map((pattern) => `missing in the package: ${pattern.source}`),
    ...(files.includes(path) ? [] : [`missing in the package: ${path}`]),
    ...(outside.join() === binary ? [] : [`beside the archive lies ${outside.join(', ')}`]),
    ...(languages.join() === 'en-US.pak' ? [] : [`languages that no one needs: ${languages.join(', ')}`]),
  ];
}

function aboutContent({ files, appFolder }: Packed): string[] {
  const manifest = packedManifest.safeParse(
    JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8')),
  );
  return [
    ...files
      .filter((file) => /\.(c?js|css|html|json)$/.test(file))
      .filter((file) => readFileSync(join(appFolder, file), 'utf8').includes(projectRoot))
      .map((file) => `names the folder that it was built in: ${file}`),
    ...(manifest.success ? [] : [`package.json: ${z.prettifyError(manifest.error)}`]),
  ];
}

/** electron-builder's own script, which ours stands in the place of. */
const usualAfterInstall = join(projectRoot, 'node_modules/app-builder-lib/templates/linux/after-install.tpl');

/** What makes the folder for all accounts on a computer. The installers themselves are not built here. */
function aboutSharedFolder({ platform }: Target): string[] {
  const used = readFileSync(join(projectRoot, 'electron-builder.yml'), 'utf8');
  const [setting, file, parts] =
    platform === 'linux'
      ? [
          'afterInstall',
          'resources/after-install.sh',
          [
            readFileSync(usualAfterInstall, 'utf8'),
            'groupadd --system arus',
            'install -d -m 2770 -o root -g arus /var/lib/arus',
          ],
        ]
      : [
          'include',
          'resources/installer.nsh',
          ['!macro customInstall', String.raw`"$APPDATA\ARUS"`, '*S-1-5-32-545:(OI)(CI)M'],
        ];
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return [
    ...(used.includes(`  ${setting}: ${file}\n`) ? [] : [`the installer does not use ${file}`]),
    ...parts
      .filter((part) => !text.includes(part))
      .map((part) => `missing in ${file}: ${part.slice(0, 200)}`),
  ];
}

async function aboutFuses(binary: string): Promise<string[]> {
  const wire: Partial<Record<FuseV1Options, FuseState>> = await getCurrentFuseWire(binary);
  return [...fuses]
    .filter(([fuse, on]) => wire[fuse] !== (on ? FuseState.ENABLE : FuseState.DISABLE))
    .map(([fuse, on]) => `fuse ${FuseV1Options[fuse]} is not ${on ? 'on' : 'off'}`);
}
