import { closeSync, fsyncSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openFile, removeFile, renameFile } from '#files/held-files.ts';
import { syncFolder } from '#files/whole-files.ts';
import { EndError } from './end.ts';

/**
 * Writes a file so that under its name it is whole: beside it first, brought to the disk, and then renamed.
 * @throws EndError with a sentence, and nothing is left, where the disk or stick is full or cannot be written
 */
export function saveFile(directory: string, name: string, content: Uint8Array): string {
  const file = join(directory, name);
  const draft = `${file}.unfinished`;
  let handle: number | null = null;
  try {
    handle = openFile(draft, 'w', 0o666);
    for (let at = 0; at < content.length;) at += writeSync(handle, content, at);
    fsyncSync(handle);
    closeSync(handle);
    handle = null;
    renameFile(draft, file);
    // The new name itself has to reach the stick before it is pulled out.
    syncFolder(directory);
    return file;
  } catch (error) {
    if (handle !== null) closeSync(handle);
    drop(draft);
    throw new EndError(sentenceOf(error, file));
  }
}

function drop(draft: string): void {
  try {
    removeFile(draft);
  } catch {
    // A stick that was pulled out.
  }
}

function sentenceOf(error: unknown, file: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return `There is no room for ${file}. Nothing of it was left there. Free some space, or choose smaller parts with --part-size and several sticks.`;
  return `${file} could not be written: ${error instanceof Error ? error.message : String(error)}. Nothing of it was left there.`;
}
