import { readSmallJson } from '#files/bounded-file.ts';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '#files/whole-files.ts';

const fileName = 'copies.json';

const secondPlace = z.object({
  folder: z.string(),
  /** In the name of this computer's folder there, which other accounts may have written down: it leads nowhere else. */
  mark: z.string().regex(/^[0-9a-f]{1,32}$/),
  setAt: z.number(),
  reachedAt: z.number().nullable(),
  /** The copy that was taken there last, and when that was made. */
  newest: z.object({ name: z.string(), at: z.number() }).nullable(),
});

/** Beside the database and not in it: a copy that is put back takes nothing of it away. */
const copiesSettings = z.object({ secondPlace: secondPlace.nullable() });
export type CopiesSettings = z.infer<typeof copiesSettings>;

export function readCopiesSettings(directory: string): CopiesSettings {
  try {
    return copiesSettings.parse(readSmallJson(join(directory, fileName)));
  } catch {
    return { secondPlace: null };
  }
}

/** Throws with Node's code where it cannot be written. */
export function writeCopiesSettings(directory: string, settings: CopiesSettings): void {
  writeWhole(join(directory, fileName), `${JSON.stringify(settings)}\n`);
}
