import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameLimit, WireError } from '#shared/sync/frame.ts';
import { isPiece, PieceCollector, pieceOverhead, piecesOf, type PieceOf } from '#shared/sync/pieces.ts';
import { pieceLimits } from '#shared/sync/message-limits.ts';
import { silentLog } from '#support/silent-log.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';

const of = (isOwn: boolean, sender = 's', kind = 'normal', most = frameLimit): PieceOf => ({
  sender,
  kind,
  isOwn,
  most,
});

describe('a message in pieces', () => {
  const messages = fc.uint8Array({ minLength: 300, maxLength: 5_000 }).map((bytes) => {
    bytes[0] = 0xa7;
    return bytes;
  });

  test('is whole again whatever the order and however often its pieces come, and is given out once', () => {
    fc.assert(
      fc.property(
        messages,
        fc.integer({ min: 64, max: 290 }),
        fc.infiniteStream(fc.nat()),
        (message, most, dice) => {
          const collector = new PieceCollector(virtualEnvironment(silentLog));
          const pieces = piecesOf(message, most);
          expect(pieces.every((piece) => isPiece(piece) && piece.length <= most)).toBe(true);
          const last = pieces.length - 1;
          const order = pieces
            .flatMap((piece, index) => [{ piece, index }, ...(index === last ? [] : [{ piece, index }])])
            .map((each) => ({ ...each, key: dice.next().value }))
            .toSorted((a, b) => Number(a.key) - Number(b.key));
          const given = order.flatMap(({ piece, index }) => collector.take(of(index === last), piece) ?? []);
          expect(Buffer.concat(given.map((each) => Buffer.from(each))).equals(Buffer.from(message))).toBe(
            true,
          );
        },
      ),
    );
  });

  test('of two sizes, as before and after a refusal, is whole as soon as one chain of them is', () => {
    const message = new Uint8Array(2_000).fill(7);
    const collector = new PieceCollector(virtualEnvironment(silentLog));
    const [first] = piecesOf(message, 1_000 + pieceOverhead);
    const small = piecesOf(message, 500 + pieceOverhead);
    if (first === undefined) throw new Error('no piece');
    expect(collector.take(of(false), first)).toBeNull();
    expect(small.slice(2).map((piece, index) => collector.take(of(index === 1), piece))).toEqual([
      null,
      message,
    ]);
  });

  test('without the one on its own topic is not given out: another gateway has that', () => {
    const collector = new PieceCollector(virtualEnvironment(silentLog));
    const pieces = piecesOf(new Uint8Array(900).fill(1), 400);
    expect(pieces.map((piece) => collector.take(of(false), piece))).toEqual([null, null, null]);
  });

  test('that was altered on the way is refused', () => {
    const collector = new PieceCollector(virtualEnvironment(silentLog));
    const [first, second] = piecesOf(new Uint8Array(600).fill(1), 400);
    if (first === undefined || second === undefined) throw new Error('no pieces');
    first[first.length - 1] = 9;
    collector.take(of(false), first);
    expect(() => collector.take(of(true), second)).toThrow(WireError);
  });

  test('larger than a message may be, or beyond its end, is refused', () => {
    const collector = new PieceCollector(virtualEnvironment(silentLog));
    const [tooLong] = piecesOf(new Uint8Array(frameLimit + 1), 400);
    const [first] = piecesOf(new Uint8Array(600), 400);
    if (tooLong === undefined || first === undefined) throw new Error('no pieces');
    expect(() => collector.take(of(false), tooLong)).toThrow(/in pieces/);
    new DataView(first.buffer, first.byteOffset).setUint32(14, 590, true);
    expect(() => collector.take(of(false), first)).toThrow(/of 600/);
    expect(() => collector.take(of(false), Uint8Array.of(0xa7, 1, 2))).toThrow(WireError);
  });

  test('of one sender keeps no more than four beginnings: the oldest is let go', () => {
    const collector = new PieceCollector(virtualEnvironment(silentLog));
    const begun = [1, 2, 3, 4, 5].map((fill) => piecesOf(new Uint8Array(600).fill(fill), 400));
    for (const [first] of begun) if (first !== undefined) collector.take(of(false), first);
    const isWhole = ([, second]: Uint8Array[]): boolean =>
      second !== undefined && collector.take(of(true), second) !== null;
    expect(begun.slice(1).map(isWhole)).toEqual([true, true, true, true]);
    expect(begun.slice(0, 1).map(isWhole)).toEqual([false]);
  });

  test('of another kind does not complete one, and none is longer than its kind may be', () => {
    const collector = new PieceCollector(virtualEnvironment(silentLog));
    const [first, second] = piecesOf(new Uint8Array(600).fill(1), 400);
    if (first === undefined || second === undefined) throw new Error('no pieces');
    expect(collector.take(of(false, 's', 'ask'), first)).toBeNull();
    expect(collector.take(of(true, 's', 'normal'), second)).toBeNull();
    expect(() => collector.take(of(false, 's', 'telemetry', 599), first)).toThrow(/at most 599/);
  });

  test('that never becomes whole is forgotten ten minutes after its last piece', () => {
    const environment = virtualEnvironment(silentLog);
    const collector = new PieceCollector(environment);
    const [first, second, third] = piecesOf(new Uint8Array(900).fill(1), 400);
    if (first === undefined || second === undefined || third === undefined) throw new Error('no pieces');
    collector.take(of(false), first);
    environment.advance(pieceLimits.quietMs - 1);
    collector.take(of(false), second);
    environment.advance(pieceLimits.quietMs - 1);
    expect(collector.kept).toBeGreaterThan(600);
    environment.advance(pieceLimits.quietMs);
    expect(collector.kept).toBe(0);
    expect(collector.take(of(true), third)).toBeNull();
  });

  test('costs no more than the limits, whatever one sender or many make up', () => {
    const collector = new PieceCollector(virtualEnvironment(silentLog));
    const long = new Uint8Array(frameLimit).map((_, index) => index % 251);
    const [honest] = piecesOf(new Uint8Array(600).fill(1), 400);
    const [template] = piecesOf(long, frameLimit - 2_000);
    if (template === undefined || honest === undefined) throw new Error('no pieces');
    const hostile = (sender: number, message: number, offset: number): Uint8Array => {
      const piece = template.slice();
      const view = new DataView(piece.buffer);
      view.setUint32(2, sender * 100 + message);
      view.setUint32(14, offset, true);
      return piece;
    };
    for (let message = 0; message < 6; message += 1)
      for (let offset = 0; offset < 20; offset += 1)
        collector.take(of(false, 'mv-one'), hostile(1, message, offset));
    const ofOne = pieceLimits.messages * pieceLimits.bytesOfOne;
    expect(collector.kept).toBeGreaterThan(frameLimit);
    expect(collector.kept).toBeLessThanOrEqual(ofOne);
    for (let sender = 2; sender < 20; sender += 1)
      for (let message = 0; message < pieceLimits.messages; message += 1)
        for (let offset = 0; offset < 5; offset += 1)
          collector.take(of(false, `mv-${sender}`), hostile(sender, message, offset));
    expect(collector.kept).toBeGreaterThan(pieceLimits.bytesOfAll / 2);
    expect(collector.kept).toBeLessThanOrEqual(pieceLimits.bytesOfAll);
  });
});
