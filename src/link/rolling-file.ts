import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { newFileMode } from '#files/group-folder.ts';
import { pause, renameFile, toWrite } from '#files/held-files.ts';

export interface RollingFile {
  /** Appends at once. @returns false where the text could not be written, as on a full disk */
  write(text: string): boolean;
}

/** Standard error takes what the file cannot. */
const standardError = 2;
/** A pipe that nobody empties is tried so often, so many ms apart, before a line is let go. */
const attempts = 5;
const pauseMs = 2;

/**
 * A log in a file that is put aside as `NAME.1.log` when it has grown past a limit, the one before it given up: the two
 * hold twice the limit and two lines. Where it cannot be moved, as while another program holds it, its content is copied
 * and the file goes on empty; where that fails too, it goes on growing to twice the limit and begins anew then.
 * @param file made with its folder; where it cannot be had, standard error takes the lines
 * @param mostBytes the limit
 * @param onRolled told how, after the file began anew, when it did not go as it should
 */
export function rollingFile(
  file: string,
  mostBytes: number,
  onRolled: (how: 'copied' | 'cut', why: unknown) => void,
): RollingFile {
  const aside = file.replace(/(\.log)?$/, '.1.log');
  let handle = opened(file);
  let size = sizeOf(handle);
  /** Moving is not tried at every line while somebody holds the file. */
  let rollsAt = mostBytes;

  function roll(): void {
    if (handle === standardError) return;
    // Of two programs that write the same log only one moves it.
    if (movedByAnother(file, handle)) reopen();
    if (size <= mostBytes) return;
    try {
      closeSync(handle);
      handle = standardError;
      renameFile(file, aside);
      reopen();
      rollsAt = mostBytes;
    } catch (cause) {
      reopen();
      if (handle !== standardError) goOnInPlace(cause);
    }
  }

  function goOnInPlace(cause: unknown): void {
    let how: 'copied' | 'cut' = 'copied';
    rollsAt = size + mostBytes / 8;
    try {
      copyFileSync(file, aside);
    } catch {
      if (size <= 2 * mostBytes) return;
      how = 'cut';
    }
    try {
      ftruncateSync(handle);
    } catch {
      return;
    }
    size = 0;
    rollsAt = mostBytes;
    onRolled(how, cause);
  }

  function reopen(): void {
    if (handle !== standardError) closeSync(handle);
    handle = opened(file);
    size = sizeOf(handle);
  }

  return {
    write(text) {
      if (size > rollsAt) roll();
      size += Buffer.byteLength(text);
      return writeText(handle, text);
    },
  };
}

function opened(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, toWrite.atEnd, newFileMode(file));
  } catch {
    return standardError;
  }
}

function sizeOf(handle: number): number {
  return handle === standardError ? 0 : fstatSync(handle).size;
}

function movedByAnother(file: string, handle: number): boolean {
  try {
    return statSync(file).ino !== fstatSync(handle).ino;
  } catch {
    return true;
  }
}

/** Writes all of a text to an open file or pipe. @returns false where it had to be let go */
export function writeText(handle: number, text: string): boolean {
  let rest = Buffer.from(text);
  for (let attempt = 0; attempt < attempts;) {
    try {
      rest = rest.subarray(writeSync(handle, rest));
      if (rest.length === 0) return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
      attempt += 1;
      pause(pauseMs);
    }
  }
  return false;
}
