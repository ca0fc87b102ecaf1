import { rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { storageFailureOf } from '../storage/storage-failure.ts';
import { bringCopy } from './bring-copy.ts';
import { checkCopy, Unfit } from './check-copy.ts';
import { compareWithHere } from './compare-with-here.ts';
import {
  draftOf,
  finishDraft,
  kindOfName,
  readFacts,
  sha256OfFile,
  syncFile,
  writeFacts,
  type CopyFacts,
} from './copy-file.ts';
import { roomFactor, type Comparison, type CopyAnswer, type CopyStep, type CopyWork } from './copy-work.ts';
import { Absent } from './absent.ts';
import { takeToSecondPlace } from './second-place.ts';
import { NoRoom } from './no-room.ts';

/**
 * Does a piece of work on copies, to its end. Never throws; blocks the thread that it runs on, for seconds or, with a drive
 * that does not answer, for good: for a process or thread that has nothing else to do.
 */
export function doCopyWork(work: CopyWork, tell: (now: CopyStep) => void): CopyAnswer {
  try {
    switch (work.do) {
      case 'make':
        return { ok: true, facts: make(work, tell) };
      case 'check':
        tell('checking');
        return { ok: true, facts: check(work) };
      case 'look':
        for (const name of work.names) {
          tell('looking');
          look(work.folder, name, work.at);
        }
        return { ok: true, facts: null };
      case 'bring':
        return { ok: true, ...bringCopy(work, tell) };
      case 'compare':
        tell('looking');
        return compare(work);
      case 'second':
        takeToSecondPlace(work, () => tell('second_place'));
        return { ok: true, facts: null };
      default:
        return work satisfies never;
    }
  } catch (cause) {
    return answerOf(cause);
  }
}

function compare({ folder, name, database, at }: Extract<CopyWork, { do: 'compare' }>): CopyAnswer {
  look(folder, name, at);
  const facts = readFacts(folder, name);
  if (facts === null) throw new Unfit('Nobody has checked it yet.');
  if (facts.trouble !== null) throw new Unfit(facts.trouble);
  let compared: Comparison | null = null;
  try {
    compared = compareWithHere(join(folder, name), database);
  } catch (cause) {
    // It may be damaged, which is why somebody wants a copy. That the copy is well has been seen.
    if (storageFailureOf(cause) === null && !(cause instanceof Unfit)) throw cause;
  }
  return { ok: true, facts, compared };
}

function answerOf(cause: unknown): CopyAnswer {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof NoRoom) return { ok: false, why: 'room', reason };
  if (cause instanceof Unfit) return { ok: false, why: 'unfit', reason };
  if (cause instanceof Absent) return { ok: false, why: 'absent', reason };
  switch (storageFailureOf(cause)) {
    case 'full':
      return { ok: false, why: 'room', reason: 'The disk is full.' };
    case 'damaged':
      return { ok: false, why: 'unfit', reason: `It is damaged (${reason}).` };
    default:
      return { ok: false, why: 'failed', reason };
  }
}

function make(
  { database, folder, name, kind, at }: Extract<CopyWork, { do: 'make' }>,
  tell: (now: CopyStep) => void,
): CopyFacts {
  tell('copying');
  needRoom(folder, database);
  const draft = draftOf(folder, name);
  const scratch = `${draft}-check.part`;
  try {
    copyDatabase(database, draft);
    tell('checking');
    const facts = checkCopy(draft, { kind, at, now: at, scratch });
    // First what is said of it: a copy without it would count as one that nobody has checked.
    writeFacts(folder, name, facts);
    finishDraft(folder, name);
    return facts;
  } finally {
    for (const each of [draft, `${draft}-journal`, scratch]) rmSync(each, { force: true });
  }
}

/** All of a database as it is at one moment, also while others write. It is on the disk when this returns. */
export function copyDatabase(database: string, into: string): void {
  rmSync(into, { force: true });
  const connection = new Database(database, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    connection.prepare('VACUUM INTO ?').run(into);
  } finally {
    connection.close();
  }
  syncFile(into);
}

function needRoom(folder: string, database: string): void {
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const needed = roomFactor * (size(database) + size(`${database}-wal`));
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < needed) throw new NoRoom(bavail * bsize, needed);
}

function check({ folder, name, at }: Extract<CopyWork, { do: 'check' }>): CopyFacts {
  const file = join(folder, name);
  const kind = kindOfName(name) ?? 'update';
  const made = readFacts(folder, name)?.at ?? statSync(file).mtimeMs;
  const facts = factsOf(file, { kind, at: made, now: at, scratch: `${draftOf(folder, name)}-check.part` });
  writeFacts(folder, name, facts);
  if (facts.trouble !== null) throw new Unfit(facts.trouble);
  return facts;
}

function factsOf(file: string, how: Parameters<typeof checkCopy>[1]): CopyFacts {
  try {
    return checkCopy(file, how);
  } catch (cause) {
    const answer = answerOf(cause);
    // A disk that is full or does not answer says nothing of the copy.
    if (answer.ok || answer.why !== 'unfit') throw cause;
    return {
      kind: how.kind,
      at: how.at,
      bytes: statSync(file).size,
      ...nothingKnown,
      checkedAt: how.now,
      trouble: answer.reason,
    };
  }
}

/** Of a copy that cannot be read. */
const nothingKnown = {
  sha256: '',
  schema: 0,
  vessel: '',
  vesselName: null,
  origin: '',
  last: 0,
  held: {},
  orders: 0,
  records: 0,
  changes: 0,
  lastChange: null,
};

function look(folder: string, name: string, at: number): void {
  const facts = readFacts(folder, name);
  if (facts === null || facts.trouble !== null) return;
  const trouble = lookAt(join(folder, name), facts);
  writeFacts(folder, name, { ...facts, checkedAt: at, trouble });
}

/** @returns what is wrong with a copy that was well when it was checked; null for nothing */
export function lookAt(file: string, facts: CopyFacts): string | null {
  let found: string;
  try {
    found = sha256OfFile(file);
  } catch (cause) {
    return `It cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`;
  }
  return found === facts.sha256
    ? null
    : 'It is not what it was when it was checked: its file was damaged or changed.';
}
