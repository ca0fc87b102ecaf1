import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Names the newest copy of the database in `backups`, or says that there is none: by looking. */
export function copiesSentence(directory: string): string {
  const folder = join(directory, 'backups');
  let newest: { name: string; at: Date } | null = null;
  try {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.db'))) {
      const { mtime: at, size } = statSync(join(folder, name));
      if (size > 0 && (newest === null || at > newest.at)) newest = { name, at };
    }
  } catch {
    // A folder that cannot be read has no copies to offer.
  }
  return newest === null
    ? `There is no copy of the database in ${folder}.`
    : `The newest copy of the database in ${folder} is ${newest.name}, of ${momentOf(newest.at.getTime())}.`;
}

/** For people: `2026-11-28 14:02 UTC`. */
export function momentOf(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}
