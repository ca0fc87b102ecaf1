import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a small file that another user may have put there: links are not followed, and nothing but a plain file is read,
 * so that a pipe holds nobody up.
 * @param most bytes
 * @returns null where there is none that may be read, or a larger one
 */
export function readSmallFile(file: string, most: number): string | null {
  let handle: number | null = null;
  try {
    // Windows knows neither of the last two, and has no such pipes.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    handle = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fstatSync(handle).isFile()) return null;
    const bytes = Buffer.alloc(most + 1);
    const length = readSync(handle, bytes, 0, most + 1, 0);
    return length > most ? null : bytes.toString('utf8', 0, length);
  } catch {
    return null;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
