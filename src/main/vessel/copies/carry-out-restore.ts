import { constants, copyFileSync, existsSync, lstatSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { removeFile, renameFile } from '#files/held-files.ts';
import { syncFolder } from '#files/whole-files.ts';
import type { Log } from '#shared/ports.ts';
import { damageIn } from '../storage/upkeep.ts';
import { copiesFolderName, readFacts, sha256OfFile, syncFile, type CopyFacts } from './copy-file.ts';
import { NoRoom } from './no-room.ts';
import { readRequest, settleRequest, type RestoreRequest } from './restore-request.ts';

/**
 * Puts a copy in the place of the database, where that was asked for. Called at the start, while nobody has the database
 * open and nobody else can. Cut off at any moment, the next start goes on where this one was:
 *
 * 1. the copy is copied beside the database under another name, and compared with what was asked for;
 * 2. what is here is renamed to be a copy itself, its log with it;
 * 3. the first takes the name of the database;
 * 4. what became of it is written down, and the request is taken away.
 *
 * Where it cannot be done nothing is changed, and why is written down.
 * @param file of the database
 */
export function carryOutRestore(directory: string, file: string, log: Log): void {
  const request = readRequest(directory);
  if (request === null) return;
  const folder = join(directory, copiesFolderName);
  const facts = readFacts(folder, request.name);
  const kept = join(folder, request.keepAs);
  const draft = `${file}.restoring`;
  const copyAt = facts?.at ?? null;
  log.warn({ request }, 'a copy of the database is put in its place');
  try {
    // With the old one kept and no draft left, all but the last step was done.
    if (!(existsSync(kept) && existsSync(file) && !existsSync(draft))) {
      prepare(join(folder, request.name), { draft, facts, request, log });
      moveAway(file, kept, log);
      renameFile(draft, file);
      syncFolder(directory);
      log.warn({}, 'the copy bears the name of the database');
    }
    settleRequest(directory, { request, copyAt, refused: null, kept: existsSync(kept) });
    log.warn({ keptAs: request.keepAs }, 'the copy is in the place of the database');
  } catch (cause) {
    log.error({ err: cause }, 'the copy could not be put in the place of the database');
    moveBack(file, kept);
    removeFile(draft);
    const refused = cause instanceof Error ? cause.message : String(cause);
    settleRequest(directory, { request, copyAt, refused, kept: false });
  }
}

function prepare(
  copy: string,
  {
    draft,
    facts,
    request,
    log,
  }: { draft: string; facts: CopyFacts | null; request: RestoreRequest; log: Log },
): void {
  if (lstatSync(copy, { throwIfNoEntry: false })?.isFile() !== true)
    throw new Error(`${request.name} is not there any more, or is a link to another place.`);
  if (facts === null || facts.trouble !== null || facts.sha256 !== request.sha256)
    throw new Error(`${request.name} is not the copy that was shown.`);
  const { bavail, bsize } = statfsSync(copy);
  if (!existsSync(draft) && bavail * bsize < facts.bytes) throw new NoRoom(bavail * bsize, facts.bytes);
  // Not through a link that another account put there.
  removeFile(draft);
  copyFileSync(copy, draft, constants.COPYFILE_EXCL);
  syncFile(draft);
  if (sha256OfFile(draft) !== facts.sha256)
    throw new Error(`${request.name} is not what it was when it was checked.`);
  log.warn({ draft }, 'the copy lies beside the database');
}

/** Its log goes with it, folded in where that can be done. */
function moveAway(file: string, kept: string, log: Log): void {
  if (existsSync(file)) {
    if (existsSync(kept)) throw new Error(`${kept} is there already.`);
    foldLog(file, log);
    log.warn({}, 'what is here is about to be kept');
    renameFile(file, kept);
    log.warn({ kept }, 'what was here is kept');
  }
  // One that could not be folded in belongs to the file that went, and must not meet the one that comes.
  if (existsSync(`${file}-wal`)) renameFile(`${file}-wal`, `${kept}-wal`);
  for (const ending of ['-shm', '-journal']) removeFile(file + ending);
  syncFolder(join(kept, '..'));
}

/** A damaged one is kept as it is. */
function foldLog(file: string, log: Log): void {
  try {
    const connection = new Database(file, { fileMustExist: true, timeout: 5_000 });
    try {
      if (damageIn(connection, null) !== null) return;
      // One file, without a log: as a copy is.
      connection.pragma('journal_mode = DELETE');
    } finally {
      connection.close();
    }
  } catch (cause) {
    log.warn({ err: cause }, 'the log of the replaced database could not be folded in; it is kept beside it');
  }
}

function moveBack(file: string, kept: string): void {
  if (existsSync(file) || !existsSync(kept)) return;
  renameFile(kept, file);
  if (existsSync(`${kept}-wal`)) renameFile(`${kept}-wal`, `${file}-wal`);
}
