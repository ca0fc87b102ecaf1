import { describe, expect, test } from 'vitest';
import { constants, zstdCompressSync } from 'node:zlib';
import { zstdCodec } from '#link/zstd.ts';

const text = (words: string) => new TextEncoder().encode(words);

describe('The codec of the link', () => {
  test('gives back exactly the bytes that went in', () => {
    const samples = [text(''), text('x'), text('{"title":"Overhaul fuel pump"}\n'.repeat(2_000))];
    for (const sample of samples) {
      const back = zstdCodec.decompress(zstdCodec.compress(sample), 1_000_000);
      expect(Buffer.from(back).equals(Buffer.from(sample))).toBe(true);
    }
  });

  test('makes a batch of alike changes a good deal smaller', () => {
    const batch = text('{"entity":"work_order","status":"completed"}\n'.repeat(250));
    expect(zstdCodec.compress(batch).byteLength).toBeLessThan(batch.byteLength / 50);
  });

  test('accepts a frame that fills the limit and refuses one that is a byte longer', () => {
    const packed = zstdCodec.compress(text('a'.repeat(1_000)));
    expect(zstdCodec.decompress(packed, 1_000).byteLength).toBe(1_000);
    expect(() => zstdCodec.decompress(packed, 999)).toThrow();
  });

  test('refuses a decompression bomb without allocating what it claims', () => {
    const bomb = zstdCompressSync(Buffer.alloc(200_000_000));
    expect(bomb.byteLength).toBeLessThan(10_000);
    const before = process.memoryUsage().rss;
    expect(() => zstdCodec.decompress(bomb, 1_000_000)).toThrow();
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  test('refuses a frame that asks for more memory than ours ever need', () => {
    const wide = zstdCompressSync(Buffer.alloc(40_000_000, 'x'), {
      params: { [constants.ZSTD_c_windowLog]: 25, [constants.ZSTD_c_contentSizeFlag]: 0 },
    });
    expect(() => zstdCodec.decompress(wide, 100_000_000)).toThrow();
  });

  test.each([
    ['nothing at all', new Uint8Array()],
    ['plain text', text('{"not":"compressed"}')],
    ['a frame cut short', zstdCodec.compress(text('hello hello hello')).subarray(0, -1)],
    ['a frame with something behind it', Buffer.concat([zstdCodec.compress(text('hello')), text('x')])],
    ['two frames', Buffer.concat([zstdCodec.compress(text('hello')), zstdCodec.compress(text('hello'))])],
  ])('refuses %s', (_what, packed) => {
    expect(() => zstdCodec.decompress(packed, 1_000)).toThrow();
  });
});
