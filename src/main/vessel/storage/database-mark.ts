import { join } from 'node:path';
import { z } from 'zod';
import { readSmallJson } from '#files/bounded-file.ts';
import { writeWhole } from '#files/whole-files.ts';
import { momentOf } from './moment.ts';

const fileName = 'database-mark.json';

/**
 * How far the database of a folder had come, written beside it now and then: a database that lies there and has not come
 * as far has lost what was written since, and a folder with a mark and without a database had one.
 */
const databaseMark = z.object({
  vessel: z.string(),
  origin: z.string(),
  /** Number of the last change written on this computer. */
  last: z.number().int().min(0),
  /** Last number up to which shore held all of them. */
  acknowledged: z.number().int().min(0),
  /** When shore was last heard of, ms; null for never. */
  contactAt: z.number().nullable(),
  /** When the mark was written, ms. */
  at: z.number(),
  /** What was found wrong with the database; null for nothing. It is looked at as a whole before it is written to again. */
  damage: z.string().nullable(),
});
export type DatabaseMark = z.infer<typeof databaseMark>;

/** Null where there is none, or nobody can read it. */
export function readMark(directory: string): DatabaseMark | null {
  try {
    return databaseMark.parse(readSmallJson(join(directory, fileName)));
  } catch {
    return null;
  }
}

/** Puts the mark in the place of the one before it, whole or not at all. Throws with Node's code, e.g. `ENOSPC`. */
export function writeMark(directory: string, mark: DatabaseMark): void {
  writeWhole(join(directory, fileName), `${JSON.stringify(mark)}\n`);
}

/** What shore holds of this computer's changes, since when, and what is only here. */
export function shoreSentence({
  last,
  acknowledged,
  contactAt,
}: Pick<DatabaseMark, 'last' | 'acknowledged' | 'contactAt'>): string {
  if (last === 0) return 'Nothing had been written on this computer yet.';
  const onlyHere = Math.max(0, last - acknowledged);
  const heard = contactAt === null ? '' : ` (shore was last heard on ${momentOf(contactAt)})`;
  if (acknowledged === 0) return `None of the ${last} changes written on this computer had reached shore.`;
  if (onlyHere === 0) return `Shore holds all ${last} changes written on this computer${heard}.`;
  return `Shore holds this computer's changes up to number ${acknowledged}${heard}; ${onlyHere === 1 ? 'one more is' : `${onlyHere} more are`} only here.`;
}
