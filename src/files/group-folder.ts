import { closeSync, chmodSync, chownSync, lstatSync, openSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

const group = 0o070;
const setGroup = 0o2000;

/**
 * Whether somebody made a folder for a group of users to work in: what is made in it gets the folder's group. On macOS that is
 * so in every folder, and new folders do not take the mark over. On Windows rights come from the folder by themselves.
 */
export function isForGroup(folder: string): boolean {
  if (process.platform === 'win32') return false;
  const info = statSync(folder, { throwIfNoEntry: false });
  if (info?.isDirectory() !== true) return false;
  return process.platform === 'darwin'
    ? (info.mode & 0o077) === group
    : (info.mode & (setGroup | group)) === (setGroup | group);
}

/** Rights of a new file: for its user alone, or for the group as well in a folder for one. */
export function newFileMode(file: string): number {
  return isForGroup(dirname(file)) ? 0o660 : 0o600;
}

/**
 * In a folder for a group, makes a file that the whole group may write to, where it is not there: SQLite makes its own for one
 * user to write to, and those beside it with the same rights. One of another user stays as it is. Elsewhere nothing is done.
 */
export function makeForGroup(file: string): void {
  const folder = dirname(file);
  if (!isForGroup(folder)) return;
  closeSync(openSync(file, 'a', 0o660));
  const info = lstatSync(file);
  if (info.uid === process.getuid?.() && info.isFile()) giveToGroup(file, info, statSync(folder).gid);
}

/** Lets a group do with what is ours all that we may, and nobody else anything. Links are not to be given. */
export function giveToGroup(path: string, info: Stats, gid: number): void {
  const own = info.mode & 0o700;
  const mode = info.isDirectory() ? setGroup | own | group : own | ((own & 0o600) >> 3);
  // Another group takes the mark away.
  if (info.gid !== gid) chownSync(path, -1, gid);
  if (info.gid !== gid || (info.mode & 0o7777) !== mode) chmodSync(path, mode);
}
