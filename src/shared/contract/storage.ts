import { z } from 'zod';
import { read } from './method.ts';

/**
 * - `well`: what is saved is on the disk
 * - `busy`: another program holds the database; it is tried again
 * - `full`: the disk has no room
 * - `read_only`: the disk or a file may not be written to
 * - `failing`: the disk answers with errors
 * - `damaged`: the database is damaged, or not the one that was opened any more; nothing is written until a person acts
 */
export const storageState = z.enum(['well', 'busy', 'full', 'read_only', 'failing', 'damaged']);

/** How the ship's database stands on the disk of this computer. Held in memory: it is told whatever the disk does. */
export const storageStatus = z.object({
  state: storageState,
  /** When this state began, ISO 8601. */
  since: z.string(),
  /** What happened, what is safe, what to do; null where all is well. */
  message: z.string().nullable(),
  /** Whether records are taken at all; false for a damaged database. */
  takesWrites: z.boolean(),
  /** What a person has to know and what stops nothing: changes that a lost file took with it, a log that cannot shrink. */
  notes: z.array(z.string()),
  bytes: z.object({
    database: z.number(),
    /** SQLite's write-ahead log. */
    log: z.number(),
    /** Room on the disk; null where nobody can tell. */
    free: z.number().nullable(),
  }),
});
export type StorageStatus = z.infer<typeof storageStatus>;

export const storageMethods = {
  'storage.status': read(z.strictObject({}), storageStatus),
};
