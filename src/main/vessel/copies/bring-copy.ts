import { closeSync, mkdirSync, openSync, readSync, rmSync, statfsSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { newFileMode } from '#files/group-folder.ts';
import { codeOf } from '#files/held-files.ts';
import { parseBoundedJson } from '#shared/bounded-json.ts';
import type { CopyNote } from '#shared/contract/copies.ts';
import { vesselId } from '#shared/sync/topics.ts';
import { Absent } from './absent.ts';
import { checkCopy, Unfit } from './check-copy.ts';
import {
  copyFacts,
  copyPieces,
  draftOf,
  factsFile,
  kindOfName,
  stampIn,
  type CopyFacts,
} from './copy-file.ts';
import { refuseForeignForm } from './database-form.ts';
import { roomFactor, type CopyStep, type CopyWork } from './copy-work.ts';
import { NoRoom } from './no-room.ts';

/** Bytes; no ship's database is near it. */
const largest = 16_000_000_000;
/** Bytes of the note beside a copy; one is some hundreds. */
const largestNote = 65_536;
/** Room that is left beside a copy and the database that is made of it; bytes. */
const spare = 16_000_000;

/**
 * Copies a file that a person chose, from a stick or another disk, into a folder of copies under the name of a draft, and
 * checks what came as a stranger's: limits first, then its form, its pages and its journal. What is told of it is read from the
 * database itself. Nothing is written beside the file, and where it will not do nothing stays of it.
 * @throws {Absent}, {NoRoom}, {Unfit}, or what SQLite or Node throw
 */
export function bringCopy(
  { file, folder, name, at }: Extract<CopyWork, { do: 'bring' }>,
  tell: (now: CopyStep) => void,
): { facts: CopyFacts; asMade: CopyNote } {
  const info = reading(file, () => statSync(file));
  refuseByBeginning(file, info);
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const needed = roomFactor * info.size + spare;
  if (bavail * bsize < needed) throw new NoRoom(bavail * bsize, needed);
  const draft = draftOf(folder, name);
  const scratch = `${draft}-check.part`;
  let isWell = false;
  try {
    tell('copying');
    const read = reading(file, () =>
      copyPieces(
        file,
        draft,
        (bytes) => {
          if (bytes > info.size) throw new Unfit('It grew while it was read: a program is still writing it.');
        },
        newFileMode(draft),
      ),
    );
    tell('checking');
    refuseForeignForm(draft);
    const kind = kindOfName(name) ?? 'hand';
    const found = checkCopy(draft, { kind, at, now: at, scratch });
    if (!vesselId.safeParse(found.vessel).success) throw new Unfit('The id of its ship cannot be one.');
    if (found.sha256 !== read) throw new Unfit('What was written here is not what was read.');
    const note = noteBeside(file);
    const asMade = note === null ? 'none' : note.sha256 === found.sha256 ? 'same' : 'changed';
    isWell = true;
    return { facts: { ...found, at: madeAt(file, { info, note, asMade, now: at }) }, asMade };
  } finally {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${scratch}${ending}`, { force: true });
    if (!isWell) rmSync(draft, { force: true });
  }
}

/** What can be seen without reading it all. */
function refuseByBeginning(file: string, info: Stats): void {
  if (!info.isFile()) throw new Unfit('It is not a file.');
  if (info.size > largest) throw new Unfit('It is larger than any copy of a ship’s database.');
  const first = Buffer.alloc(100);
  const got = reading(file, () => {
    const handle = openSync(file, 'r');
    try {
      return readSync(handle, first, 0, first.length, 0);
    } finally {
      closeSync(handle);
    }
  });
  if (got < first.length || first.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw new Unfit('It is not a copy of a ship’s database.');
  // What a database in use has not folded in lies in a second file, which a copy does not have.
  if (first[18] !== 1 || first[19] !== 1)
    throw new Unfit(
      'It is a database as ARUS works on it, and not a copy: the newest changes may be in a file beside it. Choose one from “backups” in the same folder, or from “ARUS copies” on the second place.',
    );
}

/** @throws {Absent} where the file cannot be read, which a stick that was pulled out cannot */
function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isOfFile =
      error instanceof Error &&
      (('path' in error && error.path === file) || ('syscall' in error && error.syscall === 'read'));
    if (!isOfFile) throw error;
    throw new Absent(`It cannot be read to its end (${codeOf(error) ?? error.message}).`);
  }
}

/** What was written beside a copy when it was made. It is anybody's word: nothing but the moment is taken from it. */
function noteBeside(file: string): CopyFacts | null {
  try {
    const beside = join(dirname(file), factsFile(basename(file)));
    if (!statSync(beside).isFile()) return null;
    const bytes = Buffer.alloc(largestNote + 1);
    const handle = openSync(beside, 'r');
    try {
      const got = readSync(handle, bytes, 0, bytes.length, 0);
      if (got > largestNote) return null;
      const limits = { depth: 4, items: 5_000 };
      return copyFacts.safeParse(parseBoundedJson(bytes.toString('utf8', 0, got), limits)).data ?? null;
    } finally {
      closeSync(handle);
    }
  } catch {
    return null;
  }
}

/** By its note where that is of this very copy, else by its name, else by its file; never later than now. */
function madeAt(
  file: string,
  { info, note, asMade, now }: { info: Stats; note: CopyFacts | null; asMade: CopyNote; now: number },
): number {
  const noted = asMade === 'same' ? (note?.at ?? null) : null;
  return Math.max(0, Math.min(now, noted ?? stampIn(basename(file)) ?? info.mtimeMs));
}
