import { randomBytes } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { linkCodec } from '#link/link-codec.ts';
import { zstdCodec } from '#link/zstd.ts';

const text = (words: string) => new TextEncoder().encode(words);
const pack = async (plain: Uint8Array): Promise<Uint8Array> =>
  (await linkCodec.pack?.(plain)) ?? new Uint8Array();
const alike = text('{"entity":"work_order","status":"completed"}\n'.repeat(250));

describe('the codec that programs use', () => {
  test('gives back exactly the bytes that went in, however they were compressed', async () => {
    const samples = [text(''), text('x'), alike, randomBytes(3_000), randomBytes(9_000)];
    for (const plain of samples) {
      for (const packed of [linkCodec.compress(plain), await pack(plain), zstdCodec.compress(plain)])
        expect(Buffer.from(linkCodec.decompress(packed, 1_000_000)).equals(plain)).toBe(true);
    }
  });

  test('packs what is short in fewer bytes than Zstandard', () => {
    const completion = text(
      '{"status":"completed","completedBy":"Marina Kovač, Chief officer","actualHours":2.5}',
    );
    expect(linkCodec.compress(completion).length).toBeLessThan(zstdCodec.compress(completion).length);
  });

  test('accepts what fills the limit and refuses what is a byte longer, and what would grow without end', async () => {
    const packed = await pack(text('a'.repeat(1_000)));
    expect(linkCodec.decompress(packed, 1_000).byteLength).toBe(1_000);
    expect(() => linkCodec.decompress(packed, 999)).toThrow();
    const bomb = await pack(new Uint8Array(200_000_000));
    expect(bomb.byteLength).toBeLessThan(10_000);
    const before = process.memoryUsage().rss;
    expect(() => linkCodec.decompress(bomb, 1_000_000)).toThrow();
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  test('refuses a message with any bit turned over', async () => {
    const packed = await pack(alike);
    for (let bit = 0; bit < packed.length * 8; bit += 1) {
      const damaged = Uint8Array.from(packed);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let back: Uint8Array | null = null;
      try {
        back = linkCodec.decompress(damaged, 1_000_000);
      } catch {
        continue;
      }
      expect(Buffer.from(back).equals(alike), `bit ${bit}`).toBe(true);
    }
  });

  test.each([
    ['nothing at all', () => new Uint8Array()],
    ['plain text', () => text('{"not":"compressed"}')],
    ['a mark alone', () => Uint8Array.from([0x42])],
    ['Brotli without its checksum', () => Uint8Array.from([0x42, ...brotliCompressSync('hello')])],
    ['a message cut short', () => linkCodec.compress(text('hello hello hello')).subarray(0, -1)],
    [
      'a message with something behind it',
      () => Buffer.concat([linkCodec.compress(text('hello')), text('x')]),
    ],
  ])('refuses %s', (_what, packed) => {
    expect(() => linkCodec.decompress(packed(), 1_000)).toThrow();
  });
});
