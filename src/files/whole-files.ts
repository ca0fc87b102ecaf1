import { closeSync, existsSync, fsyncSync, linkSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, openFile, patiently, removeFile, renameFile, toWrite } from './held-files.ts';

/**
 * Puts content in the place of a file, whole or not at all, and on the disk when it returns; for this
 * user's eyes only, or for the group's in a folder for one.
 * @throws Node's own error, e.g. `ENOSPC`; then the old file is there, and no draft
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const draft = `${file}.next`;
  try {
    writeThrough(draft, content, toWrite.anew);
    renameFile(draft, file);
  } catch (error) {
    dropDraft(draft);
    throw error;
  }
  syncFolder(dirname(file));
}

/**
 * Gives content a name that nothing has yet, whole and on the disk.
 * @param draft a name beside it that nobody else uses
 * @returns false where something has the name, which stays what it is
 */
export function writeNew(file: string, draft: string, content: string | Uint8Array): boolean {
  try {
    writeThrough(draft, content, 'wx');
    return placeNew(draft, file);
  } finally {
    dropDraft(draft);
  }
}

function placeNew(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' || existsSync(file)) return false;
    if (code === 'ENOSPC' || code === 'EROFS' || code === 'EIO') throw error;
    // exFAT and some network disks know no second name for a file, and say so in many ways (EPERM, ENOTSUP, EISDIR …).
    renameFile(draft, file);
  }
  syncFolder(dirname(file));
  return true;
}

function writeThrough(file: string, content: string | Uint8Array, flags: number | 'wx'): void {
  const bytes = Buffer.from(content);
  const handle = openFile(file, flags);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A draft that stays is in nobody's way. */
function dropDraft(draft: string): void {
  try {
    removeFile(draft);
  } catch {
    // What went wrong before is what counts.
  }
}

/** What a file system answers that brings names to the disk by itself, or opens no folders. */
const byItself = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EACCES', 'EISDIR', 'EBADF'];

/** Brings the names in a folder to the disk, so that they outlive a power cut, where the file system can be asked to. */
export function syncFolder(folder: string): void {
  // Windows does it by itself and opens no folder.
  if (process.platform === 'win32') return;
  try {
    const handle = patiently(() => openSync(folder, 'r'));
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (!byItself.includes(codeOf(error) ?? '')) throw error;
  }
}
