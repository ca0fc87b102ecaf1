import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { runStep } from '../run-step.ts';

export interface Target {
  /** As Node calls the platform, and so better-sqlite3's binary. */
  platform: 'linux' | 'win32';
  processor: string;
}

export interface Packed {
  /** What an installer would put on a computer. */
  installed: string;
  binary: string;
  archive: string;
  /** Where the archive's files lie, those beside the archive among them. */
  appFolder: string;
  /** Their paths in it, with `/`. */
  files: string[];
}

/** Packs the app for `target` around an Electron in `electron`; null when electron-builder could not. */
export async function pack(target: Target, electron: string, output: string): Promise<Packed | null> {
  const { platform, processor } = target;
  const packed = await runStep({
    name: `pack for ${platform} ${processor}`,
    command: [
      'electron-builder',
      platform === 'linux' ? '--linux' : '--win',
      'dir',
      `--${processor}`,
      '--publish',
      'never',
      `-c.electronDist=${electron}`,
      `-c.directories.output=${output}`,
      // On Windows icon, version and the archive's checksum go into the binary, which a stand-in has no room for.
      ...(platform === 'win32' ? ['-c.win.signAndEditExecutable=false', '-c.disableAsarIntegrity=true'] : []),
    ],
  });
  if (!packed) return null;
  const installed = join(
    output,
    platform === 'linux' ? unpacked('linux', processor) : unpacked('win', processor),
  );
  const archive = join(installed, 'resources', 'app.asar');
  const appFolder = join(output, 'app');
  extractAll(archive, appFolder);
  const files = listPackage(archive, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => statSync(join(appFolder, path)).isFile());
  const binary = join(installed, platform === 'linux' ? 'arus' : 'ARUS.exe');
  return { installed, binary, archive, appFolder, files };
}

/** Files that lie beside an archive. */
export function beside(archive: string): string[] {
  return readdirSync(`${archive}.unpacked`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

/** The folder that electron-builder makes: it names the processor only where that is not x64. */
function unpacked(platform: string, processor: string): string {
  return processor === 'x64' ? `${platform}-unpacked` : `${platform}-${processor}-unpacked`;
}
