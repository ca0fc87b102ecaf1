import { mkdirSync } from 'node:fs';
import { app } from 'electron';

/**
 * Gives Chromium a folder of ours for what it keeps. Electron takes only one that is there; where it cannot be made, as on a
 * full disk, Chromium's usual one serves, and the app starts all the same.
 */
export function giveFolder(name: 'sessionData' | 'crashDumps', folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    process.stderr.write(`${folder} cannot be made: ${String(error)}\n`);
    return;
  }
  app.setPath(name, folder);
}
