import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { Codec } from '#shared/ports.ts';

/**
 * Measured (Node 24) on 150 creates of work orders, 86.5 kB plain: 7,074 B at level 1 (0.2 ms), 6,533 B at 9
 * (1.2 ms), 6,493 B at 12 (3 ms), 5,801 B at 15 (15 ms), 5,740 B at 19 (101 ms); on 250 updates of some fields,
 * 44.6 kB: 11,246 B at 3, 10,655 B at 12, 10,184 B at 15. From 15 on a drain keeps the screens waiting.
 */
const compressionLevel = 12;

/** 8 MiB: no frame of ours needs more, and a hostile one cannot make us allocate zstd's default of 128 MiB. */
const largestWindowLog = 23;

const decompressed = z.object({
  buffer: z.instanceof(Uint8Array),
  engine: z.object({ bytesWritten: z.number() }),
});

/** Zstandard in one frame, without a dictionary. */
export const zstdCodec: Codec = {
  compress(plain) {
    return zstdCompressSync(plain, {
      params: {
        [constants.ZSTD_c_compressionLevel]: compressionLevel,
        // Four bytes. Without them a bit that turned over on the way can come out as another letter in a title.
        [constants.ZSTD_c_checksumFlag]: 1,
      },
    });
  },

  decompress(packed, limit) {
    const result = decompressed.parse(
      zstdDecompressSync(packed, {
        maxOutputLength: limit,
        info: true,
        params: { [constants.ZSTD_d_windowLogMax]: largestWindowLog },
      }),
    );
    // zlib stops at the end of the first frame and passes over whatever follows it.
    if (result.engine.bytesWritten !== packed.byteLength) {
      throw new Error(`${packed.byteLength - result.engine.bytesWritten} bytes follow the compressed frame`);
    }
    return result.buffer;
  },
};
