import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const mostBytes = 5_000_000;

/**
 * Makes room for this run's log of one program; returns the file, e.g. `arus.log`. The one before it is kept, so that two
 * files hold at most 10 MB and a run. Where it cannot be moved, as on a full disk or while another program reads it, this
 * run's lines follow the last one's.
 */
export function beginLogFile(folder: string, program: string): string {
  const file = join(folder, `${program}.log`);
  try {
    mkdirSync(folder, { recursive: true });
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > mostBytes) renameSync(file, join(folder, `${program}.1.log`));
  } catch (error) {
    process.stderr.write(`The log could not be begun anew: ${String(error)}\n`);
  }
  return file;
}
