import { accessSync, closeSync, constants, lstatSync, openSync, rmSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isForGroup } from '#files/group-folder.ts';
import { codeOf } from '#files/held-files.ts';

/**
 * Whether this account may work in the folder for all accounts. Somebody else may have put something of that name there, so
 * that it has to be an administrator's folder or this account's own, and nobody else's to write to.
 * @returns true; false where there is none; else why not, in words
 */
export function mayShare(folder: string): true | false | string {
  let info: Stats;
  try {
    info = lstatSync(folder);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? false : `it cannot be looked at (${codeOf(error) ?? String(error)})`;
  }
  if (info.isSymbolicLink()) return 'it is a link to another place, and not a folder';
  if (!info.isDirectory()) return 'it is not a folder';
  if (process.platform === 'win32') return mayWriteOnWindows(folder) || notForThisAccount;
  const user = process.getuid?.();
  if (info.uid !== 0 && info.uid !== user) return 'it was not made by an administrator';
  if ((info.mode & 0o002) !== 0) return 'everybody may write to it, also who has nothing to do with the ship';
  if (!isForGroup(folder)) return 'it is not set up for a group of accounts (chmod 2770)';
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    // A disk that takes nothing just now is no reason to begin elsewhere.
    return codeOf(error) === 'EACCES' ? notForThisAccount : true;
  }
}

const notForThisAccount = 'this account may not write to it';

/** Windows says what an account may do in a folder only where it tries. */
function mayWriteOnWindows(folder: string): boolean {
  const trial = join(folder, `try-${process.pid}.tmp`);
  try {
    closeSync(openSync(trial, 'wx'));
    rmSync(trial, { force: true });
    return true;
  } catch (error) {
    const code = codeOf(error);
    return code !== 'EACCES' && code !== 'EPERM';
  }
}
