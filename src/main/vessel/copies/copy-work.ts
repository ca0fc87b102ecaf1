import { z } from 'zod';
import { copyKinds, copyNotes } from '#shared/contract/copies.ts';
import { copyFacts } from './copy-file.ts';

/** Work on copies that is done beside the node, in a process or thread of its own. One piece, one answer. */
export const copyWork = z.discriminatedUnion('do', [
  /** Makes a copy of the database, checks it, and gives it its name. */
  z.object({
    do: z.literal('make'),
    database: z.string(),
    folder: z.string(),
    name: z.string(),
    kind: z.enum(copyKinds),
    at: z.number(),
  }),
  /** Opens a copy that lies there, folds it, and writes down what was found. */
  z.object({ do: z.literal('check'), folder: z.string(), name: z.string(), at: z.number() }),
  /** Reads copies to their end and compares with what was checked. */
  z.object({ do: z.literal('look'), folder: z.string(), names: z.array(z.string()), at: z.number() }),
  /** Reads one copy to its end, and compares it with the database that is here. */
  z.object({
    do: z.literal('compare'),
    folder: z.string(),
    name: z.string(),
    database: z.string(),
    at: z.number(),
  }),
  /** Copies a file from elsewhere into a folder of copies, under the name of a draft, and checks what came. */
  z.object({
    do: z.literal('bring'),
    file: z.string(),
    folder: z.string(),
    name: z.string(),
    at: z.number(),
  }),
  /** Takes a copy to the second place. */
  z.object({
    do: z.literal('second'),
    folder: z.string(),
    name: z.string(),
    place: z.string(),
    /** In the name of the folder there: an empty mount point does not have it, nor another stick. */
    mark: z.string(),
    /** Whether that folder may be made. */
    isNew: z.boolean(),
    vessel: z.string(),
    mostBytes: z.number(),
  }),
]);
export type CopyWork = z.infer<typeof copyWork>;

/**
 * Why nothing came of it.
 * - `room`: the disk has not enough of it
 * - `unfit`: what was made or looked at is not what it has to be
 * - `absent`: the second place is not there, or a file from elsewhere cannot be read to its end
 * - `failed`: anything else, as the system says it
 */
const refused = z.object({
  ok: z.literal(false),
  why: z.enum(['room', 'unfit', 'absent', 'failed']),
  /** For people: a part of a sentence, or a whole one. */
  reason: z.string(),
});

/** What the database that is here has and the copy has not. */
const comparison = z.object({
  orders: z.number(),
  lastChange: copyFacts.shape.lastChange,
  /** Number of this computer's last change. */
  last: z.number(),
  changes: z.number(),
  ashore: z.number(),
});
export type Comparison = z.infer<typeof comparison>;

export const copyAnswer = z.union([
  z.object({
    ok: z.literal(true),
    facts: copyFacts.nullable(),
    /** Left out but for a comparison; null where the database that is here cannot be read. */
    compared: comparison.nullable().optional(),
    /** Of a file from elsewhere alone: what the note beside it says of it. */
    asMade: z.enum(copyNotes).optional(),
  }),
  refused,
]);
export type CopyAnswer = z.infer<typeof copyAnswer>;

/** What comes from beside: how far it is, and at last the answer. */
export const copyMessage = z.union([
  z.object({ now: z.enum(['copying', 'checking', 'looking', 'second_place']) }),
  z.object({ answer: copyAnswer }),
]);
export type CopyMessage = z.infer<typeof copyMessage>;
export type CopyStep = Extract<CopyMessage, { now: unknown }>['now'];

/** Room that a copy has to leave on the disk, as a multiple of what it takes. */
export const roomFactor = 2;
