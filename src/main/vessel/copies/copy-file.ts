import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readSmallJson } from '#files/bounded-file.ts';
import { removeFile, renameFile, toWrite } from '#files/held-files.ts';
import { syncFolder, writeWhole } from '#files/whole-files.ts';
import { copyKinds, type CopyKind } from '#shared/contract/copies.ts';

/** Folder within a node's data directory where its copies lie. */
export const copiesFolderName = 'backups';

/** What is not whole yet bears this ending: it counts as nothing, and is removed at the next start. */
const draftEnding = '.part';
const copyEnding = '.db';

const byBeginning: readonly (readonly [RegExp, CopyKind])[] = [
  [/^daily-/, 'daily'],
  [/^before-schema-\d+-/, 'update'],
  [/^by-hand-/, 'hand'],
  [/^replaced-/, 'replaced'],
];
const copyName = /^(daily|before-schema-\d{1,6}|by-hand|replaced)-[0-9A-Za-z-]{1,60}\.db$/;

/** Null for a name that is none of a copy. */
export function kindOfName(name: string): CopyKind | null {
  if (!copyName.test(name)) return null;
  return byBeginning.find(([beginning]) => beginning.test(name))?.[1] ?? null;
}

const beginningOf: Readonly<Record<Exclude<CopyKind, 'update'>, string>> = {
  daily: 'daily',
  hand: 'by-hand',
  replaced: 'replaced',
};

/** Name of a copy that is made now. @param at ms since 1970 */
export function newCopyName(kind: Exclude<CopyKind, 'update'>, at: number): string {
  return `${beginningOf[kind]}-${stampOf(at)}${copyEnding}`;
}

/** Name of a copy that is made before the form of the database changes. */
export function updateCopyName(schema: number, at: number): string {
  return `before-schema-${schema}-${stampOf(at)}${copyEnding}`;
}

const stampOf = (at: number): string => new Date(at).toISOString().replaceAll(/[:.]/g, '-');

const change = z.object({ at: z.number(), by: z.string(), device: z.string() });

/** What was found in a copy when it was checked; lies beside it. */
export const copyFacts = z.object({
  kind: z.enum(copyKinds),
  /** When it was made, ms. */
  at: z.number(),
  bytes: z.number(),
  sha256: z.string(),
  schema: z.number(),
  vessel: z.string(),
  /** The ship's name; null in a copy from before it stood in the database. */
  vesselName: z.string().nullable().default(null),
  /** The name under which this computer wrote, and the number of its last change. */
  origin: z.string(),
  last: z.number(),
  /** By name, how far it holds each journal. */
  held: z.record(z.string(), z.number()),
  orders: z.number(),
  records: z.number(),
  changes: z.number(),
  lastChange: change.nullable(),
  /** When it was looked at last, ms. */
  checkedAt: z.number(),
  /** What was found wrong with it, in words; null for nothing. */
  trouble: z.string().nullable(),
});
export type CopyFacts = z.infer<typeof copyFacts>;

export interface CopyOnDisk {
  name: string;
  kind: CopyKind;
  /** ms since 1970. */
  at: number;
  bytes: number;
  /** Null for one that nobody has checked. */
  facts: CopyFacts | null;
  /** Why it is not offered; null for nothing known. */
  trouble: string | null;
}

export const factsFile = (name: string): string => name.slice(0, -copyEnding.length) + '.json';

/** All copies in a folder, the newest first. Throws with Node's code where it cannot be read. */
export function copiesIn(folder: string): CopyOnDisk[] {
  const found = readdirSync(folder).flatMap((name): CopyOnDisk[] => {
    const kind = kindOfName(name);
    const info = kind === null ? undefined : statSync(join(folder, name), { throwIfNoEntry: false });
    if (kind === null || info?.isFile() !== true) return [];
    const facts = readFacts(folder, name);
    const trouble =
      facts !== null && facts.bytes !== info.size
        ? `It has ${info.size} bytes, and had ${facts.bytes} when it was checked.`
        : (facts?.trouble ?? null);
    return [{ name, kind, at: facts?.at ?? info.mtimeMs, bytes: info.size, facts, trouble }];
  });
  return found.sort((one, other) => other.at - one.at);
}

/** Whether a database that a copy took the place of is kept in a node's folder. */
export function hasReplacedOne(directory: string): boolean {
  try {
    return readdirSync(join(directory, copiesFolderName)).some((name) => kindOfName(name) === 'replaced');
  } catch {
    return false;
  }
}

/** Whether it was checked, and nothing was found wrong since. */
export function isChecked(copy: CopyOnDisk): copy is CopyOnDisk & { facts: CopyFacts } {
  return copy.facts !== null && copy.trouble === null;
}

export function readFacts(folder: string, name: string): CopyFacts | null {
  try {
    return copyFacts.parse(readSmallJson(join(folder, factsFile(name)), 200_000));
  } catch {
    return null;
  }
}

/** Whole or not at all. Throws with Node's code. */
export function writeFacts(folder: string, name: string, facts: CopyFacts): void {
  writeWhole(join(folder, factsFile(name)), `${JSON.stringify(facts)}\n`);
}

export function draftOf(folder: string, name: string): string {
  return join(folder, name + draftEnding);
}

/** Gives a draft that is on the disk its name; a power cut leaves one or the other. */
export function finishDraft(folder: string, name: string): void {
  renameFile(draftOf(folder, name), join(folder, name));
  syncFolder(folder);
}

export function removeCopy(folder: string, name: string): void {
  // The copy first: what is said of one that is not there harms nobody.
  for (const each of [name, `${name}-wal`, `${name}-shm`, factsFile(name)]) removeFile(join(folder, each));
}

/** Takes away what a power cut or a kill left half written, and what is said of copies that are gone. */
export function removeLeavings(folder: string): string[] {
  const names = readdirSync(folder);
  const isLeft = (name: string): boolean =>
    /\.(part(-(journal|wal|shm))?|json\.next)$/.test(name) ||
    (name.endsWith('.json') &&
      kindOfName(name.replace(/json$/, 'db')) !== null &&
      !names.includes(name.replace(/json$/, 'db')));
  const left = names.filter(isLeft);
  for (const name of left) removeFile(join(folder, name));
  return left;
}

export function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** When a copy was made, by its name, ms since 1970; null for a name without it. */
export function stampIn(name: string): number | null {
  const [, day, hours, minutes, rest] = /(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d-\d{3})Z\.db$/.exec(name) ?? [];
  if (day === undefined || rest === undefined) return null;
  const at = Date.parse(`${day}T${hours}:${minutes}:${rest.replace('-', '.')}Z`);
  return Number.isNaN(at) ? null : at;
}

const stride = 1024 * 1024;

/**
 * Reads a file to its end, piece by piece.
 * @param onPiece each piece in turn; valid until it returns
 * @returns SHA-256 in hexadecimal digits
 */
export function sha256OfFile(file: string, onPiece: (piece: Uint8Array) => void = () => undefined): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(stride);
  const handle = openSync(file, 'r');
  try {
    for (;;) {
      const read = readSync(handle, buffer, 0, stride, null);
      if (read === 0) return hash.digest('hex');
      const piece = buffer.subarray(0, read);
      hash.update(piece);
      onPiece(piece);
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * Copies a file piece by piece, to the disk.
 * @param onStep now and then, with how many bytes it is so far
 * @param mode rights of the new file
 * @returns SHA-256 of what was read
 */
export function copyPieces(from: string, to: string, onStep: (bytes: number) => void, mode = 0o600): string {
  const handle = openSync(to, toWrite.anew, mode);
  try {
    let bytes = 0;
    const sha256 = sha256OfFile(from, (piece) => {
      for (let written = 0; written < piece.length;)
        written += writeSync(handle, piece, written, piece.length - written);
      bytes += piece.length;
      onStep(bytes);
    });
    fsyncSync(handle);
    return sha256;
  } finally {
    closeSync(handle);
  }
}
