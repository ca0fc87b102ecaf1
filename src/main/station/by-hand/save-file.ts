import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
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
    handle = openSync(draft, 'w');
    for (let at = 0; at < content.length;) at += writeSync(handle, content, at);
    fsyncSync(handle);
    closeSync(handle);
    handle = null;
    renameSync(draft, file);
    syncDirectory(directory);
    return file;
  } catch (error) {
    if (handle !== null) closeSync(handle);
    rmSync(draft, { force: true });
    throw new EndError(sentenceOf(error, file));
  }
}

/** The new name itself has to reach the stick before it is pulled out. */
function syncDirectory(directory: string): void {
  let handle: number;
  try {
    handle = openSync(directory, 'r');
  } catch {
    // Some systems open no directories, and bring names to the disk by themselves.
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    // Nor do all file systems of sticks know how.
  } finally {
    closeSync(handle);
  }
}

function sentenceOf(error: unknown, file: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return `There is no room for ${file}. Nothing of it was left there. Free some space, or choose smaller parts with --part-size and several sticks.`;
  return `${file} could not be written: ${error instanceof Error ? error.message : String(error)}. Nothing of it was left there.`;
}
