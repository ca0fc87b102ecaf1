import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { readOutcome } from '../copies/restore-request.ts';
import { StartFailure } from '../start-failure.ts';
import { momentOf } from './moment.ts';
import { comeBackSentence } from './texts.ts';
import { readMark, shoreSentence } from './database-mark.ts';

/** @throws StartFailure where the folder or a file of the database in it may not be written to */
export function mayBeWritten(directory: string, file: string): void {
  const files = [file, `${file}-wal`, `${file}-shm`, join(directory, 'node.lock')];
  for (const path of [directory, ...files]) {
    if (!existsSync(path)) continue;
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch (cause) {
      throw new StartFailure('directory', notWritableText(path), { cause });
    }
  }
}

/** Which file, whose it is, and who we are. */
export function notWritableText(path: string): string {
  const owner = ownerOf(path);
  return (
    `${path} may not be read and written by the user that runs ARUS${meText()}${owner}. Nothing was changed. ` +
    'Give this user the folder and all files in it, or start ARUS as the user that they belong to; then start it again.'
  );
}

function ownerOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || process.platform === 'win32') return '';
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  return `; it belongs to user number ${found.uid} and its mode is ${mode}`;
}

function meText(): string {
  try {
    const { username, uid } = userInfo();
    return uid < 0 ? ` (${username})` : ` (${username}, number ${uid})`;
  } catch {
    // A user without a name.
    return '';
  }
}

/**
 * A folder in which a node has worked has a database. One without is not begun anew in silence: what it had may be in a
 * place where nobody looks any more.
 * @param file of the database, missing or empty
 * @throws StartFailure where there is a sign that there was one
 */
export function refuseUsedFolder(directory: string, file: string): void {
  const what = existsSync(file) ? 'is empty' : 'is missing';
  const mark = readMark(directory);
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const signs = [
    ...(log > 0 ? [`its log (${file}-wal, ${log} bytes) is there`] : []),
    ...(isEmpty(join(directory, 'attachments')) ? [] : ['there are attachments']),
    ...(isEmpty(join(directory, 'backups')) ? [] : ['there are copies of one']),
  ];
  if (mark === null && signs.length === 0) return;
  const refused = refusedRestore(directory);
  const had =
    mark === null
      ? `There was one: ${signs.join(', ')}.`
      : `On ${momentOf(mark.at)} it was there, of vessel ${mark.vessel}. ${shoreSentence(mark)}`;
  throw new StartFailure(
    'damaged_database',
    `${refused}The ship's database ${file} ${what}. ${had} Nothing was changed. Put the file back where it was moved away from here. ` +
      comeBackSentence(directory, 'start'),
  );
}

/** Where going back to a copy has just failed, that comes first: a sentence with a space behind it. */
function refusedRestore(directory: string): string {
  const outcome = readOutcome(directory);
  if (outcome === null || outcome.refused === null) return '';
  return `The copy ${outcome.request.name} could not be put in the database's place: ${outcome.refused} `;
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return true;
  }
}
