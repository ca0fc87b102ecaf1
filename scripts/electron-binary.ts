import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './run-step.ts';

/**
 * Takes the environment variables that Electron's own installer honours; returns the path of the Electron
 * binary on this machine, or null. Looks at files only: to `require('electron')` would start a download.
 */
export function electronBinary(environment: Readonly<Record<string, string | undefined>>): string | null {
  const named = environment['ELECTRON_EXEC_PATH'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  const installed = join(projectRoot, 'node_modules', 'electron');
  const pathFile = join(installed, 'path.txt');
  const program = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const folder = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(installed, 'dist');
  const binary = join(folder, program);
  return existsSync(binary) ? binary : null;
}
