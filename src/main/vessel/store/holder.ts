import { join } from 'node:path';
import { z } from 'zod';
import { readSmallFile } from '#files/bounded-file.ts';
import { removeFile } from '#files/held-files.ts';
import { writeWhole } from '#files/whole-files.ts';
import { whenIn } from '#shared/file-transfer/when.ts';
import { parseBoundedJson } from '#shared/bounded-json.ts';
import { wordsUpTo } from '#shared/domain/names.ts';

/** In what a node runs: the desktop app, or the station host, which serves its screens to browsers. */
const programs = ['app', 'station'] as const;
export type NodeProgram = (typeof programs)[number];

/** Whose node one is. */
export interface NodeUser {
  /** What the system calls the account. */
  account: string;
  program: NodeProgram;
  /** In which moments are told. */
  timeZone: string;
}

const holder = z.object({
  account: wordsUpTo(60),
  program: z.enum(programs),
  /** Milliseconds since 1970. */
  since: z.number().int().min(0).max(8e14),
});
/** Who has a data directory by their own word, which is good for words alone: the lock is what keeps others out. */
export type Holder = z.infer<typeof holder>;

const holderFile = (directory: string): string => join(directory, 'in-use.json');
const mostBytes = 1_000;

/** @throws Node's own error where it cannot be written */
export function writeHolder(directory: string, { account, program }: NodeUser, now: number): void {
  const holding: Holder = { account, program, since: Math.floor(now) };
  writeWhole(holderFile(directory), `${JSON.stringify(holding)}\n`);
}

/** What stays is told to nobody while nobody has the directory, and written over by the next who has. */
export function removeHolder(directory: string): void {
  try {
    removeFile(holderFile(directory));
  } catch {
    // See above.
  }
}

/** Null where it is not told, or nothing that can be read. */
export function readHolder(directory: string): Holder | null {
  const text = readSmallFile(holderFile(directory), mostBytes);
  if (text === null) return null;
  try {
    return holder.parse(parseBoundedJson(text, { depth: 2, items: 10 }));
  } catch {
    return null;
  }
}

/** Why a node cannot have a directory that another has, and what people do about it. */
export function inUseText(directory: string, has: Holder | null, me: NodeUser | null): string {
  if (has === null || me === null)
    return `Another ARUS node is running on ${directory}. Close it first, or give this one a directory of its own.`;
  const isMine = has.account === me.account;
  const whose = isMine ? 'This account' : `Account ${has.account}`;
  const since = whenIn(me.timeZone)(has.since);
  if (has.program === 'station')
    return (
      `${whose} has been serving this ship (${directory}) to browsers on this computer since ${since}. Nothing was changed. ` +
      'Work in a browser at the address of that station host, or end it; then the ship opens here.'
    );
  const where = isMine ? 'in another ARUS on this computer' : 'on this computer';
  const todo = isMine ? 'Go on there, or close it' : 'Close ARUS there, or log that account off';
  return `${whose} has had this ship open ${where} since ${since}. Nothing was changed. ${todo}; then the ship opens here.`;
}
