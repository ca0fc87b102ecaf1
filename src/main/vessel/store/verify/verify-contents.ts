import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isWhole } from '#shared/sync/content/byte-ranges.ts';
import { furthestOf, receivedFromJson, receivedRangesJson } from '#shared/sync/received-ranges.ts';
import type { ReadableDatabase } from '../database.ts';
import { Difference } from './difference.ts';

const row = z.object({
  sha256: z.string(),
  size: z.number(),
  held: z.string(),
  complete: z.number(),
  named: z.number(),
  fits: z.number(),
});

/** Bytes of a file that are in memory at a time. */
const stride = 1024 * 1024;

/**
 * What is said to be on board of the contents of attachments is there, and is what its SHA-256 says. Of those that are
 * still coming nothing can be said before they are whole.
 * @param folder where they lie
 */
export function compareContents(connection: ReadableDatabase, folder: string): void {
  const rows = connection
    .prepare(
      `SELECT c.sha256, c.size, c.held, c.complete,
         EXISTS (SELECT 1 FROM attachment AS a WHERE c.sha256 IN (a.sha256, a.thumbnail_sha256)) AS named,
         EXISTS (SELECT 1 FROM attachment AS a
           WHERE (a.sha256, a.size) = (c.sha256, c.size)
             OR (a.thumbnail_sha256, a.thumbnail_size) = (c.sha256, c.size)) AS fits
       FROM content AS c ORDER BY c.sha256`,
    )
    .iterate();
  for (const found of rows) {
    const { sha256, size, held, complete, named, fits } = row.parse(found);
    const name = `The content ${sha256}`;
    const bytes = receivedFromJson(receivedRangesJson.parse(JSON.parse(held)));
    const isHeld = isWhole(bytes, size);
    if (furthestOf(bytes) > size) throw new Difference(`${name} is said to be held beyond its end`);
    if (named !== 0 && fits === 0)
      throw new Difference(`${name} is said to have ${size} bytes, its attachment says otherwise`);
    if (isHeld !== (complete !== 0))
      throw new Difference(
        isHeld
          ? `${name} is whole and not noted as such; a start of the program does that`
          : `${name} is noted as whole, and not all of it is held`,
      );
    if (complete === 0) continue;
    const file = hashOf(join(folder, sha256));
    if (file === null) throw new Difference(`${name} is said to be on board, and cannot be read there`);
    if (file.hash !== sha256) throw new Difference(`${name} on board is not what its SHA-256 says`);
    if (file.size !== size) throw new Difference(`${name} has ${file.size} bytes, not ${size}`);
  }
}

function hashOf(file: string): { hash: string; size: number } | null {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(stride);
  let size = 0;
  try {
    const opened = openSync(file, 'r');
    try {
      for (;;) {
        const read = readSync(opened, buffer, 0, stride, null);
        if (read === 0) return { hash: hash.digest('hex'), size };
        hash.update(buffer.subarray(0, read));
        size += read;
      }
    } finally {
      closeSync(opened);
    }
  } catch {
    return null;
  }
}
