import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

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
  const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
  closeSync(openSync(file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o660));
  const info = lstatSync(file);
  if (info.uid === process.getuid?.() && info.isFile())
    giveToGroup(file, { folder, gid: statSync(folder).gid });
}

/**
 * Lets a group do with a file or folder of ours all that we may, and nobody else anything. Whoever else may write there could put
 * a link in the place of it, or of a folder above it, at any moment, and have us give away what lies elsewhere: so it is done to what was
 * opened, and only where that lies in `folder`.
 * @param within the group's folder, which nobody of the group can put another in the place of
 * @throws with Node's code, or where it is not what it seemed
 */
export function giveToGroup(path: string, within: { folder: string; gid: number }): void {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const info = fstatSync(handle);
    const isSole = info.isDirectory() || (info.isFile() && info.nlink === 1);
    if (!isSole || info.uid !== process.getuid?.() || !liesWithin(handle, path, within.folder))
      throw new Error(`${path} is not what it seemed, and was not given to the group.`);
    const own = info.mode & 0o700;
    const mode = info.isDirectory() ? setGroup | own | group : own | ((own & 0o600) >> 3);
    // Another group takes the mark away.
    if (info.gid !== within.gid) fchownSync(handle, info.uid, within.gid);
    if (info.gid !== within.gid || (info.mode & 0o7777) !== mode) fchmodSync(handle, mode);
  } finally {
    closeSync(handle);
  }
}

/** Whether what was opened lies where its path says, with no link on the way from `folder` on. */
function liesWithin(handle: number, path: string, folder: string): boolean {
  const expected = join(realpathSync(folder), relative(folder, path));
  // Linux says where what is open lies. Elsewhere the path is looked at once more, which leaves a moment.
  return process.platform === 'linux'
    ? readlinkSync(`/proc/self/fd/${handle}`) === expected
    : realpathSync(path) === expected;
}
