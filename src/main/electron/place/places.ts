import { posix, win32 } from 'node:path';

/** Where on a computer the app may keep what it keeps. */
export interface Places {
  /** For the ship's records, where an administrator made this folder for the accounts of the computer. */
  shared: string;
  /** This account's own folder on this computer: what is its alone, and the ship's records where none is shared. */
  own: string;
  /** Where a ship's records may lie from before, the likeliest first. */
  former: readonly string[];
}

/** Another folder for all accounts than the usual one. */
export const sharedFolderVariable = 'ARUS_SHARED_FOLDER';

/**
 * @param userData the folder that Electron gives the app; on Windows it travels with the account from computer to computer
 * @param home of this account
 */
export function placesOf(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  { userData, home }: { userData: string; home: string },
): Places {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const folder = (name: string): string | null => {
    const value = environment[name];
    return value !== undefined && isAbsolute(value) ? value : null;
  };
  const own =
    platform === 'win32' ? join(folder('LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'ARUS') : userData;
  const usual: Partial<Record<NodeJS.Platform, string>> = {
    win32: join(folder('PROGRAMDATA') ?? 'C:\\ProgramData', 'ARUS'),
    darwin: '/Users/Shared/ARUS',
  };
  return {
    shared: folder(sharedFolderVariable) ?? usual[platform] ?? '/var/lib/arus',
    own,
    former: own === userData ? [own] : [own, userData],
  };
}
