import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { byteText } from '#shared/domain/byte-text.ts';
import { recognise } from '#shared/records/content-type.ts';
import { bytesReceived, isWhole, missingSpans, withSpan } from '#shared/sync/content/byte-ranges.ts';
import { crc32 } from '#shared/sync/content/crc32.ts';
import {
  contentOutcomes,
  decodeContent,
  encodeContent,
  type ContentMessage,
} from '#shared/sync/content/messages.ts';
import { WireError } from '#shared/sync/frame.ts';
import { nothingReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';

const sha256 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const size = fc.integer({ min: 1, max: 10_000_000 });
const held = fc
  .array(fc.record({ offset: fc.nat(9_000_000), length: fc.integer({ min: 1, max: 70_000 }) }), {
    maxLength: 20,
  })
  .map((spans) => spans.reduce(withSpan, nothingReceived));

const message: fc.Arbitrary<ContentMessage> = fc.oneof(
  fc
    .record({
      sha256,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 5_000 }),
      before: fc.nat(9_000_000),
      more: fc.nat(9_000),
    })
    .map(({ sha256: name, bytes, before, more }) => ({
      kind: 'piece' as const,
      sha256: name,
      size: before + bytes.length + more,
      offset: before,
      bytes,
    })),
  fc
    .record({ attempt: fc.nat(), contents: fc.array(fc.record({ sha256, size }), { maxLength: 64 }) })
    .map((offer) => ({ kind: 'offer' as const, ...offer })),
  fc
    .record({ sha256, outcome: fc.constantFrom(...contentOutcomes), attempt: fc.nat(), held })
    .map((answer) => ({ kind: 'held' as const, ...answer })),
  fc
    .record({ sha256, offset: fc.nat(9_000_000), length: size })
    .map((want) => ({ kind: 'want' as const, ...want })),
  sha256.map((name) => ({ kind: 'lacking' as const, sha256: name })),
);

describe('messages of contents', () => {
  test('come out as they went in', () => {
    fc.assert(
      fc.property(message, (each) => {
        expect(decodeContent(encodeContent(each))).toEqual(each);
      }),
    );
  });

  test('with any bit turned over are refused, or say something else, but never a piece with other bytes', () => {
    fc.assert(
      fc.property(message, fc.nat(), (each, place) => {
        const frame = encodeContent(each).slice();
        const bit = place % (frame.length * 8);
        frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        try {
          const read = decodeContent(frame);
          if (each.kind === 'piece' && read.kind === 'piece') expect(read.bytes).toEqual(each.bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });

  test('that are cut off or go on are refused', () => {
    fc.assert(
      fc.property(message, fc.nat(), (each, cut) => {
        const frame = encodeContent(each);
        expect(() => decodeContent(frame.slice(0, cut % frame.length))).toThrow(WireError);
        expect(() => decodeContent(Buffer.concat([frame, Buffer.from([0])]))).toThrow(WireError);
      }),
    );
  });

  test('a piece of 2 kB carries less than 3 % beside its bytes', () => {
    const bytes = new Uint8Array(2_048).fill(7);
    const frame = encodeContent({
      kind: 'piece',
      sha256: 'ab'.repeat(32),
      size: 5_000_000,
      offset: 4_000_000,
      bytes,
    });
    expect(frame.length - bytes.length).toBeLessThan(0.03 * bytes.length);
  });
});

test('the checksum is that of zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    }),
  );
});

test('what is held and what is missing of a content make the whole of it', () => {
  fc.assert(
    fc.property(held, size, (some, whole) => {
      const missing = missingSpans(some, whole);
      const all: ReceivedRanges = missing.reduce(withSpan, some);
      expect(isWhole(all, whole)).toBe(true);
      expect(isWhole(some, whole)).toBe(missing.length === 0);
      const beyond = bytesReceived(all) - bytesReceived(some);
      expect(missing.reduce((sum, { length }) => sum + length, 0)).toBe(beyond);
    }),
  );
});

describe('what a file is, by its content', () => {
  const bytes = (...given: (number | string)[]): Uint8Array =>
    Buffer.concat(given.map((each) => (typeof each === 'string' ? Buffer.from(each) : Buffer.from([each]))));

  test.each([
    ['image/jpeg', bytes(0xff, 0xd8, 0xff, 0xe1, 'Exif')],
    ['image/png', bytes(0x89, 'PNG\r\n', 0x1a, '\n')],
    ['image/webp', bytes('RIFF', 1, 2, 3, 4, 'WEBPVP8 ')],
    ['application/pdf', bytes('%PDF-1.7\n')],
    ['text/plain', bytes('Pump no. 2: 4.1 bar, Überdruck < 5 bar\r\n\tsee page 3')],
    ['text/plain', bytes(0xef, 0xbb, 0xbf, 'with a mark at its beginning')],
  ])('%s', (type, content) => expect(recognise(content)).toEqual({ type }));

  test.each([
    ['nothing', bytes(), /empty/],
    ['a drawing', bytes('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), /markup/],
    ['a drawing behind blanks', bytes('\n\n  <?xml version="1.0"?><svg/>'), /markup/],
    ['a page', bytes('<!DOCTYPE html><script>alert(1)</script>'), /markup/],
    ['a page that begins as text', bytes('Report\n<script src=x></script>'), /markup/],
    ['a script', bytes('#!/bin/sh\nrm -rf /'), /Programs/],
    ['a program for Windows', bytes('MZ', 0x90, 0, 3, 0, 0, 0), /none of the files/],
    ['a program for Linux', bytes(0x7f, 'ELF', 2, 1, 1, 0), /none of the files/],
    ['an archive', bytes('PK', 3, 4, 0x14, 0), /none of the files/],
    ['a GIF', bytes('GIF89a', 1, 0, 1, 0), /none of the files/],
    ['text that is not UTF-8', bytes('K', 0xfc, 'hlwasser'), /none of the files/],
  ])('%s is refused in words', (_, content, words) => {
    expect(recognise(content)).toEqual({ refused: expect.stringMatching(words) });
    expect(recognise(content)).toEqual({ refused: expect.stringMatching(/Nothing was stored/) });
  });
});

test('sizes are said as links and bills count', () => {
  expect([0, 999, 1_000, 312_400, 999_499, 999_500, 4_812_000].map(byteText)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '312 kB',
    '999 kB',
    '1.0 MB',
    '4.8 MB',
  ]);
});
