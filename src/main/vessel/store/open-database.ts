import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeForGroup } from '#files/group-folder.ts';
import type { StartStep } from '#shared/contract/node-state.ts';
import type { Environment } from '#shared/ports.ts';
import { carryOutRestore } from '../copies/carry-out-restore.ts';
import { copiesFolderName, draftOf, finishDraft, syncFile, updateCopyName } from '../copies/copy-file.ts';
import { StartFailure } from '../start-failure.ts';
import { comeBackSentence } from '../storage/texts.ts';
import { readMark, shoreSentence, type DatabaseMark } from '../storage/database-mark.ts';
import { storageFailureOf } from '../storage/storage-failure.ts';
import { damageIn } from '../storage/upkeep.ts';
import { mayBeWritten, notWritableText, refuseUsedFolder } from '../storage/usable-folder.ts';
import { databaseFileName } from './database-file-name.ts';
import { asWritable, type WritableDatabase } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { type NodeUser, inUseText, readHolder, removeHolder, writeHolder } from './holder.ts';
import { migrations } from './migrations.ts';

export interface OpenedDatabase {
  connection: WritableDatabase;
  /** Where it lies; left out for one in memory. */
  place?: DatabasePlace;
  /** Closes the database and lets go of the directory. */
  close(): void;
}

export interface DatabasePlace {
  directory: string;
  file: string;
  /** How far it had come when that was last written beside it. */
  mark: DatabaseMark | null;
  /** What is wrong with it, as far as was looked; null for nothing. */
  damage: string | null;
}

export { databaseFileName };

/** While it starts a node waits for another program so long; afterwards it asks again beside everything else. */
const startPatienceMs = 5_000;
/** A log that was larger is cut back to this when SQLite begins it anew; bytes. */
const logKept = 8_000_000;

/**
 * Opens the node's database, creates or migrates it, and keeps other processes out until closed. WAL with
 * `synchronous=FULL`: a bridge PC loses power, and a commit that was reported must be on the disk.
 * @param by whose node this is, for the words to another one
 * @throws StartFailure
 */
export function openDatabase(
  directory: string,
  environment: Environment,
  { onStep = () => {}, by = null }: { onStep?: (step: StartStep) => void; by?: NodeUser | null } = {},
): OpenedDatabase {
  const file = join(directory, databaseFileName);
  onStep('opening');
  try {
    mkdirSync(join(directory, copiesFolderName), { recursive: true });
  } catch (cause) {
    if (!existsSync(directory) || storageFailureOf(cause) !== 'full')
      throw directoryFailure(directory, cause);
  }
  mayBeWritten(directory, file);
  const letGo = takeDirectory(directory, by, environment);
  try {
    carryOutRestore(directory, file, environment.log);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const isNew = size === 0;
    if (isNew) refuseUsedFolder(directory, file);
    else refuseCut(file, size);
    const mark = readMark(directory);
    const connection = prepared(file);
    try {
      if (!isNew && isBlank(connection)) refuseUsedFolder(directory, file);
      migrate(connection, { isNew, directory, environment, onStep });
      if ((mark?.damage ?? null) !== null) onStep('checking');
      const damage = (mark?.damage ?? null) === null ? null : damageIn(connection, null);
      return {
        connection: asWritable(connection),
        place: { directory, file, mark, damage },
        close: () => {
          connection.close();
          letGo();
        },
      };
    } catch (cause) {
      connection.close();
      throw cause;
    }
  } catch (cause) {
    letGo();
    throw asStartFailure(cause, directory);
  }
}

/** A connection with everything set. Where the disk has no room for the index of its log, the index is kept in memory. */
function prepared(file: string): Database.Database {
  const open = (prepare: (connection: Database.Database) => void): Database.Database => {
    makeForGroup(file);
    const connection = new Database(file, { timeout: startPatienceMs });
    try {
      prepare(connection);
      prepareConnection(connection);
      // Reads the schema, and what of the log is not in the database yet.
      connection.pragma('user_version');
      return connection;
    } catch (cause) {
      connection.close();
      throw cause;
    }
  };
  try {
    return open(() => undefined);
  } catch (cause) {
    const failure = storageFailureOf(cause);
    if (failure !== 'full' && failure !== 'failing') throw cause;
    return open((connection) => void connection.pragma('locking_mode = EXCLUSIVE'));
  }
}

/** As after its log was lost before anything of it was in the database: a file with no table in it. */
function isBlank(connection: Database.Database): boolean {
  return connection.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0;
}

/** The first page says how many there are; fewer have to stand in the log. */
function refuseCut(file: string, size: number): void {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const first = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, first, 0, 100, 0);
  } finally {
    closeSync(handle);
  }
  const said = first.readUInt16BE(16);
  const wanted = (said === 1 ? 65_536 : said) * first.readUInt32BE(28);
  if (first.toString('latin1', 0, 15) === 'SQLite format 3' && wanted > size)
    throw new Damaged(`it has ${size} bytes, and its first page says ${wanted}`);
}

/** What is wrong with a database, seen without SQLite. */
class Damaged extends Error {}

/** What every connection that writes needs set. Also used on databases in memory. */
export function prepareConnection(connection: Database.Database): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  // Without it INSERT OR REPLACE deletes a row and no trigger sees it.
  connection.pragma('recursive_triggers = ON');
  connection.pragma('cache_size = -16000');
  connection.pragma(`journal_size_limit = ${logKept}`);
}

/** Held for the node's life; who has it is told to whoever comes after us. */
function takeDirectory(directory: string, by: NodeUser | null, { now, log }: Environment): () => void {
  let letGo: (() => void) | null;
  try {
    letGo = lockDirectory(directory);
  } catch (cause) {
    throw directoryFailure(directory, cause);
  }
  if (letGo === null) throw new StartFailure('in_use', inUseText(directory, readHolder(directory), by));
  if (by === null) return letGo;
  const unlock = letGo;
  try {
    writeHolder(directory, by, now());
  } catch (cause) {
    // Words for another account are no reason not to work, as on a full disk.
    log.warn({ err: cause }, 'who has the data folder could not be written beside its lock');
  }
  return () => {
    removeHolder(directory);
    unlock();
  };
}

/**
 * Brings the schema to this program's version. A database that exists is checked and copied first.
 * @throws StartFailure when the database is newer than the program or is damaged
 */
export function migrate(
  connection: Database.Database,
  {
    isNew,
    directory,
    environment,
    onStep = () => {},
  }: {
    isNew: boolean;
    directory: string | null;
    environment: Pick<Environment, 'now' | 'log'>;
    onStep?: (step: StartStep) => void;
  },
): void {
  const version = Number(connection.pragma('user_version', { simple: true }));
  if (version > migrations.length)
    throw new StartFailure(
      'newer_database',
      `This database was written by a newer ARUS (schema ${version}; this program knows ${migrations.length}). ` +
        'Nothing was changed. Install the newer version again.',
    );
  const pending = migrations.slice(version);
  if (pending.length === 0) return;
  if (!isNew) {
    onStep('checking');
    const [first] = connection.prepare('PRAGMA integrity_check(1)').pluck().all();
    if (first !== 'ok')
      throw new StartFailure('damaged_database', damagedText(directory ?? '', String(first)));
    if (directory !== null) onStep('copying');
    if (directory !== null) backUp(connection, directory, version, environment);
  }
  onStep('changing');
  connection.transaction(() => {
    for (const migration of pending) for (const statement of migration.statements) connection.exec(statement);
    connection.pragma(`user_version = ${migrations.length}`);
  })();
  // From here on the database is one without its log as well.
  if (directory !== null) connection.pragma('wal_checkpoint(TRUNCATE)');
  environment.log.info({ from: version, to: migrations.length }, 'database schema brought up to date');
}

/** Whole and on the disk before anything is changed. Its journal is folded later, beside the node. */
function backUp(
  connection: Database.Database,
  directory: string,
  version: number,
  environment: Pick<Environment, 'now' | 'log'>,
): void {
  const folder = join(directory, copiesFolderName);
  const name = updateCopyName(version + 1, environment.now());
  const draft = draftOf(folder, name);
  rmSync(draft, { force: true });
  connection.prepare('VACUUM INTO ?').run(draft);
  syncFile(draft);
  lookAtPages(draft, directory);
  finishDraft(folder, name);
  environment.log.info({ name }, 'database copied before its schema changes');
}

function lookAtPages(file: string, directory: string): void {
  const copy = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const damage = damageIn(copy, null);
    if (damage !== null)
      throw new StartFailure(
        'directory',
        `The copy of the database that was made before its update is damaged (${damage}): the disk of ${directory} may be failing. Nothing was changed. Have the disk looked at, then start ARUS again.`,
      );
  } finally {
    copy.close();
  }
}

/**
 * Why a database cannot be opened, in words.
 * @returns `cause` where it says nothing of the disk or the database
 */
export function asStartFailure(cause: unknown, directory: string): unknown {
  if (cause instanceof StartFailure) return cause;
  const file = join(directory, databaseFileName);
  if (cause instanceof Damaged)
    return new StartFailure('damaged_database', damagedText(directory, cause.message), { cause });
  switch (storageFailureOf(cause)) {
    case null:
      return cause;
    case 'full':
      return fullFailure(file, cause);
    case 'damaged':
      return new StartFailure('damaged_database', damagedText(directory, reasonOf(cause)), { cause });
    case 'busy':
      return new StartFailure(
        'in_use',
        `Another program holds the ship's database ${file}. Nothing was changed. Close that program, such as a database viewer or a backup, and start ARUS again.`,
        { cause },
      );
    case 'read_only':
      return new StartFailure('directory', notWritableText(file), { cause });
    default:
      return new StartFailure(
        'directory',
        `${file} cannot be opened: ${reasonOf(cause)}. Nothing was changed. Look whether the disk is well and has room, then start ARUS again.`,
        { cause },
      );
  }
}

function fullFailure(file: string, cause: unknown): StartFailure {
  return new StartFailure(
    'disk_full',
    `The disk of ${file} is full, and there is something to write before ARUS can start. Nothing was lost; free some space and start it again.`,
    { cause },
  );
}

function directoryFailure(directory: string, cause: unknown): StartFailure {
  const failure = storageFailureOf(cause);
  if (failure === 'full') return fullFailure(directory, cause);
  if (failure === 'read_only') return new StartFailure('directory', notWritableText(directory), { cause });
  return new StartFailure('directory', `The data directory ${directory} cannot be used: ${reasonOf(cause)}`, {
    cause,
  });
}

/** @param reason what is wrong, as SQLite or we say it */
export function damagedText(directory: string, reason: string): string {
  const mark = readMark(directory);
  const shore = mark === null ? '' : ` ${shoreSentence(mark)}`;
  const file = join(directory, databaseFileName);
  return `The ship's database ${file} is damaged (${reason}). Nothing was changed.${shore} ${comeBackSentence(directory, 'start')}`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
