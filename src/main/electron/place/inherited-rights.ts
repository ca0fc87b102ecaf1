import { execFileSync } from 'node:child_process';
import { win32 } from 'node:path';
import { isThere } from './ship-files.ts';

/**
 * On Windows what is renamed into a folder keeps the rights of the one it came from: gives it those of the folder that it is in.
 * @param systemRoot where Windows lies
 * @returns what still has others
 */
export function inheritRights(systemRoot: string, folder: string, names: readonly string[]): string[] {
  const program = win32.join(systemRoot, 'System32', 'icacls.exe');
  return names
    .map((name) => win32.join(folder, name))
    .filter((path) => {
      if (!isThere(path)) return false;
      try {
        execFileSync(program, [path, '/reset', '/T', '/C', '/L', '/Q'], {
          stdio: 'ignore',
          windowsHide: true,
        });
        return false;
      } catch {
        return true;
      }
    });
}
