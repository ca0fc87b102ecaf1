import { z } from 'zod';
import { act, read } from './method.ts';

/**
 * Why a copy was made.
 * - `daily`: once a day
 * - `update`: before an update of the program changed the form of the database
 * - `hand`: somebody asked for it
 * - `replaced`: it is what was here before a copy was put in its place
 */
export const copyKinds = ['daily', 'update', 'hand', 'replaced'] as const;
export type CopyKind = (typeof copyKinds)[number];

/**
 * - `checked`: it was opened, its pages looked at and its journal folded, and it is still the same file byte for byte
 * - `unchecked`: nobody has looked yet
 * - `unfit`: it is damaged, or not what it says; it is not offered
 */
export const copyStates = ['checked', 'unchecked', 'unfit'] as const;

/**
 * What the note beside a copy from elsewhere says of it.
 * - `same`: it is byte for byte what was checked when it was made
 * - `changed`: it is not
 * - `none`: there is no note that can be read
 */
export const copyNotes = ['same', 'changed', 'none'] as const;
export type CopyNote = (typeof copyNotes)[number];

/** What a copy holds, as was found when it was checked. */
export const copyContents = z.object({
  orders: z.number().int(),
  records: z.number().int(),
  changes: z.number().int(),
  /** The last change in it, whoever wrote it; null for a database in which nothing was written. */
  lastChange: z.object({ at: z.string(), by: z.string(), device: z.string() }).nullable(),
});

export const copyLine = z.object({
  name: z.string(),
  kind: z.enum(copyKinds),
  /** When it was made, ISO 8601. */
  at: z.string(),
  bytes: z.number(),
  state: z.enum(copyStates),
  /** When it was last looked at, ISO 8601; null for never. */
  checkedAt: z.string().nullable(),
  /** What is wrong with it, in words; null for nothing. */
  trouble: z.string().nullable(),
  contents: copyContents.nullable(),
});
export type CopyLine = z.infer<typeof copyLine>;

export const secondPlace = z.object({
  folder: z.string(),
  /** When it was last reached, ISO 8601; null for never. */
  reachedAt: z.string().nullable(),
  /** The newest copy that lies there whole, and when it was made; null for none. */
  newestAt: z.string().nullable(),
  /** What is wrong, as a sentence; null where it was reached at the last attempt. */
  trouble: z.string().nullable(),
});
export type SecondPlace = z.infer<typeof secondPlace>;

export const copiesList = z.object({
  /** Where they lie on this computer. */
  folder: z.string(),
  /** Newest first. */
  items: z.array(copyLine),
  /** What is being done now; null for nothing. */
  doing: z.enum(['copying', 'checking', 'looking', 'second_place']).nullable(),
  /** When the next one is made by itself, ISO 8601. */
  nextAt: z.string(),
  /** Why the last attempt made none, as a sentence; null where it did. */
  trouble: z.string().nullable(),
  /** Photos and files on board that a copy does not hold, and those of them that shore does not hold either. */
  attachments: z.object({ files: z.number(), onlyHere: z.number() }),
  secondPlace: secondPlace.nullable(),
});
export type CopiesList = z.infer<typeof copiesList>;

/** Names of copies are the program's own; no other name leads anywhere. */
const name = z.string().max(120);

export const copyPreview = z.object({
  copy: copyLine,
  /** Taken back with the word to go ahead, so that what is put in place is what was shown. */
  token: z.string(),
  here: z.object({
    /** False for a database of which nothing can be read; the rest is as it was known last. */
    isReadable: z.boolean(),
    orders: z.number().int().nullable(),
    lastChange: copyContents.shape.lastChange,
  }),
  /** Changes of this computer that the copy does not have. */
  since: z.object({
    changes: z.number().int(),
    /** Of these, how many shore said it holds: they come back over the link. */
    ashore: z.number().int(),
    onlyHere: z.number().int(),
  }),
});
export type CopyPreview = z.infer<typeof copyPreview>;

export const secondPlaceFolder = z
  .string()
  .trim()
  .min(1)
  .max(500)
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'A folder’s name has no control characters');

/** Copies of the ship's database on this computer: made, looked at, and put back. */
export const copiesMethods = {
  'copies.list': read(z.strictObject({}), copiesList),
  /** Begins a copy now; what became of it shows in the list. */
  'copies.make': act(z.strictObject({}), copiesList),
  /** Looks at a copy's every byte, and compares it with what is here. */
  'copies.preview': read(z.strictObject({ name }), copyPreview),
  /** Puts a copy in the place of the database: the node starts anew on it. What is here is kept as a copy first. */
  'copies.restore': act(z.strictObject({ name, token: z.string().max(100) }), z.object({})),
  /** A folder outside this computer's disk, to which each copy goes too; null for none. */
  'copies.setSecondPlace': act(z.strictObject({ folder: secondPlaceFolder.nullable() }), copiesList),
};
