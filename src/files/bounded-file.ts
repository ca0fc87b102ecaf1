import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { patiently } from './held-files.ts';

/** Gives the text of the file that an option such as `--ca` names. @throws with Node's code, or {UnreadableFile} saying why */
export type ReadText = (file: string, option: string) => string;

/** It is no plain file, or larger than anything that is asked for. */
export class UnreadableFile extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableFile';
  }
}

/**
 * The text of a small file that another user may have put there: links are not followed, and nothing but a plain file of one name
 * is read, so that a pipe holds nobody up and nobody has us read what is ours alone.
 * @param most bytes
 * @returns null where there is none that may be read, or a larger one
 */
export function readSmallFile(file: string, most: number): string | null {
  try {
    return textIn(file, most, { isOurs: false });
  } catch {
    return null;
  }
}

/** What stands as JSON in such a file; null for none that can be read. */
export function readSmallJson(file: string, most = 20_000): unknown {
  const text = readSmallFile(file, most);
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The text of a plain file of so many bytes at most, through links, as people make them. A pipe or a device holds nobody up and
 * fills no memory.
 * @throws {UnreadableFile}, or with Node's code
 */
export function readPlainFile(file: string, most: number): string {
  return patiently(() => textIn(file, most, { isOurs: true }));
}

function textIn(file: string, most: number, { isOurs }: { isOurs: boolean }): string {
  // Windows knows neither O_NOFOLLOW nor O_NONBLOCK, and has no such pipes.
  const handle = openSync(
    file,
    constants.O_RDONLY | constants.O_NONBLOCK | (isOurs ? 0 : constants.O_NOFOLLOW),
  );
  try {
    const info = fstatSync(handle);
    if (!info.isFile() || (!isOurs && info.nlink > 1)) throw new UnreadableFile('it is not a plain file');
    const bytes = Buffer.alloc(Math.min(most, info.size) + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got)
      got = readSync(handle, bytes, length, bytes.length - length, length);
    if (length > most) throw new UnreadableFile(`it is larger than ${most} bytes`);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(handle);
  }
}
