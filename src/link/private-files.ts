import { chmodSync, existsSync, lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { giveToGroup, isForGroup } from '#files/group-folder.ts';

const others = 0o077;
/** Whoever may write here and not delete what others wrote: a folder like /tmp, which is nobody's own. */
const sticky = 0o1000;

/**
 * What this process makes from now on is for this user alone, or for a group as well. On Windows rights come from the folder.
 * @param folder that it works in, which may be one for a group; one that is not there yet is made for whom the one around it is
 */
export function keepNewFilesPrivate(folder?: string): void {
  if (process.platform === 'win32') return;
  const given = folder !== undefined && !existsSync(folder) ? dirname(resolve(folder)) : folder;
  process.umask(given !== undefined && isForGroup(given) ? 0o007 : others);
}

/**
 * Takes from everybody else the rights to what lies in a data folder: database, write-ahead log, copies, attachments,
 * keys. In a folder for a group, that group gets them instead. Only what belongs to this user is touched, only the names that
 * are given, and no link is followed; on Windows nothing.
 * @param names of files (with whatever follows the name, as `arus.db-wal`) and of folders, which are taken whole
 * @returns what could not be set right
 */
export function makePrivate(folder: string, names: readonly string[]): string[] {
  const user = process.getuid?.();
  if (process.platform === 'win32' || user === undefined) return [];
  const failed: string[] = [];
  const group = isForGroup(folder) ? { folder: resolve(folder), gid: statSync(folder).gid } : null;

  function setRight(path: string, info: Stats): void {
    if (group !== null) giveToGroup(path, group);
    else if ((info.mode & others) !== 0 && !isShared(path, info)) chmodSync(path, info.mode & 0o700);
  }

  function take(path: string, isWhole: (name: string) => boolean): void {
    const info = infoOf(path);
    if (info === null || info.isSymbolicLink() || info.uid !== user) return;
    try {
      setRight(path, info);
    } catch {
      failed.push(path);
    }
    if (!info.isDirectory()) return;
    for (const name of namesIn(path)) if (isWhole(name)) take(join(path, name), () => true);
  }

  const isNamed = (name: string): boolean => names.some((known) => name.startsWith(known));
  const top = resolve(folder);
  // A folder for a group is an administrator's; what is in it is its users'.
  if (group !== null) for (const name of namesIn(top).filter(isNamed)) take(join(top, name), () => true);
  else take(top, isNamed);
  return failed;
}

/** Not for us to close: the root, a home, a folder that everybody may write to. */
function isShared(path: string, info: Stats): boolean {
  return (
    info.isDirectory() && ((info.mode & sticky) !== 0 || path === parse(path).root || path === homedir())
  );
}

function infoOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
