/**
 * Program: one piece of work on copies, in a process of its own that Electron forks from the app. A file from elsewhere is
 * opened here and nowhere else before it was checked: what it may do to SQLite ends with this process.
 */
import type { MessageEvent } from 'electron';
import { keepNewFilesPrivate } from '#link/private-files.ts';
import { copyWork, type CopyTold } from '#vessel/copies/copy-work.ts';
import { doCopyWork } from '#vessel/copies/do-copy-work.ts';

const parent = process.parentPort;
const tell = (told: CopyTold): void => parent.postMessage(told);

keepNewFilesPrivate();
parent.once('message', ({ data }: MessageEvent) => {
  tell({ answer: doCopyWork(copyWork.parse(data), (now) => tell({ now })) });
});
