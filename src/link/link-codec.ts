import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, brotliDecompressSync, constants, crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Codec } from '#shared/ports.ts';
import { zstdCodec } from './zstd.ts';

/**
 * Measured (Node 24) on batches of 1,000 changes in columns, 56 kB plain: Zstandard 20,930 B at level 12 (3 ms),
 * 19,850 B at 19 (21 ms), 18,950 B at 19 with a dictionary made of the journal; Brotli 20,230 B at 9 (30 ms), 18,070 B
 * at 10 (73 ms), 18,120 B at 11 (140 ms). On single changes Brotli 10 saves a tenth of what Zstandard takes, in 1 ms.
 */
const quality = 10;
/** What is no longer than this is compressed by Brotli while everything waits: some two milliseconds. Bytes. */
const short = 4 * 1024;
/** 2^20: no frame of ours is longer in plain, but for pages of snapshots. */
const windowLog = 20;

/** Before Brotli's bytes, and not the first byte of a Zstandard frame (0x28). */
const mark = 0x42;
const checksumLength = 4;

const decompressed = z.object({
  buffer: z.instanceof(Uint8Array),
  engine: z.object({ bytesWritten: z.number() }),
});
const brotli = promisify(brotliCompress);

/** Brotli for what is short or may take its time, Zstandard for what is long and wanted at once. */
export const linkCodec: Codec = {
  compress: (plain) =>
    plain.length > short
      ? zstdCodec.compress(plain)
      : sealed(plain, brotliCompressSync(plain, optionsFor(plain))),

  pack: async (plain) => sealed(plain, await brotli(plain, optionsFor(plain))),

  decompress(packed, limit) {
    if (packed[0] !== mark) return zstdCodec.decompress(packed, limit);
    const compressed = packed.subarray(1 + checksumLength);
    const result = decompressed.parse(
      brotliDecompressSync(compressed, { maxOutputLength: limit, info: true }),
    );
    if (result.engine.bytesWritten !== compressed.byteLength)
      throw new Error(
        `${compressed.byteLength - result.engine.bytesWritten} bytes follow what is compressed`,
      );
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    // Brotli has no checksum: a bit that turned over on the way would come out as another letter in a title.
    if (crc32(result.buffer) !== view.getUint32(1, true)) throw new Error('The checksum is another');
    return result.buffer;
  },
};

function optionsFor(plain: Uint8Array): { params: Record<number, number> } {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: windowLog,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  };
}

function sealed(plain: Uint8Array, compressed: Uint8Array): Uint8Array {
  const packed = new Uint8Array(1 + checksumLength + compressed.length);
  packed[0] = mark;
  new DataView(packed.buffer).setUint32(1, crc32(plain), true);
  packed.set(compressed, 1 + checksumLength);
  return packed;
}
