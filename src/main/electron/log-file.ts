import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const mostBytes = 5_000_000;

/** Makes room for this run's log; returns the file. The one before it is kept, so that two files hold at most 10 MB and a run. */
export function beginLogFile(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'arus.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > mostBytes) renameSync(file, join(folder, 'arus.1.log'));
  return file;
}
