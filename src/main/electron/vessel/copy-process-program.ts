/**
 * Program: one piece of work on copies, in a process of its own that Electron forks from the app. A file from elsewhere is
 * opened here and nowhere else before it was checked: what it may do to SQLite ends with this process.
 */
import type { MessageEvent } from 'electron';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { keepNewFilesPrivate } from '#link/private-files.ts';
import { copyWork, type CopyMessage } from '#vessel/copies/copy-work.ts';
import { doCopyWork } from '#vessel/copies/do-copy-work.ts';

const parent = process.parentPort;
const tell = (told: CopyMessage): void => parent.postMessage(told);

/** Folders that are made on the way to it are for whom the one around them is. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

parent.once('message', ({ data }: MessageEvent) => {
  const work = copyWork.parse(data);
  keepNewFilesPrivate(nearest(work.folder));
  tell({ answer: doCopyWork(work, (now) => tell({ now })) });
});
