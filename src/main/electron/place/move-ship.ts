import { lstatSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readSmallFile } from '#files/bounded-file.ts';
import { codeOf, removeFile, renameFile } from '#files/held-files.ts';
import { syncFolder, writeNew, writeWhole } from '#files/whole-files.ts';
import { parseBoundedJson } from '#shared/bounded-json.ts';
import { wordsUpTo } from '#shared/domain/names.ts';
import type { Log } from '#shared/ports.ts';
import { isOfShip, isThere, nodeFolder, settingsName, shipFilesIn } from './ship-files.ts';

export interface Move {
  from: string;
  to: string;
}

export interface MovePorts {
  platform: NodeJS.Platform;
  /** Whose account this is, for the words to another one. */
  account: string;
  /** Keeps nodes out of a ship's data directory; null where one has it. @returns what lets go of it */
  lock: (directory: string) => (() => void) | null;
  /** Lets those work with what was moved who may work in the folder. */
  settleRights: (folder: string, names: readonly string[]) => void;
  log: Pick<Log, 'info' | 'warn'>;
  /** Hears what has just been done, for who looks at a move that is cut off there. */
  onStep?: (step: string) => void;
}

/** Begun and not ended. What lies in the new place came from the old one as long as this stands there. */
const begun = z.object({
  from: z.string().max(4_000),
  account: wordsUpTo(60),
  names: z.array(z.string().regex(/^[^/\\]+$/)).max(500),
});
export type BegunMove = z.infer<typeof begun>;

const markName = 'being-moved.json';
const noticeName = 'Where the ship is.txt';
const mostBytes = 200_000;

/** A move that can neither be ended nor be taken back now. The message says what lies where. */
export class MoveError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MoveError';
  }
}

/** The move to a folder that was begun and not ended, by its own word; null for none. */
export function begunMove(to: string): BegunMove | null {
  const text = readSmallFile(join(to, markName), mostBytes);
  if (text === null) return null;
  try {
    const move = begun.parse(parseBoundedJson(text, { depth: 3, items: 600 }));
    return move.names.some((name) => name === '.' || name === '..') ? null : move;
  } catch {
    return null;
  }
}

export const markFile = (to: string): string => join(to, markName);

/**
 * Moves a ship to a folder that holds none, by renaming, its settings last, so that it is in the one place or in the other.
 * One that was cut off is gone on with.
 * @returns null where it is there now; else why it stays where it was, in words
 * @throws {MoveError} where it is in neither place as a whole, and nobody may begin a node
 */
export function moveShip(move: Move, ports: MovePorts): string | null {
  const before = begunMove(move.to);
  const isGoneOnWith = before?.from === move.from;
  // The mark lies where others may write: what leaves the old place is what is the ship's there, and nothing it names.
  const names = shipFilesIn(move.from);
  if (names === null) return 'its settings name files that lie outside of its folder';
  // With what may have left it before this, which comes back where it cannot be gone on with.
  const settled = isThere(join(move.from, settingsName)) ? move.from : move.to;
  const left = before?.names.filter((name) => isOfShip(settled, name)) ?? [];
  const all = [...new Set([...left, ...names])];
  const why = isGoneOnWith ? null : whyNotMovable(move, names);
  if (why !== null) return why;
  let letGo: (() => void) | null = null;
  try {
    letGo = lockOf(move, ports);
    if (letGo === null) return inUse(move, isGoneOnWith);
    if (!isGoneOnWith && !mark(move, names, ports)) return 'another account is moving its own just now';
    // Windows renames no folder in which a file is open: a node that has one open holds the move up as the lock does.
    if (ports.platform === 'win32') letGo();
    const failed = renameAll(move, names, ports);
    if (failed !== null) {
      takeBack(move, all, failed);
      return `it could not be moved (${reasonOf(failed)})`;
    }
  } catch (error) {
    if (error instanceof MoveError) throw error;
    if (isGoneOnWith) throw halfWay(move, reasonOf(error), error);
    return `it could not be moved (${reasonOf(error)})`;
  } finally {
    if (ports.platform !== 'win32') letGo?.();
  }
  finish(move, all, ports);
  return null;
}

function lockOf({ from, to }: Move, { lock }: MovePorts): (() => void) | null {
  const directory = [join(from, nodeFolder), join(to, nodeFolder)].find(isThere);
  return directory === undefined ? () => {} : lock(directory);
}

function inUse(move: Move, isGoneOnWith: boolean): string {
  if (isGoneOnWith) throw halfWay(move, 'another ARUS has it open');
  return 'another ARUS has it open; it is moved at the next start';
}

/** Before anything is changed. */
function whyNotMovable({ from, to }: Move, names: readonly string[]): string | null {
  const { dev } = statSync(to);
  for (const name of names) {
    const info = lstatSync(join(from, name));
    if (info.isSymbolicLink()) return `${join(from, name)} is a link to another place`;
    if (info.dev !== dev) return 'the two lie on different disks';
    if (name !== nodeFolder && isThere(join(to, name))) return `${join(to, name)} is there already`;
  }
  return null;
}

function mark({ from, to }: Move, names: readonly string[], { account, onStep }: MovePorts): boolean {
  const move: BegunMove = { from, account, names: [...names] };
  const isOurs = writeNew(join(to, markName), join(to, `${markName}.${process.pid}`), JSON.stringify(move));
  if (isOurs) onStep?.('marked');
  return isOurs;
}

/** @returns what went wrong; null for nothing */
function renameAll(
  { from, to }: Move,
  names: readonly string[],
  { onStep }: MovePorts,
): Error | string | null {
  try {
    for (const name of names) {
      const [old, next] = [join(from, name), join(to, name)];
      if (!isThere(old)) continue;
      if (name === nodeFolder) removeEmpty(next);
      // A rename would put it in the place of what is there.
      if (isThere(next)) return `${next} is there already`;
      renameFile(old, next);
      onStep?.(name);
    }
    syncFolder(to);
    syncFolder(from);
    return null;
  } catch (error) {
    return error instanceof Error ? error : String(error);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not there, or not empty, which is found next.
  }
}

function takeBack(move: Move, names: readonly string[], failed: Error | string): void {
  const { from, to } = move;
  try {
    for (const name of names.toReversed()) {
      const [old, next] = [join(from, name), join(to, name)];
      if (isThere(next) && !isThere(old)) renameFile(next, old);
    }
    syncFolder(from);
    removeFile(join(to, markName));
  } catch (error) {
    throw halfWay(move, `${reasonOf(failed)}, then ${reasonOf(error)}`, error);
  }
}

function halfWay({ from, to }: Move, reason: string, cause?: unknown): MoveError {
  return new MoveError(
    `The ship’s records are being moved from ${from} to ${to}, and that cannot be ended now (${reason}). Nothing is lost: ` +
      `what has been moved lies in ${to}, the rest in ${from}. Close every other ARUS on this computer and start this one again.`,
    { cause },
  );
}

/** What the ship does not hang on: it is in the new place. */
function finish(
  { from, to }: Move,
  names: readonly string[],
  { settleRights, log, onStep }: MovePorts,
): void {
  const quietly = (what: string, action: () => void): void => {
    try {
      action();
      onStep?.(what);
    } catch (error) {
      log.warn({ err: error, from, to }, `After the ship was moved this failed: ${what}.`);
    }
  };
  quietly('rights', () => settleRights(to, names));
  quietly('notice', () => writeWhole(join(from, noticeName), movedNoticeText(to)));
  quietly('mark removed', () => removeFile(join(to, markName)));
  log.info({ from, to, names }, 'The ship was moved to another folder.');
}

function movedNoticeText(to: string): string {
  return (
    `The ship's records and ARUS's settings lay in this folder. ARUS moved them, with everything in them, to\n\n    ${to}\n\n` +
    `What is left here is this account's own. ${settingsName} and ${nodeFolder} belong there now; put none of them back here.\n`
  );
}

function reasonOf(error: unknown): string {
  return typeof error === 'string'
    ? error
    : (codeOf(error) ?? (error instanceof Error ? error.message : String(error)));
}
