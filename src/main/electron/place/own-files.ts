import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { readSmallFile } from '#files/bounded-file.ts';
import { writeWhole } from '#files/whole-files.ts';
import { isThere, ownNames } from './ship-files.ts';

/** Takes an account's own files along to its new folder: what was typed and not saved is among them. What cannot be stays. */
export function takeOwnAlong(from: string, to: string): void {
  for (const name of ownNames)
    try {
      if (isThere(join(from, name)) && !isThere(join(to, name))) renameSync(join(from, name), join(to, name));
    } catch {
      // An older ARUS has it open, or it lies on another disk; the new place begins without it.
    }
}

/** Whether words were not told yet; from now on they were. Where that cannot be kept, they are told once more. */
export function isNews(own: string, words: string): boolean {
  const file = join(own, 'told.json');
  const content = JSON.stringify({ words });
  if (readSmallFile(file, 20_000) === content) return false;
  try {
    writeWhole(file, content);
  } catch {
    // See above.
  }
  return true;
}
