import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { isForGroup } from '#files/group-folder.ts';
import { type MovePorts, MoveError, begunMove, markFile, moveShip } from './move-ship.ts';
import type { Places } from './places.ts';
import { mayShare } from './shared-folder.ts';
import { holdsShip } from './ship-files.ts';

/** Where the ship's records lie. */
export interface ShipPlace {
  folder: string;
  /** Other accounts of this computer may work with them too. */
  isShared: boolean;
  /** What people should know of it, in sentences; null for nothing. */
  note: string | null;
  /** What they should be told at the start, once. */
  news: string | null;
}

/** A folder that the command line names holds everything. */
export function givenPlace(folder: string): ShipPlace {
  return { folder, isShared: isForGroup(folder), note: null, news: null };
}

interface Standing {
  target: string;
  isShared: boolean;
  /** Why the folder for all accounts is not used, where there is one. */
  notShared: string | null;
  /** Whose move to the target was cut off. */
  cutOff: string | null;
  /** Older places with a ship in them, the likeliest first. */
  older: readonly string[];
}

/** Whether something is there and this account may work with it: the rights are settled after the move. */
function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws {MoveError} where another account's move was cut off */
function lookAt({ shared, own, former }: Places): Standing {
  const may = mayShare(shared);
  const isShared = may === true;
  const target = isShared ? shared : own;
  const others = former.filter((folder) => folder !== target);
  const begun = begunMove(target);
  const isAnothers = begun !== null && !others.includes(begun.from);
  // All of it is here, and but for the mark it was ended: its account may not come back for years.
  const isDone = begun?.names.every((name) => mayUse(join(target, name))) === true && holdsShip(target);
  if (isAnothers && !isDone)
    throw new MoveError(
      `Account ${begun.account} was moving this computer’s ship from ${begun.from} to ${target}, and that was cut off. ` +
        'Nothing is lost. Log on as that account and start ARUS once: it goes on by itself. Where that account is no longer ' +
        `there, an administrator moves what is left (${begun.names.join(', ')}) and removes ${markFile(target)}.`,
    );
  return {
    target,
    isShared,
    notShared: typeof may === 'string' ? notSharedText(shared, may) : null,
    cutOff: isAnothers ? null : (begun?.from ?? null),
    older: others.filter(holdsShip),
  };
}

/**
 * Where the ship's records lie, moved there first where they lie in an older place.
 * @throws {MoveError} where they are in neither as a whole
 */
export function settleShipPlace(places: Places, ports: MovePorts): ShipPlace {
  const { target, isShared, notShared, cutOff, older } = lookAt(places);
  const [first] = older;
  const from = cutOff ?? (holdsShip(target) ? null : (first ?? null));
  const here = { folder: target, isShared };
  if (from === null) {
    const news = first === undefined ? null : olderText(first, target);
    const firstOfAll = isShared && !holdsShip(target) ? firstOfAllText(target) : null;
    return { ...here, note: sentences(notShared, firstOfAll, news), news };
  }
  const stays = moveShip({ from, to: target }, ports);
  if (stays !== null) {
    const words = staysText(from, target, stays);
    ports.log.warn({ from, to: target }, words);
    return { folder: from, isShared: false, note: sentences(notShared, words), news: null };
  }
  const [other] = older.filter((folder) => folder !== from);
  const note = other === undefined ? null : olderText(other, target);
  return {
    ...here,
    note: sentences(notShared, note),
    news: sentences(movedText(from, target, isShared), note),
  };
}

/**
 * Where the ship's records lie as it is, with nothing moved: for who only serves them.
 * @throws {MoveError} where a move was cut off
 */
export function standingShipPlace(places: Places): string {
  const { target, cutOff, older } = lookAt(places);
  if (cutOff !== null)
    throw new MoveError(
      `The ship’s records were being moved from ${cutOff} to ${target}, and that was cut off. Start the ARUS app once: it goes on by itself.`,
    );
  return holdsShip(target) ? target : (older[0] ?? target);
}

function notSharedText(shared: string, why: string): string {
  return (
    `There is a folder for all accounts of this computer, ${shared}, and it is not used: ${why}. ` +
    'What is entered in this account stays with it. Whoever keeps this computer can let it in.'
  );
}

function firstOfAllText(shared: string): string {
  return (
    `No ship has been set up yet for all accounts of this computer, in ${shared}. If ARUS was used on this computer from another ` +
    'account, do not set up a ship here: log on as that account and start ARUS once, and it brings its ship along.'
  );
}

function movedText(from: string, to: string, isShared: boolean): string {
  const who = isShared ? ' The other accounts of this computer work with the same ship from now on.' : '';
  return `The ship’s records were moved from ${from} to ${to}, with everything in them.${who}`;
}

function staysText(from: string, to: string, why: string): string {
  return `The ship’s records belong into ${to} and still lie in ${from}: ${why}. They are complete there.`;
}

function olderText(older: string, target: string): string {
  return (
    `This account also has an older folder with a ship in it, ${older}. ARUS works with ${target}; nothing was moved or ` +
    `changed. To see what the older one holds, start ARUS with --data="${older}"; remove it when nothing in it is needed any more.`
  );
}

function sentences(...words: readonly (string | null)[]): string | null {
  return words.filter((some) => some !== null).join(' ') || null;
}
