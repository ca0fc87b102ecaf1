import { join } from 'node:path';
import { z } from 'zod';
import { readSmallJson } from '#files/bounded-file.ts';
import { removeFile } from '#files/held-files.ts';
import { syncFolder, writeWhole } from '#files/whole-files.ts';
import { StartFailure } from '../start-failure.ts';
import {
  copiesFolderName,
  copiesIn,
  isChecked,
  kindOfName,
  newCopyName,
  type CopyOnDisk,
} from './copy-file.ts';

const requestName = 'restore-request.json';
const outcomeName = 'restore-outcome.json';

/** Asks for a copy to be put in the database's place. Carried out at the node's next start, before anything is opened. */
const restoreRequest = z.object({
  name: z.string().refine((name) => kindOfName(name) !== null),
  /** Of the copy as it was shown to whoever asked. */
  sha256: z.string(),
  /** When and by whom it was asked for. */
  at: z.number(),
  by: z.string(),
  /** Under this name what is here is kept. Said beforehand, so that a start after a power cut goes on where the last one was. */
  keepAs: z.string().refine((name) => kindOfName(name) === 'replaced'),
  /** The copy came from elsewhere for a first start, and is none of this folder's until that one is carried out. */
  isBrought: z.boolean().optional(),
});
export type RestoreRequest = z.infer<typeof restoreRequest>;

/** What became of a request; told at the start of the node that comes after it. */
const restoreOutcome = z.object({
  request: restoreRequest,
  /** When the copy was made, ms; null where that is not known. */
  copyAt: z.number().nullable(),
  /** Null where the copy was put in its place; else why not, in words. Nothing was changed then. */
  refused: z.string().nullable(),
  /** Whether there was a database, which is kept. */
  kept: z.boolean(),
});
export type RestoreOutcome = z.infer<typeof restoreOutcome>;

/** Throws with Node's code where it cannot be written. */
export function requestRestore(directory: string, request: Omit<RestoreRequest, 'keepAs'>): void {
  const whole: RestoreRequest = { ...request, keepAs: newCopyName('replaced', request.at) };
  writeWhole(join(directory, requestName), `${JSON.stringify(whole)}\n`);
}

/**
 * Asks for a checked copy by its name, for a node that could not start.
 * @param name of the copy; `newest` for the newest checked one
 * @throws StartFailure where it is no copy of this ship's that can be used
 */
export function requestRestoreByName(
  directory: string,
  name: string,
  { vesselId, by, at }: { vesselId: string; by: string; at: number },
): void {
  const folder = join(directory, copiesFolderName);
  let copies: CopyOnDisk[] = [];
  try {
    copies = copiesIn(folder).filter((copy) => isChecked(copy));
  } catch {
    // No folder, no copies.
  }
  const found = name === 'newest' ? copies[0] : copies.find((copy) => copy.name === name);
  const { facts = null } = found ?? {};
  if (found === undefined || facts === null)
    throw new StartFailure(
      'directory',
      `There is no checked copy ${name} in ${folder}. Nothing was changed. ` +
        (copies.length === 0
          ? 'There is none at all.'
          : `There are: ${copies.map((copy) => copy.name).join(', ')}.`),
    );
  if (facts.vessel !== vesselId)
    throw new StartFailure(
      'wrong_vessel',
      `${found.name} is a copy of vessel ${facts.vessel}, and this is ${vesselId}. Nothing was changed.`,
    );
  requestRestore(directory, { name: found.name, sha256: facts.sha256, at, by });
}

/** Nobody asks any more. */
export function dropRequest(directory: string): void {
  removeFile(join(directory, requestName));
}

/** Null where there is none, or one that nobody can read: it is taken away then. */
export function readRequest(directory: string): RestoreRequest | null {
  const file = join(directory, requestName);
  const parsed = restoreRequest.safeParse(readSmallJson(file));
  if (parsed.success) return parsed.data;
  removeFile(file);
  return null;
}

/** The request is done with: what became of it is written down first. */
export function settleRequest(directory: string, outcome: RestoreOutcome): void {
  writeWhole(join(directory, outcomeName), `${JSON.stringify(outcome)}\n`);
  removeFile(join(directory, requestName));
  syncFolder(directory);
}

export function readOutcome(directory: string): RestoreOutcome | null {
  return restoreOutcome.safeParse(readSmallJson(join(directory, outcomeName))).data ?? null;
}

/** It was told. */
export function forgetOutcome(directory: string): void {
  removeFile(join(directory, outcomeName));
}
