import { constants, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { newFileMode } from './group-folder.ts';

/**
 * Waits between attempts, ms: 635 together. A scanner looks at a fresh file for some tens of them; whoever holds one
 * for longer is not waited for on a thread that others need.
 */
const waitsMs = [5, 10, 20, 40, 80, 160, 320];

/** What Windows says of a file that a scanner, an indexer or a backup holds just now, or that is about to go. */
const heldCodes = ['EBUSY', 'EPERM', 'EACCES'];

/**
 * Does what may fail because another program holds the file for a moment, again until it works or 635 ms are over.
 * @throws what the last attempt threw, or at once what has nothing to do with holding
 */
export function patiently<T>(action: () => T): T {
  for (const wait of waitsMs)
    try {
      return action();
    } catch (error) {
      if (!heldCodes.includes(codeOf(error) ?? '')) throw error;
      pause(wait);
    }
  return action();
}

/** Gives a file another name, in the place of one that has it already. */
export function renameFile(from: string, to: string): void {
  patiently(() => renameSync(from, to));
}

/** Removes a file; one that is not there is no error. */
export function removeFile(file: string): void {
  patiently(() => rmSync(file, { force: true }));
}

/**
 * How a file is opened to be written. In a folder for several accounts another one may have put a link there to a file that
 * is not its own: nothing is written through one (`ELOOP`). Windows has no such flag, and lets few make links.
 */
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
export const toWrite = {
  anew: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
  inPlace: O_WRONLY | O_CREAT | O_NOFOLLOW,
  atEnd: O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW,
} as const;

/**
 * Opens a file.
 * @param mode rights of one that is made; left out: as the folder says
 * @returns its number, for the caller to close
 */
export function openFile(file: string, flags: string | number, mode?: number): number {
  return patiently(() => openSync(file, flags, mode ?? (flags === 'r' ? 0o600 : newFileMode(file))));
}

/** The text of a file. */
export function readText(file: string): string {
  return patiently(() => readFileSync(file, 'utf8'));
}

/** Node's code of an error of the system, such as `ENOSPC`; null for any other error. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Waits without giving the thread to anybody else. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
