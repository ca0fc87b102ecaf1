/**
 * Program: packs the app for Linux and for Windows with a stand-in where Electron's binary belongs, looks into the
 * archives for what must and must not be in them, reads the fuses back, and boots the app from exactly the files of
 * the archive for this machine, away from this checkout, so that a missing file or dependency is found here and not
 * on a ship. Prints figures; exits 1 with everything that is wrong.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ensureBuilt } from '../built.ts';
import { projectRoot } from '../run-step.ts';
import { boot } from './boot.ts';
import { complaints, fuses } from './complaints.ts';
import { layElectronStandIn } from './electron-stand-in.ts';
import { type Packed, type Target, beside, pack } from './pack.ts';

const targets: readonly Target[] = [
  { platform: 'linux', processor: process.arch },
  { platform: 'win32', processor: 'x64' },
];
/** A slip in the lists can let in everything. */
const mostTold = 20;
const folder = mkdtempSync(join(tmpdir(), 'arus-package-'));

try {
  const wrong = await check();
  for (const complaint of wrong.slice(0, mostTold)) console.error(`package: ${complaint}`);
  if (wrong.length > mostTold) console.error(`package: and ${wrong.length - mostTold} more`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function check(): Promise<string[]> {
  if (process.platform !== 'linux') return ['can be checked on Linux only'];
  if (!(await ensureBuilt())) return ['the app does not build'];
  layElectronStandIn(join(folder, 'electron'), electronVersion());
  const wrong: string[] = [];
  for (const target of targets) {
    const packed = await pack(target, join(folder, 'electron'), join(folder, target.platform));
    if (packed === null) return [`electron-builder could not pack for ${target.platform}`];
    const found = await complaints(packed, target);
    wrong.push(...found.map((complaint) => `${target.platform}: ${complaint}`));
    if (found.length === 0) print(packed, target);
    if (found.length === 0 && target.platform === process.platform) wrong.push(...(await bootFrom(packed)));
  }
  return wrong;
}

async function bootFrom({ appFolder }: Packed): Promise<string[]> {
  try {
    const { upMs, pageFiles } = await boot(appFolder, join(folder, 'home'));
    console.log(`page up after ${upMs} ms, ${pageFiles} files of it served, order kept through a restart`);
    return [];
  } catch (error) {
    return [`the packed app does not work: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function print({ files, appFolder, archive }: Packed, { platform, processor }: Target): void {
  const bytes = files.reduce((total, file) => total + statSync(join(appFolder, file)).size, 0);
  console.log(
    `${platform} ${processor}: ${files.length} files, ${megabytes(bytes)} MB; archive ${megabytes(statSync(archive).size)} MB, ` +
      `beside it ${beside(archive).join(', ')}; ${fuses.size} fuses read back (in a stand-in for the binary)`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(2);
}

function electronVersion(): string {
  const manifest = join(projectRoot, 'node_modules', 'electron', 'package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}
