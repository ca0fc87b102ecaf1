import { constants, zstdCompressSync } from 'node:zlib';
import type { Change } from '#shared/sync/change.ts';

/** What the changes weigh when nothing clever is done with them. Bytes. */
export interface Reference {
  /** As JSON lines with nothing in them that the other end could know. */
  plain: number;
  /** Those lines in one blob under zstd level 19. */
  packed: number;
}

export function referenceOf(changes: readonly Change[]): Reference {
  const lines = changes.map(({ operation, recordId, at, actorId, fields }) =>
    JSON.stringify({ o: operation.charAt(0), r: recordId, t: at, a: actorId, f: fields }),
  );
  const plain = Buffer.from(`${lines.join('\n')}\n`);
  const packed = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
  return { plain: plain.length, packed: packed.length };
}
